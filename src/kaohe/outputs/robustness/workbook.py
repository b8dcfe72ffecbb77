"""``robustness.xlsx``: how firm a result is, for a leading group without statistics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from kaohe.analysis.robustness import Robustness
from kaohe.outputs.explained import Column, Explained, Sheet, write_explained
from kaohe.outputs.robustness.beside import rate_sheet, weight_sheet
from kaohe.outputs.robustness.sheets import SubjectSheets
from kaohe.outputs.robustness.telling import Told
from kaohe.outputs.robustness.wording import (
    INTRO,
    PROVISIONAL,
    READINGS,
    TITLE,
    TOTALS_ONLY,
    cautions,
    lacks_ballots,
)
from kaohe.pipeline import Assessment
from kaohe.values.text import Language, Text

NOTES = Text(zh="哪些算不出", en="What cannot be told")
NOTE = Column(
    110.0,
    Text(zh="算不出的", en="What cannot be told"),
    Text(
        zh="哪些误差算不出、或者只能估计，为什么。",
        en="Which errors cannot be told, or only roughly, and why.",
    ),
)


def write_workbook(
    path: Path, assessment: Assessment, found: Robustness, language: Language
) -> None:
    """The page that explains, then all others, in one language."""
    scheme = assessment.scheme.title
    says = [TOTALS_ONLY] if lacks_ballots(found) else []
    told = Explained(
        title=Text(zh=f"{TITLE.zh}　{scheme.zh}", en=f"{TITLE.en} · {scheme.en}"),
        stamps=[] if assessment.final else [PROVISIONAL],
        says=[INTRO, *says] if found.replicates is not None else says,
        notions=[*cautions(assessment, found), READINGS],
        sheets=list(_sheets(assessment, found, language)),
    )
    write_explained(path, told, language)


def _sheets(assessment: Assessment, found: Robustness, language: Language) -> Iterator[Sheet]:
    if found.replicates is not None:
        for kind in (None, *assessment.scheme.subjects):
            told = Told(assessment.of(kind), found.replicates)
            yield from SubjectSheets(told, found, language).all()
    if found.rates:
        yield rate_sheet(assessment, found.rates, language)
    if found.weights:
        yield weight_sheet(assessment, found.weights, language)
    if found.notes:
        yield Sheet(NOTES, [NOTE], _lines(found.notes, language))


def _lines(notes: Sequence[Text], language: Language) -> Iterator[list[str]]:
    return ([text[language]] for text in notes)
