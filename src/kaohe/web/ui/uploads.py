"""Files from outside: taken only if they are what they say, and not so large that they do harm."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePath
from tempfile import NamedTemporaryFile, TemporaryDirectory

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

CHUNK = 1 << 20
HEAD = 4096
UNPACKED_TIMES = 10
"""How many times the upload limit a workbook may come to when it is unpacked."""
DENSEST = 200
"""A workbook packed more tightly than this was not made by filling in cells …"""
HARMLESS = 50 * 2**20
"""… but up to this many bytes unpacked it does no harm."""
MOST_PARTS = 10_000
FORGOTTEN = 24 * 60 * 60
"""Seconds after which a file that nobody moved or discarded is removed."""

KIND_OF_SUFFIX = {
    ".xlsx": "xlsx",
    ".csv": "csv",
    ".parquet": "parquet",
    ".pdf": "pdf",
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
}
NAMES = {
    "xlsx": "XLSX",
    "csv": "CSV",
    "parquet": "Parquet",
    "pdf": "PDF",
    "png": "PNG",
    "jpeg": "JPEG",
}
"""What people call each kind."""

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    EOFError,
    OSError,
    NotImplementedError,
    ValueError,
)
"""Whatever a damaged package makes of the library that unpacks it."""
MACRO_PARTS = ("vbaproject.bin", "xl/macrosheets/", "xl/dialogsheets/")


@dataclass(frozen=True)
class CheckedUpload:
    """A file that is what its name says. It lies at ``path`` until the caller moves or discards it.

    ``name`` is the name under which it was sent, ``kind`` one of ``NAMES``, ``size`` in bytes.
    """

    name: str
    kind: str
    size: int
    sha256: str
    path: Path

    def keep(self, folder: Path) -> None:
        """Put the file into a folder under its hash."""
        folder.mkdir(parents=True, exist_ok=True)
        self.path.replace(folder / self.sha256)

    def discard(self) -> None:
        """Remove the temporary file, if it is still there."""
        self.path.unlink(missing_ok=True)


def checked_upload(
    file: UploadedFile, kinds: Container[str], place: Path | None = None
) -> CheckedUpload:
    """Take a file of one of the kinds (``xlsx csv parquet pdf png jpeg``), judged by its content.

    It is written to ``place`` where that is given, and gone again from there if it is refused.
    Raises ValidationError, with a sentence that says what to do, for a file that is too large or
    empty, of another kind, not what its name says, encrypted, with macros, or a zip bomb.
    """
    name = PurePath(file.name or "").name
    _check_size(file.size or 0)
    kind = _kind_by_name(name, kinds)
    with _copied(file, kind, place) as (path, size, digest):
        _check_content(path, kind)
        return CheckedUpload(name, kind, size, digest, path)


def accept_of(kinds: Container[str]) -> str:
    """The ``accept`` attribute of a file field for these kinds."""
    return ",".join(suffix for suffix, kind in KIND_OF_SUFFIX.items() if kind in kinds)


def _check_size(size: int) -> None:
    if size > settings.UPLOAD_LIMIT:
        raise ValidationError(
            _("文件超过上限 %(limit)s。请分成几个文件，或删去不需要的内容后再上传。"),
            "too_large",
            {"limit": filesizeformat(settings.UPLOAD_LIMIT)},
        )
    if not size:
        raise ValidationError(_("文件是空的。请确认选对了文件，再上传一次。"), "empty")


def _kind_by_name(name: str, kinds: Container[str]) -> str:
    suffix = PurePath(name).suffix.lower()
    if "xlsx" in kinds:
        if suffix == ".xls":
            raise _old_workbook()
        if suffix in (".xlsm", ".xltm", ".xlam"):
            raise _with_macros()
    kind = KIND_OF_SUFFIX.get(suffix)
    if kind is None or kind not in kinds:
        taken = "、".join(told for one, told in NAMES.items() if one in kinds)
        raise ValidationError(
            _("这里只收 %(kinds)s 文件，不收“%(name)s”。请另存为其中一种格式后再上传。"),
            "wrong_kind",
            {"kinds": taken, "name": name},
        )
    return kind


@contextmanager
def _copied(file: UploadedFile, kind: str, place: Path | None) -> Iterator[tuple[Path, int, str]]:
    """The content in a file of its own, beside the stored files; gone again if it is refused."""
    digest, size = sha256(), 0
    path = place or _free_place(kind)
    try:
        with path.open("wb") as copy:
            for chunk in file.chunks():
                size += len(chunk)
                _check_size(size)
                digest.update(chunk)
                copy.write(chunk)
        yield path, size, digest.hexdigest()
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _free_place(kind: str) -> Path:
    """A new file beside the stored ones."""
    folder = Path(settings.MEDIA_ROOT) / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, suffix=f".{kind}", delete=False) as copy:
        path = Path(copy.name)
    _remove_forgotten(folder, path.stat().st_mtime - FORGOTTEN)
    return path


@contextmanager
def off_the_disk(kind: str) -> Iterator[Path]:
    """A place for a file that is in memory only, where the system has such files; else for one
    that is removed at once."""
    with TemporaryDirectory(prefix="kaohe-") as folder:
        path = Path(folder) / f"upload.{kind}"
        if not hasattr(os, "memfd_create"):
            yield path
            return
        held = os.memfd_create("upload")
        try:
            path.symlink_to(f"/proc/{os.getpid()}/fd/{held}")
            yield path
        finally:
            os.close(held)


def _remove_forgotten(folder: Path, before: float) -> None:
    """What people looked at and never applied does not stay."""
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()


def _check_content(path: Path, kind: str) -> None:
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(OLE) and kind == "xlsx":
        raise _encrypted() if _holds(path, ENCRYPTED_PACKAGE) else _old_workbook()
    if not _CHECKS[kind](head, path):
        raise _not_what_it_says(kind)
    if kind == "xlsx":
        _check_workbook(path)


def _is_text(head: bytes, path: Path) -> bool:
    """Text without control characters; which encoding is for the reader of tables to say."""
    if any(looks(head, path) for kind, looks in _CHECKS.items() if kind != "csv"):
        return False
    return not head.startswith(OLE) and not _holds(path, b"\0")


def _is_parquet(head: bytes, path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-min(4, path.stat().st_size), 2)
        return head.startswith(b"PAR1") and file.read() == b"PAR1"


_CHECKS: dict[str, Callable[[bytes, Path], bool]] = {
    "xlsx": lambda head, path: head.startswith(b"PK\x03\x04"),
    "csv": _is_text,
    "parquet": _is_parquet,
    "pdf": lambda head, path: b"%PDF-" in head[:1024],
    "png": lambda head, path: head.startswith(b"\x89PNG\r\n\x1a\n"),
    "jpeg": lambda head, path: head.startswith(b"\xff\xd8\xff"),
}


def _holds(path: Path, wanted: bytes) -> bool:
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            window = tail + chunk
            if wanted in window:
                return True
            tail = window[1 - len(wanted) :] if len(wanted) > 1 else b""
    return False


def _check_workbook(path: Path) -> None:
    """What is in the package of a workbook: no macros, not too much, nothing damaged."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            _check_unpacked(parts, path.stat().st_size)
            names = {part.filename.lower() for part in parts}
            if any(part.flag_bits & 1 for part in parts):
                raise _encrypted()
            if "[content_types].xml" not in names:
                raise _not_what_it_says("xlsx")
            types = package.read("[Content_Types].xml").lower()
            if b"macroenabled" in types or any(
                mark in name for name in names for mark in MACRO_PARTS
            ):
                raise _with_macros()
            if b"spreadsheetml.sheet.main" not in types:
                raise _not_what_it_says("xlsx")
            # Every part is unpacked once: one that is larger than it says is damaged.
            if package.testzip() is not None:
                raise _damaged()
    except _DAMAGE:
        raise _damaged() from None


def _check_unpacked(parts: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    dense = unpacked > HARMLESS and unpacked > DENSEST * size
    if len(parts) > MOST_PARTS or unpacked > UNPACKED_TIMES * settings.UPLOAD_LIMIT or dense:
        raise ValidationError(
            _("这个工作簿解压后过大，不能打开。请把需要的数据复制到新的工作簿中，再上传。"),
            "zip_bomb",
        )


def _old_workbook() -> ValidationError:
    return ValidationError(
        _("这是旧格式的 .xls 工作簿。请在表格软件中另存为 .xlsx，再上传。"), "old_workbook"
    )


def _with_macros() -> ValidationError:
    return ValidationError(
        _("这个工作簿带有宏，不能上传。请在表格软件中另存为不带宏的 .xlsx，再上传。"), "macros"
    )


def _encrypted() -> ValidationError:
    return ValidationError(
        _("这个工作簿设有密码，无法读取。请在表格软件中取消密码后另存，再上传。"), "encrypted"
    )


def _damaged() -> ValidationError:
    return ValidationError(
        _("这个工作簿已损坏，打不开。请在表格软件中打开并另存，再上传。"), "damaged"
    )


def _not_what_it_says(kind: str) -> ValidationError:
    return ValidationError(
        _("文件名说它是 %(kind)s，内容却不是。请用原来的软件打开并另存为 %(kind)s，再上传。"),
        "not_what_it_says",
        {"kind": NAMES[kind]},
    )
