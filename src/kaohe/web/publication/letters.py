"""The papers of a publication: a letter for every area, and the notice as a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kaohe.outputs.letters import Letters
from kaohe.outputs.papers.letters import Terms
from kaohe.outputs.papers.notice import notice_document
from kaohe.outputs.papers.writing import file_name, letter_files
from kaohe.pipeline import Assessment
from kaohe.reports.word import as_docx
from kaohe.web.jobs.working import Tell

FOLDER, NOTICE = "letters", "notice.docx"
APPROVED = ""
"""What stands on every page of a letter: nothing. It is approved with what is published."""


def letter_of(folder: Path, subject: str, kind: str = "pdf") -> Path:
    """Where the letter of a subject lies in the folder of a publication."""
    return folder / FOLDER / f"{file_name(subject)}.{kind}"


def write_papers(
    folder: Path, assessment: Assessment, labels: Mapping[str, str], terms: Terms, tell: Tell
) -> None:
    """Write every letter as PDF and DOCX, and the notice, into a folder.

    ``labels`` are those that were ruled, by subject, of the node that is made public; the letter
    explains the run as it stands. Raises MissingGlyphs.
    """
    letters = Letters(assessment, labels)
    (folder / FOLDER).mkdir()
    approved = replace(terms, mark=APPROVED)
    for index, subject in enumerate(letters.sheet.ids):
        tell(index / letters.sheet.size)
        pdf, docx = letter_files(letters, index, approved)
        letter_of(folder, subject).write_bytes(pdf)
        letter_of(folder, subject, "docx").write_bytes(docx)
    (folder / NOTICE).write_bytes(as_docx(notice_document(letters, terms)))
