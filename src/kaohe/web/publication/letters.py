"""The papers of a publication: a letter for every area, and the notice as a draft."""

from __future__ import annotations

import json
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

FOLDER, NOTICE, TO_MEND = "letters", "notice.docx", "to_mend.json"
APPROVED = ""
"""What stands on every page of a letter: nothing. It is approved with what is published."""


def letter_of(folder: Path, subject: str, kind: str = "pdf") -> Path:
    """Where the letter of a subject lies in the folder of a publication."""
    return folder / FOLDER / f"{file_name(subject)}.{kind}"


def points_to_mend(folder: Path, subject: str) -> list[str]:
    """The points to mend that the letter of a subject names, as sentences without an end."""
    path = folder / TO_MEND
    if not path.exists():
        return []
    found: list[str] = json.loads(path.read_text(encoding="utf-8")).get(subject, [])
    return found


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
    mend: dict[str, list[str]] = {}
    for index, subject in enumerate(letters.sheet.ids):
        tell(index / letters.sheet.size)
        pdf, docx = letter_files(letters, index, approved)
        letter_of(folder, subject).write_bytes(pdf)
        letter_of(folder, subject, "docx").write_bytes(docx)
        mend[subject] = list(letters.of(index).to_mend)
    (folder / TO_MEND).write_text(json.dumps(mend, ensure_ascii=False), encoding="utf-8")
    (folder / NOTICE).write_bytes(as_docx(notice_document(letters, terms)))
