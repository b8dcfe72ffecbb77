"""Which figures of one year go together with those of another: those worked out the same way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kaohe.scheme.comparing.differences import differences
from kaohe.scheme.comparing.steps import Difference, Field, Key
from kaohe.scheme.comparing.years import Moving
from kaohe.scheme.graph import nodes_above
from kaohe.scheme.model import Questionnaire, Scheme
from kaohe.scheme.nodes import SurveyNode

WORDS = frozenset({"asks_area", "basis", "clause", "label", "source", "voice"})
"""Fields that say something of a node and do not change its figure."""


def worked_out_anew(old: Scheme, new: Scheme) -> frozenset[str]:
    """The nodes of both schemes whose figures do not go together.

    They, or something that they are built on, are worked out in another way. Dates that only follow
    the period and other wording do not count. Either scheme is under the options that it took, so
    another option counts as another way.
    """
    both = [node_id for node_id in new.nodes if node_id in old.nodes]
    if old.rounding != new.rounding:
        return frozenset(both)
    moving = Moving(old.period, new.period)
    anew = {one for one in both if _differ(old.nodes[one], new.nodes[one], moving)}
    if _asks_otherwise(old.questionnaire, new.questionnaire):
        anew |= {one for one in both if isinstance(new.nodes[one], SurveyNode)}
    return frozenset(nodes_above(anew, new)).intersection(both)


def asked_anew(old: Scheme, new: Scheme) -> frozenset[str]:
    """The questions of both schemes that have other words, or answers of other worth."""
    one, two = old.questionnaire, new.questionnaire
    if one is None or two is None:
        return frozenset()
    both = [question for question in two.questions if question in one.questions]
    if (one.full, one.answers, one.answered_at_least) != (
        two.full,
        two.answers,
        two.answered_at_least,
    ):
        return frozenset(both)
    return frozenset(
        question
        for question in both
        if one.questions[question].label != two.questions[question].label
    )


def _asks_otherwise(old: Questionnaire | None, new: Questionnaire | None) -> bool:
    """Whether residents were asked something else, or their answers are worth something else."""
    if old is None or new is None:
        return old is not new

    def core(one: Questionnaire) -> tuple[Any, ...]:
        asked = {question: body.label for question, body in one.questions.items()}
        return one.full, one.answers, one.answered_at_least, asked

    return core(old) != core(new)


def _differ(old: object, new: object, moving: Moving) -> bool:
    return any(
        moving.rest(_way(difference), difference) is not None
        for difference in differences(old, new)
        if not WORDS.intersection(_names(difference))
    )


def _way(difference: Difference) -> tuple[object, ...]:
    return tuple(step.key if isinstance(step, Key) else step.name for step in difference.steps)


def _names(difference: Difference) -> Iterable[str]:
    return (step.name for step in difference.steps if isinstance(step, Field))
