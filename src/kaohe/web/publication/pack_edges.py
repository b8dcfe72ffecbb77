"""The edges of labels by place: who stands last inside and first outside, and how far apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from kaohe.scheme.nodes import AllocateNode, RankNode
from kaohe.scoring.cohorts import class_name
from kaohe.scoring.deciding import allocated
from kaohe.scoring.overriding import overridable
from kaohe.scoring.ranking import Key, Standing, standings
from kaohe.scoring.reasons import printed
from kaohe.scoring.sheet import Sheet
from kaohe.values.numbers import NUMBERS, fixed, shortest
from kaohe.values.text import Text
from kaohe.web.cycles.schemes import scheme_under
from kaohe.web.results.actions import assessed_again
from kaohe.web.results.models import Run

FEWEST_PLACES, MOST_PLACES = 2, 6
"""Decimals of a difference: no more than it takes to tell it from nothing."""


@dataclass(frozen=True)
class Side:
    """Those who stand on one side of an edge, with the figure that they are compared by."""

    subjects: tuple[str, ...]
    figure: str


@dataclass(frozen=True)
class Edge:
    """The end of a label's places in one class; ``group`` names the class, None where all are in
    one. ``limit`` is the last place that gets it, or (not ``by_place``) how many get it; ``given``
    is how many have it.

    ``key`` is the node that parts both sides: the first by which they differ. It is empty where
    they are equal in all, or where a rule puts one side last whatever its figures. ``difference``
    is exact and never told as nothing where there is one. ``others`` have neither the label nor a
    better one; ``passed`` are those of them who stand before the last one inside.
    """

    node: str
    label: str
    group: Text | None
    limit: str
    by_place: bool
    given: int
    rank: str
    inside: Side
    outside: Side
    key: str
    difference: str
    equal: bool
    others: frozenset[str]
    passed: tuple[str, ...]


def edges_of(run: Run) -> tuple[Edge, ...]:
    """The edges of every label by place of a run, in the order of the scheme."""
    return _edges(run.pk, run.results_sha256)


@lru_cache(maxsize=8)
def _edges(run_pk: int, _sha256: str) -> tuple[Edge, ...]:
    run = Run.objects.select_related("cycle__scheme").get(pk=run_pk)
    with assessed_again(run, scheme_under(run.cycle.scheme, run.taken)) as assessment:
        sheet = assessment.sheet
        return tuple(
            edge for node in overridable(assessment.scheme) for edge in edges_in(node, sheet)
        )


def edges_in(node_id: str, sheet: Sheet) -> Iterator[Edge]:
    """The edges of a node's labels, class by class; none where labels go by value alone."""
    node = sheet.scheme.nodes[node_id]
    if not isinstance(node, AllocateNode):
        return
    rank = sheet.scheme.nodes[node.by]
    assert isinstance(rank, RankNode), "labels by place go by a rank"
    standing = standings(rank, sheet)
    groups = {one.group for one in standing if isinstance(one.group, str)}
    for group in sorted(groups):
        members = [
            index for index, one in enumerate(standing) if one.group == group and one.absent is None
        ]
        members.sort(key=lambda index: standing[index].key)
        yield from _in_class(node_id, node, rank, standing, members, sheet)


def _in_class(
    node_id: str,
    node: AllocateNode,
    rank: RankNode,
    standing: Sequence[Standing],
    members: Sequence[int],
    sheet: Sheet,
) -> Iterator[Edge]:
    column, steps = sheet.values[node_id], allocated(node, sheet)
    better: set[str] = set()
    for places in node.places:
        better.add(places.label)
        inside = [index for index in members if column[index] == places.label]
        others = [index for index in members if column[index] not in better]
        if not inside or not others:
            continue
        last = standing[inside[-1]].key
        # Whoever stands before the last one inside was kept out by something else than the place.
        passed = [index for index in others if standing[index].key < last]
        outside = others[len(passed) :] or others
        first = standing[outside[0]].key
        place = _differs_at(last, first)
        key = rank.by[place].node if place is not None else ""
        shown = key or rank.by[0].node
        limits = (one.limit for one in steps[inside[0]].steps if one.places is places)
        yield Edge(
            node_id,
            places.label,
            class_name(rank.within, sheet, inside[0]),
            shortest(next(limits, len(inside))),
            places.to_rank is not None,
            len(inside),
            node.by,
            _side([index for index in inside if standing[index].key == last], shown, sheet),
            _side([index for index in outside if standing[index].key == first], shown, sheet),
            key,
            _difference(key, inside[-1], outside[0], sheet),
            last == first,
            frozenset(sheet.ids[index] for index in others),
            tuple(sorted(sheet.ids[index] for index in passed)),
        )


def _differs_at(one: Key, other: Key) -> int | None:
    """The place of the first figure in which two keys differ; None where none does."""
    if one[0] != other[0]:
        return None
    pairs = zip(one[1], other[1], strict=True)
    return next((place for place, (own, its) in enumerate(pairs) if own != its), None)


def _side(members: Sequence[int], key: str, sheet: Sheet) -> Side:
    node = sheet.scheme.nodes[key]
    figure = printed(sheet.scheme, node, sheet.values[key][members[0]])
    return Side(tuple(sheet.ids[index] for index in members), figure)


def _difference(key: str, inside: int, outside: int, sheet: Sheet) -> str:
    if not key:
        return ""
    own, its = (sheet.values[key][index] for index in (inside, outside))
    if not isinstance(own, NUMBERS) or not isinstance(its, NUMBERS):
        return ""
    apart = abs(Fraction(own) - Fraction(its))
    told = (fixed(apart, places) for places in range(FEWEST_PLACES, MOST_PLACES + 1))
    return next((text for text in told if Fraction(text)), shortest(apart))
