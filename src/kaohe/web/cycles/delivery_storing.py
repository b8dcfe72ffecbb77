"""Where the files of a delivery lie, and how they get there: all of them or none.

``received/TABLE.KIND`` is the file as it came, or as its door let it through, ``TABLE.csv`` its
canonical content if it has no faults, ``reading.json`` what the dry run found.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import mkdtemp

from django.conf import settings

from kaohe.values.faults import Fault
from kaohe.values.text import Text
from kaohe.web.cycles.delivery_checking import Checked
from kaohe.web.cycles.delivery_doors import (
    Door,
    Passage,
    Tell,
    digest_of,
    passage_as_json,
    passage_from_json,
)
from kaohe.web.cycles.delivery_headings import Layout
from kaohe.web.cycles.models import Delivery

READING = "reading.json"


@dataclass
class Draft:
    """The folder of a delivery while it is filled."""

    folder: Path
    table: str
    _filled: Path | None = field(default=None, init=False)
    _before: Path | None = field(default=None, init=False)

    @property
    def content(self) -> Path:
        """Where the canonical content is written to."""
        return self.folder / f"{self.table}.csv"

    def receive(self, path: Path, kind: str) -> tuple[Path, str]:
        """Take in a copy of a file; where it lies, and its SHA-256."""
        copy = self.folder / "received" / f"{self.table}.{kind}"
        copy.parent.mkdir()
        shutil.copyfile(path, copy)
        return copy, digest_of(copy)

    def let_in(
        self, path: Path, kind: str, door: Door, known: Mapping[str, str], tell: Tell
    ) -> tuple[Path, str, Passage]:
        """Take in what a door lets through: where it lies, the SHA-256 of the file as it came, and
        what the door did."""
        kept = self.folder / "received" / f"{self.table}.csv"
        kept.parent.mkdir()
        passage = door.rewrite(path, kind, kept, known, tell)
        return kept, digest_of(path), replace(passage, sha256=digest_of(kept))

    def take_over(self, received: Path) -> Path:
        """Take in the file of an earlier reading; it never changes, so it need not be copied."""
        copy = self.folder / "received" / received.name
        copy.parent.mkdir()
        try:
            os.link(received, copy)
        except OSError:  # not every disk has links
            shutil.copyfile(received, copy)
        return copy

    def keep_reading(self, checked: Checked) -> None:
        """Write down what the dry run found."""
        text = json.dumps(_plain(checked), ensure_ascii=False)
        (self.folder / READING).write_text(text, encoding="utf-8")

    def become(self, folder: Path) -> None:
        """Take the place of a delivery's folder, to be undone if the transaction fails."""
        if folder.exists():
            self._before = self.folder.with_name(f"{self.folder.name}-before")
            folder.rename(self._before)
        self.folder.rename(folder)
        self._filled = folder

    def undo(self) -> None:
        """Leave everything as it was."""
        if self._filled is not None:
            shutil.rmtree(self._filled, ignore_errors=True)
            if self._before is not None:
                self._before.rename(self._filled)

    def finish(self) -> None:
        """Remove what is not needed any more."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._filled is not None and self._before is not None:
            shutil.rmtree(self._before, ignore_errors=True)


@contextmanager
def draft_of(table: str) -> Iterator[Draft]:
    """A folder to fill beside those of the deliveries; whatever fails, no half of it stays."""
    place = Path(settings.MEDIA_ROOT) / "deliveries"
    place.mkdir(parents=True, exist_ok=True)
    draft = Draft(Path(mkdtemp(prefix=".draft-", dir=place)), table)
    try:
        yield draft
    except BaseException:
        draft.undo()
        raise
    finally:
        draft.finish()


LOST = Text(
    zh="存储中找不到这份文件，请系统管理员从备份恢复",
    en="the file is not in the store; the administrator has to restore it from a backup",
)


def is_kept(delivery: Delivery) -> bool:
    """Whether the files are where they were put."""
    return (delivery.folder / READING).is_file()


def received_file(delivery: Delivery) -> Path:
    """The file as it came, or as its door let it through."""
    (path,) = (delivery.folder / "received").iterdir()
    return path


def reading_of(delivery: Delivery) -> Checked:
    """What the dry run found; if the files are lost, that."""
    if not is_kept(delivery):
        rows, digest, faults = delivery.rows, delivery.content_sha256, delivery.faults
        return Checked(Layout(), rows, digest, (), faults, (LOST,))
    plain = json.loads((delivery.folder / READING).read_text(encoding="utf-8"))
    layout = plain["layout"]
    return Checked(
        layout=None if layout is None else Layout(layout["columns"], layout["words"]),
        rows=delivery.rows,
        content_sha256=delivery.content_sha256,
        faults=tuple(
            Fault(delivery.table, row, column, value, Text(zh=zh, en=en))
            for row, column, value, zh, en in plain["faults"]
        ),
        fault_count=delivery.faults,
        notes=tuple(Text(zh=zh, en=en) for zh, en in plain["notes"]),
        passage=passage_from_json(plain.get("passage")),
    )


def _plain(checked: Checked) -> dict[str, object]:
    layout = checked.layout
    return {
        "layout": None if layout is None else {"columns": layout.columns, "words": layout.words},
        "faults": [
            [one.row, one.column, one.value, one.expected.zh, one.expected.en]
            for one in checked.faults
        ],
        "notes": [[note.zh, note.en] for note in checked.notes],
        "passage": None if checked.passage is None else passage_as_json(checked.passage),
    }
