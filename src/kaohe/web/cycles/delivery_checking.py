"""The dry run: one file read as a table of the scheme, and what is wrong with it."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from kaohe.facts import Facts, read_facts, write_marked
from kaohe.facts.declared import declare
from kaohe.facts.first_rows import first_rows
from kaohe.facts.formula_cells import formula_cells
from kaohe.facts.hashing import canonical_content
from kaohe.facts.parsing import Wrong, parser_of
from kaohe.facts.sql import name as quoted
from kaohe.scheme.model import Scheme
from kaohe.values.faults import Fault
from kaohe.values.tables import BLANK, Table
from kaohe.values.text import Language, Text, spaced
from kaohe.web.cycles.delivery_doors import Passage, door_of, taken_table
from kaohe.web.cycles.delivery_headings import Layout, keys_of, layout_of
from kaohe.web.cycles.delivery_tables import (
    Beside,
    Only,
    Row,
    by_name,
    in_own_words,
    limited_to,
    pointed_to,
    with_given,
)

CONTENT = "#content"
"""The table under its declared names; no table of a scheme is called like this."""

HEADINGS_ROW = 1
READ = 0.8
"""About so much of the work is done when a file has been read and checked."""
SAMPLE_ROWS = 6
"""The headings and a few rows below them."""


Tell = Callable[[float], None]
"""Told how much of the whole is done, 0 to 1."""


def untold(_share: float) -> None:
    """Nobody waits to hear."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a file: the table that it hands in, and what its rows may say.

    ``only`` gives, column by column, the codes to which the source is limited; ``beside`` the rows
    of the tables that a file may refer to; ``names`` the names of subjects, by their ids.
    """

    scheme: Scheme
    table: str
    only: Only
    beside: Mapping[str, Sequence[Row]]
    names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def declared(self) -> Table:
        """The declaration for this source: subjects may be told by name, and a column in which the
        source has but one value may be left out."""
        table = with_given(taken_table(self.scheme, self.table), self.only)
        return by_name(table, self.subject, self.names)

    @property
    def shared(self) -> frozenset[str]:
        """The columns that may stand under a heading of another one."""
        door = door_of(self.scheme, self.table)
        return door.shared if door is not None else frozenset()

    @property
    def subject(self) -> str:
        """What columns that name a subject refer to."""
        return f"{self.scheme.subject.table}.{self.scheme.subject.id}"


@dataclass(frozen=True)
class Checked:
    """What came of a dry run. Without faults its canonical content was written.

    Faults name columns as the declaration does. ``layout`` is None where the headings of the file
    do not say what its columns are; ``passage`` what a door did to the file before.
    """

    layout: Layout | None
    rows: int
    content_sha256: str
    faults: tuple[Fault, ...]
    fault_count: int
    notes: tuple[Text, ...]
    passage: Passage | None = None


def headings_of(path: Path, table: str) -> list[str]:
    """The headings of a file that have a text, in their order."""
    header = first_rows(path, table, 1)
    return [heading.strip() for heading in header[0] if heading.strip()] if header else []


def sample_of(path: Path, table: str) -> list[list[str]]:
    """The headings and the first rows of a file."""
    return first_rows(path, table, SAMPLE_ROWS)


def check_file(path: Path, asked: Asked, said: Layout, out: Path, tell: Tell = untold) -> Checked:
    """Read a file as the table that is asked for; without faults write its content to ``out``."""
    headings = headings_of(path, asked.table)
    layout = layout_of(asked.declared, headings, said, asked.shared)
    own = _Own.made(asked, layout, headings)
    with _in_one_folder(path, own) as folder:
        reading = read_facts(
            str(folder), own.tables, progress=lambda _table, share: tell(READ * share)
        )
    faults = tuple(own.as_declared(one) for one in reading.faults if one.table == asked.table)
    notes = tuple(_about_the_file(note, path, asked.table) for note in reading.notes)
    notes += unlike_text(path, asked.table)
    if reading.facts is None:
        # What a file may refer to is well-formed: it comes from the registry.
        assert faults, reading.faults
        return Checked(layout, 0, "", faults, reading.fault_count, notes)
    with reading.facts as facts:
        rows = facts.tables[asked.table].rows
        tell(READ)
        digest = _write_content(facts, own, out)
        notes += _outside_period(facts, asked)
    return Checked(layout, rows, digest, (), 0, notes)


def not_read(table: str, expected: Text) -> Checked:
    """What is found of a file that cannot be read at all."""
    return Checked(None, 0, "", (Fault(table, None, None, "", expected),), 1, ())


def _outside_period(facts: Facts, asked: Asked) -> tuple[Text, ...]:
    """That rows outside the scheme's period are taken, and count nowhere."""
    table, period = asked.declared, asked.scheme.period
    if table.in_period is None or period is None:
        return ()
    first, last = period.days
    day = quoted(table.in_period)
    ((rows,),) = facts.connection.execute(
        f"SELECT count(*) FROM {quoted(CONTENT)} WHERE {day} NOT BETWEEN {first} AND {last}"
    ).fetchall()
    if not rows:
        return ()
    heading = table.columns[table.in_period].heading
    told = " — ".join(day.isoformat() for day in (period.first, period.last))
    zh = f"{rows} 行的{heading}不在考核期（{told}）内，收下但不计入"
    en = f"{rows} rows lie outside the period ({told}) by their {table.in_period}: not counted"
    return (Text(zh=zh, en=en),)


def unlike_text(path: Path, table: str) -> tuple[Text, ...]:
    """That cells hold formulas, whose values may be older than what they are worked out from."""
    first, count = formula_cells(path, table)
    if not count:
        return ()
    zh = f"{first} 等 {count} 格是公式" if first else f"{count} 格是公式"
    en = f"formulas in {count} cells" + (f", the first in {first}" if first else "")
    return (
        Text(
            zh=f"{zh}，已按显示的值读入，请核对",
            en=f"{en}: read as the values shown, please check",
        ),
    )


def _about_the_file(note: Text, path: Path, table: str) -> Text:
    """A note without the name of table or file, since it is told beside the file."""
    zh, en = note.zh, note.en
    for name in (table, f"{table}{path.suffix}"):
        zh, en = zh.removeprefix(f"{name}：").strip(), en.removeprefix(f"{name}: ").strip()
    return Text(zh=zh, en=en)


def write_marked_file(
    path: Path, asked: Asked, checked: Checked, out: Path, language: Language
) -> None:
    """The file as a workbook with its faults marked."""
    own = _Own.made(asked, checked.layout, headings_of(path, asked.table))
    faults = [own.as_in_file(fault) for fault in checked.faults]
    count = checked.fault_count
    write_marked(path, asked.table, own.table, faults, out, language, fault_count=count)


@dataclass(frozen=True)
class _Own:
    """The declarations for one reading, with columns named as the file has them."""

    asked: Asked
    keys: Mapping[str, str]
    table: Table
    beside: Mapping[str, Beside]

    @staticmethod
    def made(asked: Asked, layout: Layout | None, headings: Sequence[str]) -> _Own:
        declared = asked.declared
        if layout is None:
            # As declared: the reader itself says which headings it misses.
            keys = {name: name for name in declared.columns}
            layout = Layout({name: one.heading for name, one in declared.columns.items()})
        else:
            keys = keys_of(declared, layout, headings)
        table = in_own_words(limited_to(declared, asked.only), layout, keys)
        rows = {name: asked.beside[name] for name in asked.beside if name != asked.table}
        own, beside = pointed_to(table, asked.scheme.fact_tables, rows)
        return _Own(asked, keys, own, beside)

    @property
    def tables(self) -> dict[str, Table]:
        """What is read: the file, and what it refers to."""
        return {
            self.asked.table: self.table,
            **{name: one.table for name, one in self.beside.items()},
        }

    def as_declared(self, fault: Fault) -> Fault:
        """A fault under the name of the declaration, told as a limit of the source if it is one."""
        names = {key: name for name, key in self.keys.items()}
        if fault.column is None or fault.row is None:
            return fault
        column, expected = names[fault.column], fault.expected
        if fault.row > HEADINGS_ROW and self._is_of_others(column, fault.value):
            expected = self._only(column)
        elif fault.row > HEADINGS_ROW and self._is_no_subject(column, fault.value):
            expected = self._subject(column, fault.value)
        return replace(fault, column=column, expected=expected)

    def as_in_file(self, fault: Fault) -> Fault:
        """A fault under the name that the column has in the file."""
        return replace(fault, column=self.keys[fault.column] if fault.column else None)

    def _is_of_others(self, name: str, value: str) -> bool:
        column = self.table.columns[self.keys[name]]
        if name not in self.asked.only:
            return False
        code = parser_of(column)(value) if value else column.default
        return code in column.choices and code not in self.asked.only[name]

    def _is_no_subject(self, name: str, value: str) -> bool:
        column = self.table.columns[self.keys[name]]
        told_by_name = bool(self.asked.names) and column.type == "choice"
        refers = self.asked.declared.columns[name].refers_to == self.asked.subject
        return refers and told_by_name and isinstance(parser_of(column)(value), Wrong)

    def _subject(self, name: str, value: str) -> Text:
        """What was expected of a subject; not all of them in a row."""
        label = self.asked.scheme.subject.label
        zh, en = f"应为已登记的{label.zh}的编号或名称", f"the id or name of a registered {label.en}"
        if value:
            return Text(zh=zh, en=en)
        beside = self.asked.declared.columns[name].required_where or {}
        if not beside or any(codes != (BLANK,) for codes in beside.values()):
            return Text(zh=f"不能为空，{zh}", en=f"{en}, not empty")
        headings = [self.table.columns[self.keys[one]].heading for one in (name, *beside)]
        told = "和".join(f"“{heading}”" for heading in headings)
        return Text(zh=f"{told}不能都空着；{zh}", en=f"{en}, where {' and '.join(beside)} is empty")

    def _only(self, name: str) -> Text:
        column = self.asked.declared.columns[name]
        codes = self.asked.only[name]
        labels = "、".join(column.choices[code] for code in codes)
        return Text(
            zh=spaced(f"只能报送{column.heading}为", labels, "的行"),
            en=f"a row whose {name} is {' or '.join(codes)}: only such rows are handed in here",
        )


@contextmanager
def _in_one_folder(path: Path, own: _Own) -> Iterator[Path]:
    """A folder as the reader of facts takes it: the file, and the tables that it refers to."""
    with TemporaryDirectory(prefix="kaohe-") as folder:
        (Path(folder) / f"{own.asked.table}{path.suffix}").symlink_to(path.absolute())
        for name, one in own.beside.items():
            with (Path(folder) / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(one.table.columns)
                writer.writerows(one.cells())
        yield Path(folder)


def _write_content(facts: Facts, own: _Own, out: Path) -> str:
    """Write the canonical content of the table, under its declared names; return its SHA-256."""
    connection, table = facts.connection, own.asked.table
    columns = ", ".join(f"{quoted(key)} AS {quoted(name)}" for name, key in own.keys.items())
    connection.execute(
        f"CREATE TEMP VIEW {quoted(CONTENT)} AS SELECT {columns} FROM {quoted(table)}"
    )
    declared = declare({CONTENT: taken_table(own.asked.scheme, table)})[CONTENT]
    digest = hashlib.sha256()
    with out.open("wb") as file:
        for part in canonical_content(connection, declared):
            digest.update(part)
            file.write(part)
    return digest.hexdigest()
