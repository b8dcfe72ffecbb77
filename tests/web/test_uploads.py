"""Uploads: what is taken, what is refused, and that the sentence says what to do."""

from __future__ import annotations

import os
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from kaohe.web.ui import uploads
from kaohe.web.ui.uploads import accept_of, checked_upload

pytestmark = pytest.mark.no_database

TABLES = ("xlsx", "csv", "parquet")
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
TYPES = (
    b'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.'
    b'spreadsheetml.sheet.main+xml"/></Types>'
)


def workbook() -> bytes:
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.add_worksheet("areas").write_string(0, 0, "area_id")
    return content.getvalue()


def package(parts: dict[str, bytes]) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def sent(name: str, content: bytes, kinds: tuple[str, ...] = TABLES):
    return checked_upload(SimpleUploadedFile(name, content), kinds)


def refusal(name: str, content: bytes, kinds: tuple[str, ...] = TABLES) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        sent(name, content, kinds)
    left = list(Path(settings.MEDIA_ROOT).rglob("*.*"))
    assert not left, "nothing stays of a file that is refused"
    return caught.value


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("数据.XLSX", workbook(), "xlsx"),
        ("a.csv", "编号,名称\nJ01,云溪苑\n".encode(), "csv"),
        ("a.csv", "编号,名称\nJ01,云溪苑\n".encode("gb18030"), "csv"),
        ("a.parquet", b"PAR1....PAR1", "parquet"),
        ("a.pdf", b"%PDF-1.7 ...", "pdf"),
        ("a.png", b"\x89PNG\r\n\x1a\n...", "png"),
        ("a.jpg", b"\xff\xd8\xff\xe0...", "jpeg"),
    ],
)
def test_a_file_that_is_what_it_says_is_taken(name: str, content: bytes, kind: str) -> None:
    taken = sent(name, content, tuple(uploads.NAMES))
    assert (taken.name, taken.kind, taken.size) == (name, kind, len(content))
    assert taken.sha256 == sha256(content).hexdigest()
    assert taken.path.read_bytes() == content
    taken.discard()
    taken.discard()
    assert not taken.path.exists()


@pytest.mark.parametrize(
    ("name", "content", "code", "told"),
    [
        ("a.csv", b"", "empty", "空的"),
        ("a.exe", b"MZ", "wrong_kind", "XLSX、CSV、Parquet"),
        ("a.pdf", b"%PDF-1.7", "wrong_kind", "a.pdf"),
        ("a", b"x", "wrong_kind", "另存"),
        ("a.xls", OLE + b"...", "old_workbook", ".xlsx"),
        ("a.xlsx", OLE + b"Workbook", "old_workbook", ".xlsx"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted", "密码"),
        ("a.xlsm", workbook(), "macros", "宏"),
        ("a.xlsx", b"%PDF-1.7", "not_what_it_says", "XLSX"),
        ("a.xlsx", package({"a.txt": b"x"}), "not_what_it_says", "XLSX"),
        ("a.xlsx", package({"[Content_Types].xml": b"wordprocessingml"}), "not_what_it_says", "是"),
        ("a.csv", workbook(), "not_what_it_says", "CSV"),
        ("a.csv", b"\x89PNG\r\n\x1a\n", "not_what_it_says", "CSV"),
        ("a.csv", OLE, "not_what_it_says", "CSV"),
        ("a.csv", b"a,b\n\0,1\n", "not_what_it_says", "CSV"),
        ("a.parquet", b"PAR1....", "not_what_it_says", "Parquet"),
        ("a.parquet", b"PA", "not_what_it_says", "Parquet"),
        ("a.xlsx", workbook()[:-30], "damaged", "损坏"),
        (
            "a.xlsx",
            package({"[Content_Types].xml": TYPES, "xl/vbaProject.bin": b"x"}),
            "macros",
            "宏",
        ),
        (
            "a.xlsx",
            package(
                {"[Content_Types].xml": b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"}
            ),
            "macros",
            "宏",
        ),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_with_what_to_do(
    name: str, content: bytes, code: str, told: str
) -> None:
    problem = refusal(name, content)
    assert problem.code == code
    assert told in problem.messages[0]


def test_a_file_over_the_limit_is_refused_before_it_is_copied(monkeypatch) -> None:
    monkeypatch.setattr(settings, "UPLOAD_LIMIT", 10)
    problem = refusal("a.csv", b"0123456789\n")
    assert problem.code == "too_large"
    assert "10" in problem.messages[0]


def test_a_file_that_grows_while_it_is_copied_is_refused_too(monkeypatch) -> None:
    monkeypatch.setattr(settings, "UPLOAD_LIMIT", 10)
    file = SimpleUploadedFile("a.csv", b"0123456789\n")
    file.size = 3
    with pytest.raises(ValidationError, match="上限"):
        checked_upload(file, TABLES)


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch) -> None:
    bomb = package({"[Content_Types].xml": TYPES, "xl/big.xml": b" " * 500_000})
    assert sent("a.xlsx", bomb).kind == "xlsx"
    monkeypatch.setattr(uploads, "HARMLESS", 100_000)
    for path in Path(settings.MEDIA_ROOT).rglob("*.xlsx"):
        path.unlink()
    assert refusal("a.xlsx", bomb).code == "zip_bomb"


def test_a_part_that_is_larger_than_it_says_is_damaged() -> None:
    lies = bytearray(package({"[Content_Types].xml": TYPES, "xl/big.xml": b" " * 500_000}))
    size = (500_000).to_bytes(4, "little")
    at = lies.rfind(size)
    lies[at : at + 4] = (5).to_bytes(4, "little")
    assert refusal("a.xlsx", bytes(lies)).code == "damaged"


def test_a_package_with_a_damaged_part_is_told_as_such() -> None:
    content = bytearray(package({"[Content_Types].xml": TYPES, "xl/a.xml": bytes(range(250)) * 9}))
    at = content.find(b"xl/a.xml") + len("xl/a.xml")
    content[at : at + 40] = b"\xff" * 40
    assert refusal("a.xlsx", bytes(content)).code == "damaged"


def test_encrypted_parts_are_told_as_such() -> None:
    locked = bytearray(package({"[Content_Types].xml": TYPES}))
    central = locked.rfind(b"PK\x01\x02")
    locked[central + 8] |= 1
    assert refusal("a.xlsx", bytes(locked)).code == "encrypted"


def test_a_name_with_folders_is_only_a_name() -> None:
    assert sent("../../a.csv", b"a\n").name == "a.csv"


def test_the_field_offers_the_kinds_that_are_taken() -> None:
    assert accept_of(("xlsx", "csv")) == ".xlsx,.csv"


def test_a_file_that_somebody_forgot_goes_after_a_day() -> None:
    old, new = sent("a.csv", b"a\n"), sent("b.csv", b"b\n")
    day_and_more = old.path.stat().st_mtime - uploads.FORGOTTEN - 60
    os.utime(old.path, (day_and_more, day_and_more))
    sent("c.csv", b"c\n")
    assert not old.path.exists()
    assert new.path.exists()
