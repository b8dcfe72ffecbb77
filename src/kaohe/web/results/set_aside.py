"""What comes of the ballots that two people left out: every area's figures with and without them.

Both are scored by the one evaluator, on the facts as they now are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import QuerySet

from kaohe.outputs.few_ballots import FEWEST_TOLD
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import LABELLED, RankNode, SurveyNode
from kaohe.values.text import Text
from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.results.actions import assessed
from kaohe.web.results.gathering import gather
from kaohe.web.results.presenters import figure
from kaohe.web.surveys.models import Ballot

Printed = Mapping[str, Mapping[str, str]]
"""The figures of each area by node, as results print them."""


@dataclass(frozen=True)
class Figure:
    """One figure of an area: counting every ballot, and without those left out."""

    label: Text
    with_all: Text
    without: Text

    @property
    def moves(self) -> bool:
        """Whether leaving ballots out changes it."""
        return self.with_all != self.without


@dataclass(frozen=True)
class Compared:
    """An area of which ballots were left out: how many, and its figures both ways."""

    area_id: str
    ballots: int
    figures: tuple[Figure, ...]

    @property
    def few(self) -> bool:
        """Whether so few are left out that their figures would tell what was said."""
        return self.ballots < FEWEST_TOLD


def left_out(cycle: Cycle) -> QuerySet[Ballot]:
    """The ballots of a cycle that do not count because two people said so."""
    return Ballot.objects.filter(cycle=cycle, set_aside=True, round__trial=False)


def with_and_without(cycle: Cycle) -> tuple[Compared, ...] | None:
    """The areas with ballots left out, in the order of their ids; None while facts are at fault."""
    newest = Event.objects.filter(town=cycle.town.code).order_by("-number").first()
    return _compared(cycle.pk, newest.sha256 if newest else "")


@lru_cache(maxsize=8)
def _compared(cycle_pk: int, _newest: str) -> tuple[Compared, ...] | None:
    cycle = Cycle.objects.select_related("town", "scheme").get(pk=cycle_pk)
    scheme = scheme_of(cycle)
    with_all, without = (_printed(cycle, scheme, every) for every in (True, False))
    if with_all is None or without is None:
        return None
    by_area = Counter(left_out(cycle).values_list("area_id", flat=True))
    return tuple(
        Compared(
            area,
            by_area[area],
            tuple(
                Figure(_label(scheme, node), *(figure(scheme, node, one) for one in both))
                for node in without[area]
                if by_area[area] >= FEWEST_TOLD or not _is_figure(scheme, node)
                for both in [(with_all[area][node] or None, without[area][node] or None)]
            ),
        )
        for area in sorted(by_area)
        if area in with_all and area in without
    )


def _is_figure(scheme: Scheme, node: str) -> bool:
    return not isinstance(scheme.nodes[node], (RankNode, *LABELLED))


def _label(scheme: Scheme, node: str) -> Text:
    return scheme.nodes[node].label or Text(zh=node, en=node)


def _printed(cycle: Cycle, scheme: Scheme, every_ballot: bool) -> Printed | None:
    gathered = gather(cycle, scheme, every_ballot=every_ballot)
    if gathered.facts is None:
        return None
    with gathered.facts as facts:
        assessment = assessed(cycle, scheme, facts)
        nodes = [
            node
            for node in assessment.columns
            if node in assessment.first or isinstance(scheme.nodes[node], SurveyNode)
        ]
        return {
            one.id: {node: assessment.printed(node, place) for node in nodes}
            for place, one in enumerate(assessment.sheet.figures.subjects)
        }
