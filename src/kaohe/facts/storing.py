"""From the text of cells to stored values, with the faults of single cells and whole rows.

Rows are taken in blocks, so that memory does not bound a table. Of every column only the distinct
texts are parsed; the database maps them back to the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from kaohe.facts.declared import DeclaredColumn, DeclaredTable
from kaohe.facts.describing import expected, too_many_digits
from kaohe.facts.parsing import Wrong
from kaohe.facts.records import Records
from kaohe.facts.sql import DETAIL, ROW, literal, name
from kaohe.facts.workspace import SCRATCH, Unreadable, Workspace
from kaohe.values.text import Text

BLOCK_CELLS = 8_000_000
"""About so many cells are split into columns at a time."""

BLOCK = f"{SCRATCH}.block"

TOO_LONG = Text(
    zh="应没有超出标题的单元格：这一行比标题行长",
    en="no value beyond the last heading of the table",
)


EMPTY = Text(zh="应有标题行，这里是空的", en="a row of headings; there is nothing here")


@dataclass(frozen=True)
class StoredTable:
    """A table that is present: its declaration, its rows as read, and which columns are usable."""

    declared: DeclaredTable
    records: Records

    def usable(self, columns: Iterable[str]) -> bool:
        """Whether a check on these columns can be made at all."""
        return self.records.layout.unreadable.isdisjoint(columns)


def make_tables(workspace: Workspace, tables: Iterable[DeclaredTable]) -> None:
    """An empty relation for every declared table, present or not."""
    for table in tables:
        columns = [f"{ROW} BIGINT"]
        for column in table.columns.values():
            columns.append(f"{name(column.name)} {column.sql_type}")
            if column.remembers_empty:
                columns.append(f"{empty_mark(column)} BOOLEAN")
        workspace.connection.execute(f"CREATE TABLE {name(table.name)} ({', '.join(columns)})")


def empty_mark(column: DeclaredColumn) -> str:
    """A hidden column: whether the cell was empty before it took its default."""
    return name(f"#empty {column.name}")


def store(
    records: Records, table: DeclaredTable, workspace: Workspace, tell: Callable[[float], None]
) -> StoredTable:
    """Store every row that has a value; note cells and rows that are at fault.

    Raises Unreadable where not even the header has a text.
    """
    if records.is_blank(workspace):
        raise Unreadable(EMPTY)
    block = _Block(records, table, workspace)
    ((last,),) = workspace.connection.execute(
        f"SELECT coalesce(max({ROW}), 0) FROM {records.relation}"
    ).fetchall()
    step = max(1, BLOCK_CELLS // (len(table.columns) + 1))
    for low in range(2, last + 1, step):
        block.take(low, low + step)
        tell(min(1.0, (low + step) / last))
    block.note_headless()
    return StoredTable(table, records)


@dataclass
class _Block:
    """Some rows at a time, split into a scratch relation with one text column per column.

    Each column that is parsed has a dictionary of text, value and what is wrong, made when its
    first texts are met; ``wrong`` is what was found wrong in it so far.
    """

    records: Records
    table: DeclaredTable
    workspace: Workspace
    headless: int = 0
    wrong: dict[int, set[Wrong]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        positions = self.records.layout.positions
        self.present = [column for key, column in self.table.columns.items() if key in positions]
        self.parsed = [column for column in self.present if not column.plain]
        self.never_empty = [one for one in self.present if one.column.required is True]

    def take(self, low: int, high: int) -> None:
        """Check and store the rows from ``low`` up to, not including, ``high``."""
        self._split(f"{ROW} >= {low} AND {ROW} < {high}")
        width, headless, *empty = self._measured()
        self.headless += headless
        if width > self.records.layout.width:
            self._note_too_long()
        for column, number in zip(self.never_empty, empty, strict=True):
            if number:
                self._note_empty(column)
        for column in self.parsed:
            self._learn(column)
        self._insert()

    def note_headless(self) -> None:
        """Say how many values stand under headings without text."""
        if self.headless:
            zh = f"{self.table.name}：忽略没有标题的列中的 {self.headless} 个值"
            en = (
                f"{self.table.name}: {self.headless} values under headings without text are ignored"
            )
            self.workspace.note(zh, en)

    def _split(self, condition: str) -> None:
        """Fill the scratch relation."""
        layout = self.records.layout
        cells = [
            f"{self.records.cell(layout.positions[column.name])} AS {_cell(column)}"
            for column in self.present
        ]
        beyond = f"array_to_string(cells[{layout.width + 1}:], '') <> ''"
        cells.append("len(cells) AS width")
        cells.append(f"CASE WHEN len(cells) > {layout.width} THEN {beyond} END AS too_long")
        filled = [f"(coalesce(cells[{position + 1}], '') <> '')" for position in layout.headless]
        cells.append(f"{' + '.join(f'{one}::INTEGER' for one in filled) or '0'} AS headless")
        self.workspace.connection.execute(
            f"CREATE OR REPLACE TABLE {BLOCK} AS SELECT {ROW}, {', '.join(cells)}"
            f" FROM ({self.records.split(condition)})"
        )

    def _measured(self) -> list[int]:
        """The length of the longest row, the number of values without a heading, and for each
        column that must be filled the number of its empty cells."""
        figures = ["max(width)", "sum(headless)"]
        figures += [f"count(*) - count({_cell(column)})" for column in self.never_empty]
        query = f"SELECT {', '.join(figures)} FROM {BLOCK}"
        (found,) = self.workspace.connection.execute(query).fetchall()
        return [int(figure or 0) for figure in found]

    def _note_too_long(self) -> None:
        query = f"SELECT {ROW}, NULL AS {DETAIL} FROM {BLOCK} WHERE too_long"
        self.workspace.log.rows(self.table, None, TOO_LONG, query)

    def _note_empty(self, column: DeclaredColumn) -> None:
        what = expected(column.column)
        zh = f"不能为空，{what.zh}"
        query = f"SELECT {ROW}, NULL AS {DETAIL} FROM {BLOCK} WHERE {_cell(column)} IS NULL"
        self.workspace.log.rows(self.table, column, Text(zh=zh, en=f"{what.en}, not empty"), query)

    def _learn(self, column: DeclaredColumn) -> None:
        """Parse the texts of a column that were not met before; note the cells that are wrong."""
        cell, words = _cell(column), _words(column)
        query = f"SELECT DISTINCT {cell} FROM {BLOCK} WHERE {cell} IS NOT NULL"
        target = f"CREATE OR REPLACE TABLE {words} AS"
        if column.index in self.wrong:
            query += f" AND {cell} NOT IN (SELECT text FROM {words})"
            target = f"INSERT INTO {words}"
        texts = self.workspace.connection.execute(query).fetchall()
        values, wrong = [], []
        for (text,) in texts:
            value = column.parse(text)
            values.append(None if isinstance(value, Wrong) else value)
            wrong.append(value if isinstance(value, Wrong) else None)
        self.workspace.connection.execute(
            f"{target} SELECT unnest($1::VARCHAR[]) AS text,"
            f" unnest($2::{column.sql_type}[]) AS value, unnest($3::TINYINT[]) AS wrong",
            [[text for (text,) in texts], values, [one and one.value for one in wrong]],
        )
        met = self.wrong.setdefault(column.index, set())
        met.update(one for one in wrong if one is not None)
        for reason, what in ((Wrong.VALUE, expected), (Wrong.DIGITS, too_many_digits)):
            if reason in met:
                self._note_wrong(column, reason, what(column.column))

    def _note_wrong(self, column: DeclaredColumn, reason: Wrong, what: Text) -> None:
        query = (
            f"SELECT {ROW}, NULL AS {DETAIL} FROM {BLOCK} JOIN {_words(column)}"
            f" ON {_cell(column)} = text WHERE wrong = {reason.value}"
            f" AND {self.workspace.log.sound(self.table, [column.name])}"
        )
        self.workspace.log.rows(self.table, column, what, query)

    def _insert(self) -> None:
        targets, values = [ROW], [ROW]
        for column in self.table.columns.values():
            targets.append(name(column.name))
            values.append(self._value(column))
            if column.remembers_empty:
                targets.append(empty_mark(column))
                values.append(f"{_cell(column)} IS NULL" if column in self.present else "true")
        joins = [
            f"LEFT JOIN {_words(column)} {_met(column)} ON {_cell(column)} = {_met(column)}.text"
            for column in self.parsed
        ]
        # A join need not keep the order of rows, and the order is promised.
        self.workspace.connection.execute(
            f"INSERT INTO {name(self.table.name)} ({', '.join(targets)})"
            f" SELECT {', '.join(values)} FROM {BLOCK} {' '.join(joins)} ORDER BY {ROW}"
        )

    def _value(self, column: DeclaredColumn) -> str:
        default = literal(column.default)
        if column not in self.present:
            return default
        value = f"{_met(column)}.value" if column in self.parsed else _cell(column)
        return value if column.default is None else f"coalesce({value}, {default})"


def _cell(column: DeclaredColumn) -> str:
    return f"cell_{column.index}"


def _met(column: DeclaredColumn) -> str:
    return f"met_{column.index}"


def _words(column: DeclaredColumn) -> str:
    return f"{SCRATCH}.words_{column.index}"


def finish_tables(workspace: Workspace, tables: Iterable[DeclaredTable]) -> None:
    """Leave exactly the declared columns, in the order of the rows."""
    for table in tables:
        for column in table.columns.values():
            if column.remembers_empty:
                _drop(workspace, table, empty_mark(column))
        _drop(workspace, table, ROW)
    workspace.connection.execute("DROP SCHEMA reading CASCADE")
    workspace.connection.execute(f"DETACH {SCRATCH}")


def _drop(workspace: Workspace, table: DeclaredTable, column: str) -> None:
    workspace.connection.execute(f"ALTER TABLE {name(table.name)} DROP COLUMN {column}")
