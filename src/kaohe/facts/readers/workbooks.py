"""Tables as sheets of XLSX workbooks. The numbers of rows are those of the sheet."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TypeVar, cast

from python_calamine import CalamineWorkbook, SheetTypeEnum

from kaohe.facts.declared import DeclaredTable
from kaohe.facts.headings import lay_out
from kaohe.facts.readers.cells import Cell, TypedRows, cell_text
from kaohe.facts.readers.sheet_errors import sheet_errors
from kaohe.facts.records import Misread, Records
from kaohe.facts.workspace import Unreadable, Workspace
from kaohe.values.text import Text

DAMAGED = Text(zh="应为可以打开的 XLSX 工作簿", en="an XLSX workbook that can be opened")
NO_SHEET = Text(zh="应有工作表，工作簿里没有", en="a sheet with cells; the workbook has none")

PARSED = 0.6
"""About so much of the reading of a sheet is done when the library has taken it apart."""
TOLD_EVERY = 10_000
"""After so many rows it is told how far the reading is."""

T = TypeVar("T")


def open_workbook(path: Path) -> CalamineWorkbook:
    """Open a workbook, or raise Unreadable."""
    return _guarded(lambda: CalamineWorkbook.from_path(str(path)))


def sheet_names(workbook: CalamineWorkbook) -> list[str]:
    """The sheets that hold cells, in the order of the workbook."""
    return [
        sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet
    ]


def read_workbook(path: Path, table: DeclaredTable, workspace: Workspace) -> Records:
    """Read ``TABLE.xlsx``: the sheet of the table's name, else the first."""
    workbook = open_workbook(path)
    chosen = chosen_sheet(workbook, table.name)
    for sheet in sheet_names(workbook):
        if sheet != chosen:
            note_ignored_sheet(path, sheet, workspace)
    return read_sheet(workbook, path, chosen, table, workspace)


def chosen_sheet(workbook: CalamineWorkbook, table: str) -> str:
    """The sheet that is read for a table, or Unreadable."""
    sheets = sheet_names(workbook)
    if not sheets:
        raise Unreadable(NO_SHEET)
    return table if table in sheets else sheets[0]


def note_ignored_sheet(path: Path, sheet: str, workspace: Workspace) -> None:
    """Say that a sheet is not read."""
    zh = f"{path.name}：忽略工作表“{sheet}”"
    workspace.note(zh, f"{path.name}: the sheet “{sheet}” is ignored")


def read_sheet(
    workbook: CalamineWorkbook, path: Path, name: str, table: DeclaredTable, workspace: Workspace
) -> Records:
    """Read one sheet."""
    rows = sheet_rows(workbook, path, name, workspace.tell)
    header = _header(next(rows, ([], ()))[0])
    typed = TypedRows(table, lay_out(header, table, workspace), workspace)
    for number, (cells, errors) in enumerate(rows, 2):
        for position in errors:
            typed.misread(number, position, Misread.ERROR)
        typed.add(number, cells)
    typed.note_numbers()
    return typed.writer.finish()


def sheet_rows(
    workbook: CalamineWorkbook,
    path: Path,
    name: str,
    tell: Callable[[float], None] = lambda _share: None,
) -> Iterator[tuple[list[Cell], Collection[int]]]:
    """Every row of a sheet from the first: its cells, and the positions of errors among them.

    ``tell`` is told how much has been read, 0 to 1.
    """
    sheet = _guarded(lambda: workbook.get_sheet_by_name(name))
    tell(PARSED / 2)
    errors = _guarded(lambda: sheet_errors(path, name))
    rows = cast(Iterator[list[Cell]], _guarded(lambda: iter(sheet.iter_rows())))
    for number, cells in enumerate(rows, 1):
        if number % TOLD_EVERY == 0:
            tell(PARSED + (1 - PARSED) * number / sheet.height)
        found = errors.get(number, {})
        for position, text in found.items():
            cells[position] = text
        yield cells, found.keys()


def _header(cells: list[Cell]) -> list[str]:
    """The headings up to the last one with text: a sheet does not say where its header ends."""
    texts = [cell_text(cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _guarded(read: Callable[[], T]) -> T:
    """Whatever a damaged file makes of the library that reads it is a fault of the file."""
    try:
        return read()
    except Exception:
        raise Unreadable(DAMAGED) from None
    except BaseException as problem:
        # The library's own panics are outside the usual tree of exceptions.
        if type(problem).__name__ == "PanicException":
            raise Unreadable(DAMAGED) from None
        raise
