"""CPU time of the documents of a result, step by step.

``python -m benchmarks.documents FOLDER`` takes a town of ``gaojing-2024``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from kaohe.facts import read_facts
from kaohe.outputs.letters import Letters
from kaohe.outputs.papers.letters import PAGES, Terms, letter_document
from kaohe.outputs.papers.writing import write_report
from kaohe.pipeline import Assessment, assess
from kaohe.reports.pdf import as_pdf
from kaohe.reports.word import as_docx
from kaohe.scheme.loading import load_scheme, take_decisions
from kaohe.scheme.shipped import find_scheme

Made = TypeVar("Made")


def assessment_of(folder: str) -> Assessment:
    """The town, scored under the defaults."""
    path = find_scheme("gaojing-2024")
    assert path is not None
    found, _ = load_scheme(path, only_errors=True)
    assert found is not None
    taken, _ = take_decisions(found.options, [])
    scheme = found.under(taken)
    facts = read_facts(folder, scheme.fact_tables).facts
    assert facts is not None
    return assess(scheme, found.document.sha256, taken, facts)


def told(what: str, make: Callable[[], Made]) -> Made:
    """What came of a step, its CPU seconds printed."""
    before = time.process_time()
    made = make()
    print(f"| {what} | {time.process_time() - before:.1f} |")
    return made


def main(folder: str) -> None:
    """Every step by itself, then the whole in a new process's state of things."""
    assessment = assessment_of(folder)
    letters = told("figures of all letters", lambda: list(Letters(assessment)))
    documents = told(
        "sentences, tables, charts",
        lambda: [letter_document(one, assessment.scheme, Terms()) for one in letters],
    )
    told("PDF", lambda: [as_pdf(one, within=PAGES) for one in documents])
    told("DOCX, with the chart as a picture", lambda: [as_docx(one) for one in documents])
    with TemporaryDirectory() as out:
        told("all files again, charts known", lambda: write_report(assessment, Path(out), "zh"))


if __name__ == "__main__":
    main(sys.argv[1])
