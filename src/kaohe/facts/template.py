"""The workbook that data providers fill in: a sheet per table, and one that explains them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from kaohe.facts.describing import described, listed, where
from kaohe.facts.parsing import decimal_text
from kaohe.facts.sheets import write_text
from kaohe.values.tables import Column, Table
from kaohe.values.text import Language, Text

NO_CLOCK = datetime(2000, 1, 1, tzinfo=UTC)
"""A workbook carries a date of creation; a fixed one keeps the same tables the same bytes."""

GUIDE = "说明"
LONGEST_SHEET_NAME = 31
LAST_ROW = 1_048_575
LISTS_AT = 30
"""The column of the guide, out of sight, from which the lists of drop-downs are taken."""

INTRODUCTION = (
    Text(
        zh="每个工作表是一张数据表，工作表名和第一行标题请勿改动；每行填写一条记录。",
        en="Each sheet is a table: leave its name and first row as they are, one record a row.",
    ),
    Text(
        zh="没有数据的表请删除整个工作表：保留空表表示“确实没有记录”。",
        en="Delete the sheet of a table without data: an empty one says that there is nothing.",
    ),
    Text(
        zh="编号按文本填写，前导零会保留；日期写作 2024-03-01。",
        en="Ids are text and keep their leading zeros; dates are written 2024-03-01.",
    ),
)
HEADINGS = (
    Text(zh="工作表", en="Sheet"),
    Text(zh="数据表", en="Table"),
    Text(zh="一行表示", en="A row is"),
    Text(zh="数据提供方", en="Provider"),
    Text(zh="列标题", en="Heading"),
    Text(zh="英文列名", en="English name"),
    Text(zh="是否必填", en="Required"),
    Text(zh="填写内容", en="What to fill in"),
)
WIDTHS = (20, 22, 34, 30, 18, 18, 24, 70)

REQUIRED = Text(zh="必填", en="required")
OPTIONAL = Text(zh="选填", en="optional")
YES_OR_NO = ("是", "否")


def write_template(
    tables: Mapping[str, Table],
    title: Text,
    path: Path,
    language: Language,
    examples: Mapping[str, str] | None = None,
) -> None:
    """Write the workbook to ``path``. The same tables give the same bytes.

    ``examples`` are ids that there are, by column, in place of made up ones.
    """
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as workbook:
        workbook.set_properties({"title": title[language], "created": NO_CLOCK})
        _Template(workbook, tables, language, examples or {}).write(title)
    path.write_bytes(content.getvalue())


@dataclass
class _Template:
    """The workbook while it is written."""

    workbook: Workbook
    tables: Mapping[str, Table]
    language: Language
    examples: Mapping[str, str]

    def __post_init__(self) -> None:
        style = {"font_size": 11, "valign": "top"}
        self.wrapped = self.workbook.add_format({**style, "text_wrap": True})
        self.head = self.workbook.add_format({**style, "bold": True, "bg_color": "#D9E2F3"})
        self.option = self.workbook.add_format({**style, "bg_color": "#F2F2F2"})
        self.title = self.workbook.add_format({"font_size": 16, "bold": True})
        self.text = self.workbook.add_format({"num_format": "@"})
        self.date = self.workbook.add_format({"num_format": "yyyy-mm-dd"})
        self.lists: dict[tuple[str, ...], str] = {}

    def write(self, title: Text) -> None:
        """The guide first, then a sheet for each table."""
        guide = self.workbook.add_worksheet(self._guide_name())
        self._write_guide(guide, title)
        for table_name, table in self.tables.items():
            self._write_table(table_name, table, guide)
        guide.set_column(LISTS_AT, LISTS_AT + len(self.lists), 8, None, {"hidden": True})

    def _guide_name(self) -> str:
        """A name that no table has."""
        name = GUIDE
        while name in self.tables:
            name += "_"
        return name

    def _write_guide(self, guide: Worksheet, title: Text) -> None:
        write_text(guide, 0, 0, title[self.language], self.title)
        for row, text in enumerate(INTRODUCTION, 1):
            write_text(guide, row, 0, text[self.language])
        top = len(INTRODUCTION) + 2
        for position, (heading, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
            write_text(guide, top, position, heading[self.language], self.head)
            guide.set_column(position, position, width)
        guide.freeze_panes(top + 1, 0)
        guide.set_landscape()
        guide.fit_to_pages(1, 0)
        row = top + 1
        for table_name, table in self.tables.items():
            for name, column in table.columns.items():
                cells = (*self._about_table(table_name, table), *self._about_column(name, column))
                for position, cell in enumerate(cells):
                    write_text(guide, row, position, cell, self.wrapped)
                row += 1

    def _about_table(self, name: str, table: Table) -> tuple[str, ...]:
        provider = table.provider[self.language] if table.provider else ""
        return name, table.label[self.language], table.row[self.language], provider

    def _about_column(self, name: str, column: Column) -> tuple[str, ...]:
        filled = requirement(column)[self.language]
        told = meaning(column, self.examples.get(name))[self.language]
        return column.heading, name, filled, told

    def _write_table(self, name: str, table: Table, guide: Worksheet) -> None:
        sheet = self.workbook.add_worksheet(name[:LONGEST_SHEET_NAME])
        sheet.freeze_panes(1, 0)
        for position, (column_name, column) in enumerate(table.columns.items()):
            sheet.set_column(position, position, _width(column), self._format(column))
            head = self.head if column.required else self.option
            write_text(sheet, 0, position, column.heading, head)
            note = f"{column_name}\n{requirement(column)[self.language]}\n"
            note += meaning(column, self.examples.get(column_name))[self.language]
            sheet.write_comment(0, position, note, {"author": "", "x_scale": 2, "y_scale": 1.5})
            self._add_drop_down(sheet, position, column, guide)

    def _format(self, column: Column) -> Format | None:
        if column.type in ("id", "text"):
            return self.text
        return self.date if column.type == "date" else None

    def _add_drop_down(
        self, sheet: Worksheet, position: int, column: Column, guide: Worksheet
    ) -> None:
        options = YES_OR_NO if column.type == "boolean" else tuple(column.choices.values())
        if options:
            rule = {"validate": "list", "source": self._list(options, guide)}
            # A code in place of its label is accepted too: ask, but do not refuse.
            rule |= {"error_type": "warning"}
            sheet.data_validation(1, position, LAST_ROW, position, rule)

    def _list(self, options: tuple[str, ...], guide: Worksheet) -> str:
        """Where the guide holds these options; a drop-down cannot hold long lists itself."""
        if options not in self.lists:
            column = LISTS_AT + len(self.lists)
            for row, option in enumerate(options):
                write_text(guide, row, column, option)
            cells = xl_range_abs(0, column, len(options) - 1, column)
            self.lists[options] = f"='{self._guide_name()}'!{cells}"
        return self.lists[options]


def requirement(column: Column) -> Text:
    """Whether a cell has to be filled, and what it counts as if it is not."""
    if column.required_where is not None:
        when = where(column.required_where)
        return Text(zh=f"{when.zh} 时必填", en=f"required where {when.en}")
    if column.required is True:
        return REQUIRED
    if column.default is not None:
        default = column.choices.get(column.default, column.default)
        zh, en = f"选填，不填为 {_local(default)}", f"optional, {column.default} if left empty"
        return Text(zh=zh, en=en)
    return OPTIONAL


def meaning(column: Column, example: str | None = None) -> Text:
    """What a cell may hold, with an example: one of an id that there is, else a made up one."""
    what, example = described(column), example or _example(column)
    zh, en = what.zh, what.en
    if column.filled_only_where is not None:
        when = where(column.filled_only_where)
        zh, en = f"{zh}；仅在 {when.zh} 时填写", f"{en}; only where {when.en}"
    if column.refers_to is not None:
        table, key = column.refers_to.split(".")
        zh, en = (
            f"{zh}；应为表 {table} 中的 {key}",
            f"{en}; the {key} of a row in the table {table}",
        )
    if column.choices:
        labels = listed(column.choices.values())
        zh, en = f"从下拉列表中选择：{labels.zh}", f"one of the list: {labels.en}"
    if example:
        zh, en = f"{zh}；例如 {example}", f"{en}; for example {example}"
    return Text(zh=zh, en=en)


def _example(column: Column) -> str:
    if column.type in ("whole", "decimal"):
        edges = [edge for edge in (column.maximum, column.minimum) if isinstance(edge, Decimal)]
        return decimal_text(edges[0]) if edges and edges[0] else "12"
    if column.choices:
        return next(iter(column.choices.values()))
    return {"id": "001", "text": "", "date": "2024-03-01", "boolean": "是"}[column.type]


def _local(code: str) -> str:
    return {"true": "是", "false": "否"}.get(code, code)


def _width(column: Column) -> int:
    return {"id": 14, "text": 30, "date": 13, "choice": 22}.get(column.type, 12)
