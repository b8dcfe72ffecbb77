"""How far an area is from the next bands, in points of what areas are ranked by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from kaohe.scheme.nodes import BandsNode
from kaohe.scoring.cohorts import classes
from kaohe.scoring.sheet import Sheet
from kaohe.scoring.valuing import find_band
from kaohe.values.numbers import NUMBERS, Number
from kaohe.web.results.cases_block import rank_of


@dataclass(frozen=True)
class Standing:
    """Where an area stands: its class, the position of its band, its place and its points."""

    group: str
    band: int
    place: Number
    points: Number


@dataclass(frozen=True)
class Edges:
    """The points between an area and its neighbours in other bands, of the same class.

    ``better`` to the last one of the next better band that has any, ``worse`` to the first one of
    the next worse band; None where there is none.
    """

    better: Fraction | None
    worse: Fraction | None


def edges_of(node_id: str, sheet: Sheet) -> list[Edges | None]:
    """For every area how far the next bands are; None where it has no band."""
    every = _standings(node_id, sheet)
    known = [one for one in every if one is not None]
    return [None if one is None else _edges(one, known) for one in every]


def _standings(node_id: str, sheet: Sheet) -> list[Standing | None]:
    node, rank = sheet.scheme.nodes[node_id], rank_of(node_id, sheet.scheme)
    assert isinstance(node, BandsNode)
    assert rank is not None
    places, points = sheet.column(node.of), sheet.values[rank.by[0].node]
    found: list[Standing | None] = []
    for index, group in enumerate(classes(rank.within, sheet)):
        place, point = places[index], points[index]
        band = find_band(node.bands, place, sheet, index)
        if isinstance(place, NUMBERS) and isinstance(point, NUMBERS) and isinstance(band, int):
            found.append(Standing(str(group), band, place, point))
        else:
            found.append(None)
    return found


def _edges(own: Standing, every: Sequence[Standing]) -> Edges:
    alike = sorted((one for one in every if one.group == own.group), key=lambda one: one.place)
    better = [one for one in alike if one.band < own.band]
    worse = [one for one in alike if one.band > own.band]
    return Edges(
        _between(own, better[-1]) if better else None,
        _between(own, worse[0]) if worse else None,
    )


def _between(one: Standing, other: Standing) -> Fraction:
    return abs(Fraction(one.points) - Fraction(other.points))
