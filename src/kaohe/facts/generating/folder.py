"""A folder that is taken only when nothing of anybody else's stands in it, and filled at once.

A generated folder has a list of its files with their digests, ``.generated``, in the form that
``sha256sum -c`` reads. Only files that it lists, unchanged, are ever replaced.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kaohe.facts.generating.errors import GeneratingError
from kaohe.values.text import Text

LIST = ".generated"
STAGING = ".generating-"


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """A place to write in; what stands there at the end becomes the contents of ``folder``.

    On any failure nothing has changed.
    """
    is_new = not folder.exists()
    _check_free(folder)
    folder.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=folder))
    try:
        yield staging
        _publish(staging, folder)
    finally:
        shutil.rmtree(staging)
        if is_new and not any(folder.iterdir()):
            folder.rmdir()


def is_generated(folder: Path) -> bool:
    """Whether any file of a folder is as it was generated."""
    if not folder.is_dir():
        return False
    listed = _listed(folder)
    return any(path.name != LIST and _is_ours(path, listed) for path in folder.iterdir())


def _check_free(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        zh, en = f"{folder} 不是文件夹", f"{folder} is not a folder"
        raise GeneratingError(Text(zh=zh, en=en))
    listed = _listed(folder)
    foreign = [path.name for path in sorted(folder.iterdir()) if not _is_ours(path, listed)]
    if foreign:
        shown = ", ".join(foreign[:5]) + (" …" if len(foreign) > 5 else "")
        raise GeneratingError(
            Text(
                zh=f"{folder} 里有不是生成的或生成后改动过的文件：{shown}；请换一个文件夹",
                en=f"{folder} holds files not generated, or changed since: {shown}; name another",
            )
        )


def _is_ours(path: Path, listed: set[tuple[str, str]]) -> bool:
    if path.name == LIST:
        return path.is_file()
    if path.is_dir():
        return path.name.startswith(STAGING)  # left behind by a run that was killed
    wanted = [digest for digest, name in listed if name == path.name]
    return bool(wanted) and path.is_file() and _digest(path) in wanted


def _publish(staging: Path, folder: Path) -> None:
    """Files one by one, while the list names old and new: a kill in between leaves only ours."""
    new = {(_digest(path), path.name) for path in staging.iterdir()}
    old = _listed(folder)
    _write_list(folder, old | new)
    kept = {name for _, name in new}
    for path in list(folder.iterdir()):
        if path.name.startswith(STAGING) and path != staging:
            shutil.rmtree(path)
        elif path.is_file() and path.name != LIST and path.name not in kept:
            path.unlink()
    for _, name in sorted(new):
        (staging / name).replace(folder / name)
    _write_list(folder, new)


def _listed(folder: Path) -> set[tuple[str, str]]:
    if not (folder / LIST).is_file():
        return set()
    lines = (folder / LIST).read_text(encoding="utf-8", errors="replace").splitlines()
    return {
        (digest, name) for digest, mark, name in (line.partition("  ") for line in lines) if mark
    }


def _write_list(folder: Path, files: set[tuple[str, str]]) -> None:
    lines = [f"{digest}  {name}\n" for digest, name in sorted(files, key=lambda file: file[::-1])]
    draft = folder / f"{LIST}.new"
    draft.write_text("".join(lines), encoding="utf-8")
    draft.replace(folder / LIST)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
