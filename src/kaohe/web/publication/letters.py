"""The papers of a publication: a letter for every area, and the notice as a draft."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from kaohe.outputs.letters import Letters
from kaohe.outputs.papers.letters import Terms, letter_document
from kaohe.outputs.papers.notice import notice_document
from kaohe.outputs.papers.writing import file_name, letter_files
from kaohe.pipeline import Assessment
from kaohe.reports.documents import Document, Heading, Paragraph, Part, Picture, Table
from kaohe.reports.word import as_docx
from kaohe.web.jobs.working import Tell

FOLDER, NOTICE, TO_MEND = "letters", "notice.docx", "to_mend.json"
SAID: Final = "letters.json"
"""What every letter says, for the page on which it is read."""
KINDS: Final = {kind.__name__: kind for kind in (Heading, Paragraph, Picture, Table)}
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


@dataclass(frozen=True)
class Said:
    """A letter as it is read on a page: to whom, its parts, who signs and of which day."""

    addressee: str
    parts: list[Part]
    signed: list[str]


def letter_said(folder: Path, subject: str) -> Said | None:
    """What the letter of a subject says; None where it was only kept as files."""
    path = folder / SAID
    found = json.loads(path.read_text(encoding="utf-8")).get(subject) if path.exists() else None
    if found is None:
        return None
    return Said(found["addressee"], list(map(_part, found["parts"])), found["signed"])


def _part(stored: dict[str, Any]) -> Part:
    kind = KINDS[stored.pop("kind")]
    if kind is Table:
        stored["numbers"] = frozenset(stored["numbers"])
    part: Part = kind(**stored)
    return part


def _said(document: Document) -> dict[str, Any]:
    signature = document.signature
    return {
        "addressee": document.addressee,
        "parts": [{"kind": type(part).__name__, **asdict(part)} for part in document.parts],
        "signed": [] if signature is None else [*signature.bodies, signature.dated],
    }


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
    said: dict[str, Any] = {}
    for index, (subject, letter) in enumerate(zip(letters.sheet.ids, letters, strict=True)):
        tell(index / letters.sheet.size)
        document = letter_document(letter, letters.scheme, approved)
        pdf, docx = letter_files(document)
        letter_of(folder, subject).write_bytes(pdf)
        letter_of(folder, subject, "docx").write_bytes(docx)
        mend[subject], said[subject] = list(letter.to_mend), _said(document)
    (folder / TO_MEND).write_text(json.dumps(mend, ensure_ascii=False), encoding="utf-8")
    stored = json.dumps(said, ensure_ascii=False, default=sorted)
    (folder / SAID).write_text(stored, encoding="utf-8")
    (folder / NOTICE).write_bytes(as_docx(notice_document(letters, terms)))
