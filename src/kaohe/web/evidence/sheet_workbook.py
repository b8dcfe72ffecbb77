"""A sheet of marks as a workbook: taken along, filled in anywhere, and read again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _

from kaohe.facts import read_facts
from kaohe.facts.first_rows import first_rows
from kaohe.outputs.entry import EntryColumn, Limits, entry_workbook
from kaohe.values.faults import SHOWN_CHARACTERS, Fault
from kaohe.values.numbers import shortest
from kaohe.values.tables import Column, Table, cell_text
from kaohe.values.text import Text, safe
from kaohe.web.cycles.items import Item
from kaohe.web.evidence.sheet_actions import Cell
from kaohe.web.evidence.sheet_contents import Sheet
from kaohe.web.evidence.sheet_presenters import range_of
from kaohe.web.evidence.sheet_rules import comment_missing, read_comment
from kaohe.web.registry.models import Area
from kaohe.web.ui.templatetags.ui import told
from kaohe.web.ui.uploads import CheckedUpload

TABLE = "marks"
AREA, NAME = "area_id", "name"
ID_WIDTH, NAME_WIDTH, SCORE_WIDTH, COMMENT_WIDTH = 12.0, 18.0, 16.0, 26.0


def workbook_of(sheet: Sheet) -> bytes:
    """Every area and item of a sheet with marks and comments so far.

    The headings are Chinese whatever the page: they are how the workbook is read again.
    """
    columns = [EntryColumn("居民区编号", ID_WIDTH), EntryColumn("居民区", NAME_WIDTH)]
    for number, item in enumerate(sheet.items, start=1):
        columns.append(EntryColumn(_score_heading(number, item), SCORE_WIDTH, _limits(item)))
        columns.append(EntryColumn(_comment_heading(number), COMMENT_WIDTH))
    lines = []
    for area in sheet.areas:
        line = [area.area_id, area.name]
        for item in sheet.items:
            mark = sheet.marks.get((area.area_id, item.node))
            line += [mark.score, mark.comment] if mark is not None else ["", ""]
        lines.append(line)
    return entry_workbook(title_of(sheet), columns, lines)


def title_of(sheet: Sheet) -> str:
    """What the workbook and its file are called."""
    return f"{sheet.cycle.year}年{sheet.department.name}评分表"


def _score_heading(number: int, item: Item) -> str:
    return f"{number}. {item.label.zh}"


def _comment_heading(number: int) -> str:
    return f"{number}. 说明"


def _limits(item: Item) -> Limits:
    return Limits(_decimal(item, "minimum"), _decimal(item, "maximum"), item.places, range_of(item))


def _decimal(item: Item, limit: str) -> Decimal:
    return Decimal(shortest(getattr(item, limit)))


def table_of(sheet: Sheet) -> Table:
    """The columns of the workbook as a fact table declares them."""
    areas = {area.area_id: area.area_id for area in sheet.areas}
    columns = {
        AREA: Column(type="choice", heading="居民区编号", choices=areas),
        NAME: Column(type="text", heading="居民区", required=False),
    }
    for number, item in enumerate(sheet.items, start=1):
        columns[item.node] = Column(
            type="decimal",
            heading=_score_heading(number, item),
            required="column",
            minimum=_decimal(item, "minimum"),
            maximum=_decimal(item, "maximum"),
            places=item.places,
        )
        columns[_comment_name(item)] = Column(
            type="text", heading=_comment_heading(number), required=False
        )
    label = Text(zh="科室评分", en="Marks")
    row = Text(zh="一个居民区", en="an area")
    return Table(label=label, row=row, columns=columns, key=(AREA,))


def _comment_name(item: Item) -> str:
    return f"{item.node}/comment"


@dataclass(frozen=True)
class Change:
    """A cell that the workbook fills otherwise than it stands."""

    area: Area
    item: Item
    cell: Cell
    score_before: str
    comment_before: str

    @property
    def comment_missing(self) -> bool:
        """Whether the mark will still need a comment."""
        return comment_missing(self.cell.score, self.cell.comment, self.item)


@dataclass(frozen=True)
class FaultShown:
    """A fault of the workbook: the row and column as its reader sees them."""

    row: int | None
    heading: str
    value: str
    expected: str


@dataclass(frozen=True)
class DryRun:
    """What a workbook would change, or what is wrong with it.

    ``missing`` are headings of this sheet that it lacks: it is the sheet of somebody else.
    """

    name: str
    changes: list[Change]
    faults: list[FaultShown]
    fault_count: int
    missing: tuple[str, ...] = ()


def read_workbook(upload: CheckedUpload, sheet: Sheet) -> DryRun:
    """Compare a workbook with the sheet; empty cells change nothing. The file is used up."""
    table = table_of(sheet)
    with TemporaryDirectory(dir=upload.path.parent) as folder:
        file = upload.path.replace(Path(folder) / f"{TABLE}.xlsx")
        missing = _missing_headings(file, table)
        if missing:
            return DryRun(upload.name, [], [], 0, missing)
        reading = read_facts(folder, {TABLE: table})
    if reading.facts is None:
        shown = [_shown_fault(fault, table) for fault in reading.faults]
        return DryRun(upload.name, [], shown, reading.fault_count)
    with reading.facts as facts:
        rows = facts.rows(TABLE, list(table.columns))
    changes: list[Change] = []
    faults: list[FaultShown] = []
    for row in rows:
        cells = {
            name: cell_text(cell, column)
            for cell, (name, column) in zip(row, table.columns.items(), strict=True)
        }
        for change in _changes(sheet, sheet.area_of[cells[AREA]], cells):
            too_long = read_comment(change.cell.comment)[1]
            if too_long:
                faults.append(_long_comment(change, too_long, table))
            else:
                changes.append(change)
    return DryRun(upload.name, [] if faults else changes, faults, len(faults))


def _missing_headings(file: Path, table: Table) -> tuple[str, ...]:
    """Headings that every workbook of the sheet has and this one lacks; none if it has no row."""
    header = {heading.strip() for row in first_rows(file, TABLE, 1) for heading in row}
    return tuple(
        column.heading
        for name, column in table.columns.items()
        if header and column.required and not header & {name, column.heading}
    )


def _changes(sheet: Sheet, area: Area, cells: dict[str, str]) -> Iterator[Change]:
    for item in sheet.items:
        mark = sheet.marks.get((area.area_id, item.node))
        before = (mark.score, mark.comment) if mark is not None else ("", "")
        score = cells[item.node] or before[0]
        comment = _as_typed(cells[_comment_name(item)], before[1]) or before[1]
        if (score, comment) != before:
            version = mark.version if mark is not None else 0
            cell = Cell(area.area_id, item.node, score, comment, version)
            yield Change(area, item, cell, *before)


def _as_typed(text: str, before: str) -> str:
    """A comment without the stroke that keeps spreadsheets from taking it for a formula."""
    if text == before or text == safe(before):
        return before
    return text[1:] if text.startswith("'") and safe(text[1:]) == text else text


def _long_comment(change: Change, expected: str, table: Table) -> FaultShown:
    heading = table.columns[_comment_name(change.item)].heading
    shown = change.cell.comment[:SHOWN_CHARACTERS]
    return FaultShown(None, f"{change.area.name} · {heading}", shown, expected)


def _shown_fault(fault: Fault, table: Table) -> FaultShown:
    column = table.columns.get(fault.column or "")
    heading = column.heading if column is not None else ""
    return FaultShown(fault.row, heading, fault.shown or _("（空）"), told(fault.expected))
