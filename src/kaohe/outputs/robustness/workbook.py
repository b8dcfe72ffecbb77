"""``robustness.xlsx``: how firm a result is, for a leading group without statistics.

Its first page says of every column what it means.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from xlsxwriter import Workbook

from kaohe.analysis.robustness import Robustness
from kaohe.outputs.pages import NO_CLOCK, Book, Cell, how_to_write
from kaohe.outputs.robustness.beside import rate_sheet, weight_sheet
from kaohe.outputs.robustness.sheets import Sheet, SubjectSheets
from kaohe.outputs.robustness.telling import Told
from kaohe.outputs.robustness.wording import READINGS, cautions
from kaohe.pipeline import Assessment
from kaohe.values.text import Language, Text

HOW = Text(zh="怎么读", en="How to read")
HEADINGS = (Text(zh="页", en="Page"), Text(zh="列", en="Column"), Text(zh="意思", en="Meaning"))
ALL = Text(zh="全部", en="all")
NOTES = Text(zh="提示", en="Notes")
HOW_WIDTHS, NOTE_WIDTHS = (22, 26, 96), (110,)
PROVISIONAL = Text(
    zh="按暂定结果计算：尚有检查未满足或数据不全。",
    en="Of a provisional result: a check is unmet or data is missing.",
)


def write_workbook(
    path: Path, assessment: Assessment, found: Robustness, language: Language
) -> None:
    """The page that explains, then all others, in one language."""
    sheets = list(_sheets(assessment, found, language))
    with Workbook(path, how_to_write(constant_memory=True)) as workbook:
        title = assessment.scheme.title[language]
        workbook.set_properties({"created": NO_CLOCK, "title": title})
        book = Book(workbook)
        page = book.page(HOW[language], HOW_WIDTHS)
        page.line(title, book.title)
        if not assessment.final:
            page.line(PROVISIONAL[language])
        explained = _explained(assessment, found, sheets, language)
        page.table([heading[language] for heading in HEADINGS], explained)
        for sheet in sheets:
            page = book.page(sheet.name[language], [column.width for column in sheet.columns])
            if sheet.caution is not None:
                page.line(sheet.caution[language])
            page.table([column.heading[language] for column in sheet.columns], sheet.rows)
        if found.notes:
            page = book.page(NOTES[language], NOTE_WIDTHS)
            page.table([NOTES[language]], ([text[language]] for text in found.notes))


def _sheets(assessment: Assessment, found: Robustness, language: Language) -> Iterator[Sheet]:
    if found.replicates is not None:
        for kind in (None, *assessment.scheme.subjects):
            told = Told(assessment.of(kind), found.replicates)
            yield from SubjectSheets(told, found, language).all()
    if found.rates:
        yield rate_sheet(assessment, found.rates, language)
    if found.weights:
        yield weight_sheet(assessment, found.weights, language)


def _explained(
    assessment: Assessment, found: Robustness, sheets: Sequence[Sheet], language: Language
) -> Iterator[list[Cell]]:
    for text in (*cautions(assessment, found), READINGS):
        yield [ALL[language], "", text[language]]
    for sheet in sheets:
        for column in sheet.columns:
            words = (sheet.name, column.heading, column.meaning)
            yield [word[language] for word in words]
