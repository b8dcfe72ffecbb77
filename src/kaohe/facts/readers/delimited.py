"""Tables as CSV files. The number of a record is the row that a spreadsheet shows."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from kaohe.facts.declared import DeclaredTable
from kaohe.facts.headings import lay_out
from kaohe.facts.readers.encodings import PlainText, plain_text
from kaohe.facts.readers.trimming import trimmed_line
from kaohe.facts.records import Records, RecordWriter, relation_of
from kaohe.facts.sql import ROW, file
from kaohe.facts.workspace import Unreadable, Workspace
from kaohe.values.text import Text


def read_delimited(path: Path, table: DeclaredTable, workspace: Workspace) -> Records:
    """Read one CSV file."""
    text = plain_text(path, workspace.folder)
    if text.simple:
        return _read_lines(text, table, workspace)
    return _read_quoted(text, table, workspace)


def _read_lines(text: PlainText, table: DeclaredTable, workspace: Workspace) -> Records:
    """Without quotes a record is a line, and a comma always ends a cell."""
    relation = relation_of(table)
    line = "coalesce(line, '')"
    workspace.connection.execute(
        f"CREATE TABLE {relation} AS SELECT row_number() OVER () AS {ROW},"
        f" {trimmed_line(line, ',')} AS line FROM read_csv({file(text.path)},"
        " columns = {'line': 'VARCHAR'}, header = false, delim = '\x01', quote = '', escape = '',"
        r" new_line = '\n', auto_detect = false, compression = 'none', hive_partitioning = false)"
    )
    first = workspace.connection.execute(f"SELECT line FROM {relation} WHERE {ROW} = 1").fetchall()
    header = [cell for (line,) in first for cell in line.split(",")]
    return Records(relation, lay_out(header, table, workspace), separator=",")


def _read_quoted(text: PlainText, table: DeclaredTable, workspace: Workspace) -> Records:
    """With quotes a record may hold commas and line breaks."""
    rows = delimited_rows(text)
    header = [cell.strip() for cell in next(rows, [])]
    writer = RecordWriter(workspace, table, lay_out(header, table, workspace))
    for row, cells in enumerate(rows, 2):
        writer.add(row, [cell.strip() for cell in cells])
    return writer.finish()


def delimited_rows(text: PlainText) -> Iterator[list[str]]:
    """Every record as it stands, the header first; in the end Unreadable if a quote stays open."""
    with text.path.open(encoding=text.encoding, newline="") as lines, _long_cells():
        yield from _closed(csv.reader(chain(lines, [_END])))


_END = "\x02the end of the file\x02"


def _closed(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """The rows before the mark that was put at the end; in an open quote the mark is lost."""
    number, last = 0, [""]
    held: list[str] | None = None
    for last in rows:
        if held is not None:
            yield held
        held, number = last, number + 1
    if last != [_END]:
        zh = f"应有成对的引号，第 {number} 行的引号没有结束"
        en = f"a closing quote for the cell that opens in row {number}"
        raise Unreadable(Text(zh=zh, en=en))


@contextmanager
def _long_cells() -> Iterator[None]:
    """The limit on the length of a cell is a setting of the whole process: put it back."""
    before = csv.field_size_limit(sys.maxsize)
    try:
        yield
    finally:
        csv.field_size_limit(before)
