"""A year's residents' judgement as everybody may read it: method, rounds, and what was reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from kaohe.outputs.few_ballots import is_of_ballots
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import MeanNode, SumNode
from kaohe.values.numbers import PERCENT, shortest
from kaohe.web.accounts.access import STAGES
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.results.participation import follow, samples_for, thresholds_of
from kaohe.web.results.participation_presenters import names_of, state_of
from kaohe.web.surveys.taking_part import ENDED, rounds_of
from kaohe.web.ui.templatetags.ui import told

NOT_PUBLIC_YET = "later"
"""The state of what is told only when its rounds have ended."""


@dataclass(frozen=True)
class PublicLine:
    """One area, with a state for each threshold."""

    name: str
    states: tuple[str, ...]


def weights_of(scheme: Scheme) -> list[tuple[str, str]]:
    """What weighs how much, in percent, in the first node that blends channels by weights."""
    for node in scheme.nodes.values():
        weights = node.of if isinstance(node, SumNode | MeanNode) else ()
        if isinstance(weights, Mapping) and all(is_of_ballots(one, scheme) for one in weights):
            return [
                (told(scheme.nodes[part].label), f"{shortest(Fraction(weight) * PERCENT)}%")
                for part, weight in weights.items()
            ]
    return []


def asked_told(scheme: Scheme) -> list[tuple[str, bool]]:
    """Who is asked: each sample by its name, and whether households are drawn by lot."""
    questionnaire = scheme.questionnaire
    samples = questionnaire.samples if questionnaire is not None else {}
    return [(told(sample.label), sample.at_random) for sample in samples.values()]


def reached_by_area(cycle: Cycle, head: str) -> tuple[PublicLine, ...]:
    """For each area whether each threshold is reached, as far as its rounds have ended.

    What is public changes only by an act that the log has; ``head``, the end of the log, says
    whether what was worked out before still holds.
    """
    return _reached(cycle.pk, head)


@lru_cache(maxsize=8)
def _reached(cycle_pk: int, _head: str) -> tuple[PublicLine, ...]:
    cycle = Cycle.objects.select_related("town", "scheme").get(pk=cycle_pk)
    scheme = scheme_of(cycle)
    public = set(_public(cycle, scheme))
    results = follow(cycle, scheme).results if public else {}
    return tuple(
        PublicLine(
            name,
            tuple(
                state_of(results.get(area, {}).get(check)) if check in public else NOT_PUBLIC_YET
                for check in thresholds_of(scheme)
            ),
        )
        for area, name in names_of(cycle).items()
    )


def _public(cycle: Cycle, scheme: Scheme) -> Iterator[str]:
    """The thresholds that are settled: all rounds have ended; where there is none, collection."""
    states = {sample: held.state for held in rounds_of(cycle) for sample in held.samples}
    collected = STAGES.index(cycle.stage) > STAGES.index("collecting")
    for check in thresholds_of(scheme):
        told_by = [states.get(sample, "prepared") for sample in samples_for(check, scheme)]
        if all(state in ENDED or (collected and state == "prepared") for state in told_by):
            yield check
