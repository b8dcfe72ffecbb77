"""Whatever is changed in a scheme: loading says what it thinks, and what passes can be scored.

Every case of the manual is a scheme with facts; one after the other is changed at random. Findings
come out, never a traceback and never a hang. If no error is found, scoring the case's facts must
not fail, every output must be written, and every value must lie where it was proved to lie.
"""

from __future__ import annotations

import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from kaohe.outputs.delimited import check_rows, pay_rows, result_rows
from kaohe.outputs.structured import write_json
from kaohe.pipeline import Assessment, assess
from kaohe.scheme.linting.bounds import reaches
from kaohe.scheme.loading import SchemeFile, load_scheme
from kaohe.scheme.shipped import find_scheme, shipped_schemes
from kaohe.values.numbers import Absence
from tests.spec.cases import Case, all_cases
from tests.spec.facts import read_case
from tests.spec.schemes import scheme_text
from tests.worlds.mutations import changed_text, changed_tree
from tests.worlds.soaking import first_of

CASES = [case for case in all_cases() if case.facts]
LONGEST = 30
"""Seconds after which a scheme counts as hanging; on an idle machine none takes half a second."""


@contextmanager
def in_time(text: str) -> Iterator[None]:
    """Fail with the scheme where something hangs."""

    def too_long(*_: Any) -> None:
        raise TimeoutError(text)

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LONGEST)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def loaded(text: str, folder: Path) -> SchemeFile | None:
    """A scheme file without errors; whatever else is said of it can be printed."""
    path = folder / "scheme.yaml"
    path.write_text(text, encoding="utf-8", errors="replace")
    with in_time(text):
        found, findings = load_scheme(path)
    for finding in findings:
        assert finding.text("zh")
        assert finding.text("en")
    assert (found is None) == any(one.weight == "error" for one in findings)
    return found


def scored(case: Case, found: SchemeFile, folder: Path, text: str) -> bool:
    """Score the facts of a case under a changed scheme; whether they were accepted."""
    scheme = found.under({})
    if scheme.subject.id not in str(scheme_text(case)):
        return False
    try:
        reading = read_case(case, scheme, folder)
    except AssertionError:  # a case without the table that is now that of the subjects
        return False
    if reading.facts is None:
        return False
    with reading.facts, in_time(text):
        assessment = assess(scheme, found.document.sha256, found.defaults, reading.facts)
        _write_all(assessment)
        _lie_where_proved(assessment)
    return True


def _write_all(assessment: Assessment) -> None:
    write_json(StringIO(), assessment)
    for kind in (None, *assessment.scheme.subjects):
        list(result_rows(assessment.of(kind)))
    if assessment.scheme.checks:
        list(check_rows(assessment))
    if assessment.scheme.pay is not None:
        list(pay_rows(assessment))


def _lie_where_proved(assessment: Assessment) -> None:
    for node_id, reach in reaches(assessment.scheme).items():
        low, high = reach.kept
        sheet = assessment.sheet.sheets[assessment.scheme.nodes[node_id].subject]
        for value in sheet.values[node_id]:
            if not isinstance(value, str | Absence):
                assert low is None or value >= low, (node_id, low, value)
                assert high is None or value <= high, (node_id, high, value)


def mutate(number: int, seed: int, folder: Path) -> str:
    """Change the scheme of one case, load it, score it if it passes; what came of it."""
    dice = random.Random(f"{seed}/{number}")
    case = CASES[number % len(CASES)]
    change = changed_text if dice.random() < 0.25 else changed_tree
    text = change(scheme_text(case), dice)
    found = loaded(text, folder)
    if found is None:
        return "refused"
    facts = folder / "facts"
    facts.mkdir()
    return "scored" if scored(case, found, facts, text) else "other facts wanted"


def mutate_many(numbers: range, seed: int, tmp_path: Path) -> None:
    """Change a scheme for each number; enough of what comes out is refused, enough is scored."""
    came_of: Counter[str] = Counter()
    for number in numbers:
        folder = tmp_path / str(number)
        folder.mkdir()
        came_of[mutate(number, seed, folder)] += 1
    assert min(came_of["refused"], came_of["scored"]) > len(numbers) / 6, came_of


@pytest.mark.parametrize("block", first_of(range(10), 1))
def test_changed_schemes_are_refused_or_can_be_scored(block: int, tmp_path: Path) -> None:
    mutate_many(range(100 * block, 100 * (block + 1)), 2024, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("block", range(10))
def test_many_changed_schemes_are_refused_or_can_be_scored(block: int, tmp_path: Path) -> None:
    numbers = range(1000 * block, 1000 * (block + 1))
    mutate_many(numbers, random.randrange(10**9), tmp_path)


@pytest.mark.parametrize("block", first_of(range(4), 1))
@pytest.mark.parametrize("name", shipped_schemes())
def test_changed_shipped_scheme_never_raises(name: str, block: int, tmp_path: Path) -> None:
    path = find_scheme(name)
    assert path is not None
    dice, text = random.Random(f"{name}/{block}"), path.read_text(encoding="utf-8")
    loaded(changed_tree(text, dice), tmp_path)
    loaded(changed_text(text, dice), tmp_path)
