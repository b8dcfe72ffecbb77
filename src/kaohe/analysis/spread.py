"""How far scores lie apart within a subject, from the ballots of a year that is over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from kaohe.facts import Facts
from kaohe.scheme.model import Questionnaire, Scheme
from kaohe.scheme.sample_checks import SampleCheck
from kaohe.values.measures import Stored
from kaohe.values.numbers import PERCENT, square_root
from kaohe.values.tables import Column

PLACES = 2


@dataclass(frozen=True)
class Spread:
    """The standard deviation of ballots' scores (0 to 100) within their subjects.

    Pooled over ``subjects`` that have two ``ballots`` or more: the sum of squared distances from
    each subject's own mean, by one fewer than there are ballots in each.
    """

    deviation: Fraction
    ballots: int
    subjects: int


def spread_of(scheme: Scheme, facts: Facts, sample: SampleCheck) -> Spread | None:
    """The spread among the ballots of a sample; None where too few of them are there.

    The ballots are those that fulfil the sample's conditions on columns that ballots have.
    """
    scores: dict[str, list[Fraction]] = {}
    for subject, score in _scores(scheme, facts, sample):
        scores.setdefault(subject, []).append(score)
    several = [one for one in scores.values() if len(one) > 1]
    freedom = sum(len(one) - 1 for one in several)
    if not freedom:
        return None
    squares = sum(map(_squares, several), Fraction(0))
    ballots = sum(map(len, several))
    return Spread(square_root(squares / freedom, PLACES), ballots, len(several))


def _squares(scores: list[Fraction]) -> Fraction:
    """The sum of squared distances from the mean."""
    together = sum(scores, Fraction(0))
    return sum((one * one for one in scores), Fraction(0)) - together * together / len(scores)


def _scores(scheme: Scheme, facts: Facts, sample: SampleCheck) -> Iterator[tuple[str, Fraction]]:
    """Subject and score of every ballot that counts."""
    questionnaire = scheme.questionnaire
    assert questionnaire is not None
    declared = scheme.fact_tables[questionnaire.ballots].columns
    subject = scheme.ground.subject_column(questionnaire.ballots)
    asked = [(name, wanted) for name, wanted in sample.where if name in declared]
    questions = tuple(questionnaire.questions)
    names = (subject, *(name for name, _ in asked), *questions)
    points = {name: _points(questionnaire, declared[name]) for name in questions}
    for row in facts.rows(questionnaire.ballots, names):
        cells = dict(zip(names, row, strict=True))
        if any(str(cells[name]) != wanted for name, wanted in asked):
            continue
        answered = [points[name].of(cells[name]) for name in questions if cells[name] is not None]
        if answered and len(answered) >= questionnaire.answered_at_least:
            full = Fraction(questionnaire.full) * len(answered)
            yield str(cells[subject]), PERCENT * sum(answered, Fraction(0)) / full


@dataclass(frozen=True)
class _Points:
    """What a stored answer is worth: by its label, or as the multiple of its last place."""

    labels: Mapping[str, Fraction]
    scale: int

    def of(self, cell: Stored) -> Fraction:
        return self.labels[cell] if isinstance(cell, str) else Fraction(cell, self.scale)


def _points(questionnaire: Questionnaire, column: Column) -> _Points:
    labels = {code: Fraction(one.points) for code, one in questionnaire.answers.items()}
    return _Points(labels, 10 ** (column.places or 0))


def spreads_of(
    scheme: Scheme, facts: Facts, wanted: Iterable[SampleCheck]
) -> Mapping[str, Spread | None]:
    """The spread of each sample by the id of its check."""
    return {one.check: spread_of(scheme, facts, one) for one in wanted}
