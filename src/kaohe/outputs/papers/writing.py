"""``kaohe report``: letters, the notice and the workbook, all of them or none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kaohe.outputs.letters import Letters
from kaohe.outputs.papers.letters import PAGES, Terms, letter_document
from kaohe.outputs.papers.notice import notice_document
from kaohe.outputs.workbook import write_workbook
from kaohe.outputs.writing import written_together
from kaohe.pipeline import Assessment, Progress
from kaohe.reports.documents import Document
from kaohe.reports.pdf import as_pdf
from kaohe.reports.word import as_docx
from kaohe.values.text import Language

ODD: Final = re.compile(r"[^\w-]", re.ASCII)


def file_name(subject: str) -> str:
    """An id as the name of a file: whatever is no letter, digit, ``-`` or ``_`` as %XX of UTF-8.

    >>> file_name("J0001"), file_name("a/b"), file_name("一.")
    ('J0001', 'a%2Fb', '%E4%B8%80%2E')
    """
    return ODD.sub(lambda sign: "".join(f"%{byte:02X}" for byte in sign[0].encode()), subject)


def letter_files(document: Document) -> tuple[bytes, bytes]:
    """A letter as PDF and as DOCX. Raises MissingGlyphs."""
    return as_pdf(document, within=PAGES), as_docx(document)


def write_report(
    assessment: Assessment,
    out: Path,
    language: Language,
    terms: Terms | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """``letters/ID.pdf`` and ``.docx``, ``notice.docx``, ``results.xlsx`` in ``out``.

    As ``write_results`` does it; besides raises MissingGlyphs where no font has a character.
    """
    letters, words = Letters(assessment), terms or Terms()

    def write(folder: Path) -> None:
        place = folder / "letters"
        place.mkdir()
        for index, (pdf, docx) in enumerate(_all(letters, words, progress)):
            name = file_name(letters.sheet.ids[index])
            (place / f"{name}.pdf").write_bytes(pdf)
            (place / f"{name}.docx").write_bytes(docx)
        (folder / "notice.docx").write_bytes(as_docx(notice_document(letters, words)))
        write_workbook(folder / "results.xlsx", assessment, language)

    return written_together(out, write)


def _all(
    letters: Letters, terms: Terms, progress: Progress | None
) -> Iterator[tuple[bytes, bytes]]:
    tell = progress or (lambda _step, _share: None)
    for index, letter in enumerate(letters):
        tell("write", index / letters.sheet.size)
        yield letter_files(letter_document(letter, letters.scheme, terms))
