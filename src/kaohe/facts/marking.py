"""A table given back with its faults marked where they stand, for whoever has to mend it.

Every row keeps its number. A column at the right says what is wrong with a row, so that a filter
shows the rows at fault; a second sheet lists all faults, also those that have no cell.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kaohe.facts.headings import meant_by_headings
from kaohe.facts.readers.showing import shown_rows
from kaohe.facts.sheets import write_text
from kaohe.facts.template import LONGEST_SHEET_NAME, NO_CLOCK
from kaohe.values.faults import Fault
from kaohe.values.numbers import PLAIN
from kaohe.values.tables import Table
from kaohe.values.text import Language, Text, safe

SHEET_ROWS, SHEET_COLUMNS = 1_048_576, 16_384
RED = {"bg_color": "#FFC7CE", "font_color": "#9C0006"}
SENTENCE_WIDTH = 60
LIST_WIDTHS = (8, 24, 30, 80)
COMMENT_WIDTH, COMMENT_LINE = 260, 14
"""Pixels across a comment, and down for each of its lines."""
COMMENT_CHARACTERS: Mapping[Language, int] = {"zh": 22, "en": 44}
"""What stands in a line of a comment."""

FAULTS = Text(zh="错误", en="Faults")
LIST_HEADINGS = (
    Text(zh="行", en="Row"),
    Text(zh="列标题", en="Heading"),
    Text(zh="现值", en="Value"),
    Text(zh="应填内容", en="What was expected"),
)


def write_marked(
    source: Path,
    name: str,
    table: Table,
    faults: Sequence[Fault],
    out: Path,
    language: Language,
    *,
    fault_count: int | None = None,
) -> None:
    """Write the table ``name``, as a CSV or XLSX file holds it, to ``out`` as a marked workbook.

    Of ``faults`` those of other tables are left out. ``fault_count`` is the number of all faults
    where ``faults`` are only the first ones, as in a Reading. What cannot be read of the file, and
    rows beyond the last one of a sheet, are not shown. ``out`` is written whole or not at all.
    """
    with TemporaryDirectory(prefix=".kaohe-", dir=out.parent) as folder:
        draft = Path(folder) / "marked.xlsx"
        options = {"constant_memory": True, "strings_to_formulas": False, "tmpdir": folder}
        with Workbook(str(draft), options) as workbook:
            workbook.set_properties({"created": NO_CLOCK})
            own = [fault for fault in faults if fault.table == name]
            shown = _Shown(source, name, Path(folder))
            marked = _Marked(workbook, table, own, language, shown.width())
            sheet = name[:LONGEST_SHEET_NAME]
            complete = marked.rows(sheet, shown.rows())
            hidden = 0 if fault_count is None else fault_count - len(faults)
            list_name = _free_name(FAULTS[language], {sheet.capitalize()})
            marked.every_fault(list_name, _remarks(hidden, complete=complete))
        draft.replace(out)


def _remarks(hidden: int, *, complete: bool) -> list[Text]:
    """What the list of faults does not say by itself."""
    remarks = []
    if hidden > 0:
        remarks.append(
            Text(zh=f"另有 {hidden} 处错误未列出", en=f"{hidden} more faults are not listed")
        )
    if not complete:
        zh = f"一张工作表最多 {SHEET_ROWS} 行，其后的行未显示"
        en = f"a sheet has {SHEET_ROWS} rows, those after them are not shown"
        remarks.append(Text(zh=zh, en=en))
    return remarks


@dataclass(frozen=True)
class _Shown:
    """The rows of the file, as often as they are asked for."""

    source: Path
    name: str
    scratch: Path

    def rows(self) -> Iterable[list[str]]:
        return shown_rows(self.source, self.name, self.scratch)

    def width(self) -> int:
        """How many columns hold a text; one is left for the sentences."""
        widest = 0
        for cells in self.rows():
            if len(cells) > widest:
                filled = (at for at in range(len(cells), widest, -1) if cells[at - 1].strip())
                widest = next(filled, widest)
        return min(widest, SHEET_COLUMNS - 1)


@dataclass
class _Marked:
    """The workbook while it is written."""

    workbook: Workbook
    table: Table
    faults: Sequence[Fault]
    language: Language
    width: int

    def __post_init__(self) -> None:
        # Text stays text when somebody mends it: leading zeros survive.
        self.text = self.workbook.add_format({"num_format": "@"})
        self.wrong = self.workbook.add_format({"num_format": "@", **RED})
        self.head = self.workbook.add_format({"num_format": "@", "bold": True})
        self.wrong_head = self.workbook.add_format({"num_format": "@", "bold": True, **RED})
        self.sentence = self.workbook.add_format({"font_color": RED["font_color"]})
        self.wrapped = self.workbook.add_format({"text_wrap": True, "valign": "top"})
        self.headings: list[str] = []
        self.positions: dict[str, list[int]] = {}
        self.by_row: dict[int, list[Fault]] = {}
        for fault in self.faults:
            if fault.row is not None:
                self.by_row.setdefault(fault.row, []).append(fault)

    def rows(self, name: str, rows: Iterable[list[str]]) -> bool:
        """Every row with its marks; false if the sheet ends before they do."""
        sheet = self.workbook.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        # Numbers are text here, and nothing is to look like a fault that is none.
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{SHEET_ROWS}"})
        sheet.set_column(self.width, self.width, SENTENCE_WIDTH)
        every = iter(rows)
        self._header(sheet, next(every, []))
        last = 0
        for last, cells in enumerate(every, 1):
            if last == SHEET_ROWS:
                break
            self._row(sheet, last, cells)
        sheet.autofilter(0, 0, min(last, SHEET_ROWS - 1), self.width)
        return last < SHEET_ROWS

    def _header(self, sheet: Worksheet, cells: list[str]) -> None:
        meant = meant_by_headings(self.table)
        self.headings = [cell.strip() for cell in cells]
        for position, heading in enumerate(self.headings[: self.width]):
            if heading in meant:
                self.positions.setdefault(meant[heading], []).append(position)
        self._cells(sheet, 0, cells, self.head, self.wrong_head)
        mine = _free_name(FAULTS[self.language], {*meant, *self.headings})
        write_text(sheet, 0, self.width, mine, self.head)

    def _row(self, sheet: Worksheet, index: int, cells: list[str]) -> None:
        self._cells(sheet, index, cells, self.text, self.wrong)
        if index + 1 in self.by_row:
            sentences = [self._sentence(fault) for fault in self.by_row[index + 1]]
            text = ("；" if self.language == "zh" else "; ").join(sentences)
            write_text(sheet, index, self.width, safe(text), self.sentence)

    def _cells(
        self, sheet: Worksheet, index: int, cells: list[str], right: Format, wrong: Format
    ) -> None:
        """The cells of a row as they are, those at fault with what was expected."""
        marks = self._marks(index + 1)
        for position, cell in enumerate(cells[: self.width]):
            if cell and position not in marks:
                write_text(sheet, index, position, _harmless(cell), right)
        for position, comment in marks.items():
            # A row may end before the cell that should have been filled.
            cell = cells[position] if position < len(cells) else ""
            if cell:
                write_text(sheet, index, position, _harmless(cell), wrong)
            else:
                sheet.write_blank(index, position, None, wrong)
            sheet.write_comment(index, position, comment, self._comment_size(comment))

    def _marks(self, row: int) -> dict[int, str]:
        """What to say about the cells of a row that are at fault, by their positions."""
        found: dict[int, str] = {}
        for fault in self.by_row.get(row, ()):
            for position in self.positions.get(fault.column or "", ()):
                before = found[position] + "\n" if position in found else ""
                found[position] = before + fault.expected[self.language]
        return found

    def _comment_size(self, comment: str) -> dict[str, int]:
        wide = COMMENT_CHARACTERS[self.language]
        lines = sum(1 + len(line) // wide for line in comment.splitlines())
        return {"width": COMMENT_WIDTH, "height": COMMENT_LINE * (lines + 1)}

    def _heading(self, column: str) -> str:
        """What the file calls a column; where it has none, what it might be called."""
        if column in self.positions:
            return self.headings[self.positions[column][0]]
        return self.table.columns[column].heading if self.language == "zh" else column

    def _sentence(self, fault: Fault) -> str:
        expected = fault.expected[self.language]
        if fault.column is None:
            return expected
        return f"{self._heading(fault.column)}{'：' if self.language == 'zh' else ': '}{expected}"

    def every_fault(self, name: str, remarks: Sequence[Text]) -> None:
        """All faults of the table, one a row, then what else is to be said."""
        sheet = self.workbook.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for position, (heading, width) in enumerate(zip(LIST_HEADINGS, LIST_WIDTHS, strict=True)):
            sheet.set_column(position, position, width)
            write_text(sheet, 0, position, heading[self.language], self.head)
        for index, fault in enumerate(self.faults, 1):
            if fault.row is not None:
                sheet.write_number(index, 0, fault.row, self.wrapped)
            column = "" if fault.column is None else self._heading(fault.column)
            texts = (column, fault.shown, fault.expected[self.language])
            for position, text in enumerate(texts, 1):
                write_text(sheet, index, position, _harmless(text), self.wrapped)
        for index, remark in enumerate(remarks, len(self.faults) + 1):
            write_text(sheet, index, len(LIST_WIDTHS) - 1, remark[self.language], self.wrapped)


def _free_name(name: str, taken: Container[str]) -> str:
    """A name that is not taken yet."""
    while name in taken:
        name += "_"
    return name


def _harmless(cell: str) -> str:
    """A cell that is no formula; a negative number is none, and stays as it is."""
    return cell if PLAIN.fullmatch(cell) else safe(cell)
