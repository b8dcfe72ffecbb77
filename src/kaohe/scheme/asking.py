"""The questionnaire as it is asked: one list of single questions for every channel.

A question that holds several facts is asked as so many; what they earn together is a column of the
table of ballots. Answers are kept as they were given, by their codes, and become points only when
a run reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kaohe.scheme.model import AnswerLabel, Questionnaire
from kaohe.values.numbers import shortest
from kaohe.values.text import Text

Answers = Mapping[str, str]
"""Codes of answers by the names of what is asked; what was left open is not there."""


@dataclass(frozen=True)
class Choice:
    """One answer that can be ticked."""

    code: str
    label: Text
    points: Fraction


@dataclass(frozen=True)
class Asked:
    """One thing that is asked and answered by a single tick.

    ``name`` is the question's own, or with its half: ``q2``, ``q1.1``. ``part_of`` is the wording
    of the whole question where this is a half of it.
    """

    name: str
    question: str
    label: Text
    choices: tuple[Choice, ...]
    section: Text | None = None
    help: Text | None = None
    part_of: Text | None = None

    @property
    def codes(self) -> frozenset[str]:
        """The answers that can be given."""
        return frozenset(choice.code for choice in self.choices)


def asked_of(questionnaire: Questionnaire) -> tuple[Asked, ...]:
    """Everything that is asked, in order."""
    found: list[Asked] = []
    for name, question in questionnaire.questions.items():
        if not question.halves:
            choices = _choices(questionnaire.answers)
            found.append(
                Asked(name, name, question.label, choices, question.section, question.help)
            )
        for place, half in enumerate(question.halves, start=1):
            found.append(
                Asked(
                    f"{name}.{place}",
                    name,
                    half.label,
                    _choices(half.answers),
                    question.section,
                    question.help if place == 1 else None,
                    question.label,
                )
            )
    return tuple(found)


def _choices(answers: Mapping[str, AnswerLabel]) -> tuple[Choice, ...]:
    return tuple(Choice(code, one.label, Fraction(one.points)) for code, one in answers.items())


def points_by_question(asked: tuple[Asked, ...], answers: Answers) -> dict[str, str]:
    """The points of each question, empty where it or one of its halves was left open."""
    earned: dict[str, Fraction | None] = {}
    for one in asked:
        choice = next((c for c in one.choices if c.code == answers.get(one.name)), None)
        before = earned.get(one.question, Fraction(0))
        earned[one.question] = None if choice is None or before is None else before + choice.points
    return {name: "" if points is None else shortest(points) for name, points in earned.items()}
