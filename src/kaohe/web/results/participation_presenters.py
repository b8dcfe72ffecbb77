"""Participation as pages show it: reached, not yet, cannot be told. Areas stand in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kaohe.analysis.union_plan import VERDICTS
from kaohe.scheme.model import Scheme
from kaohe.scoring.checking import CheckResult
from kaohe.values.numbers import fixed
from kaohe.web.cycles.facts import exempted_ids
from kaohe.web.cycles.models import Cycle
from kaohe.web.registry.facts import areas_facts, areas_without_counts
from kaohe.web.results.participation import Followed, follow, thresholds_of
from kaohe.web.results.participation_outlook import Outlook, outlooks
from kaohe.web.surveys.taking_part import ENDED, rounds_of
from kaohe.web.ui.templatetags.ui import between, told

REACHED, NOT_YET, UNKNOWN = "reached", "not_yet", "unknown"


@dataclass(frozen=True)
class Threshold:
    """What the scheme asks for, with its clause."""

    check: str
    name: str
    clause: str


@dataclass(frozen=True)
class Cell:
    """How one area stands with one threshold.

    Only for the clerk and the leading group: whether the latter has ``accepted`` it as it is, and
    the ``figures``.
    """

    state: str
    accepted: bool = False
    figures: str = ""


@dataclass(frozen=True)
class Line:
    """One area, threshold by threshold."""

    area: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Expected:
    """What is expected of one area at the end of the rounds, for a union of channels."""

    name: str
    state: str
    expected: str
    bounds: str
    required: int
    verdict: str
    short: int
    """So many households that took no part yet are lacking; 0 where nothing is."""
    is_known: bool


def state_of(result: CheckResult | None) -> str:
    """Reached, not yet, or unknown: nobody counted the area, or counts only give bounds."""
    if result is None or result.met is None:
        return UNKNOWN
    return REACHED if result.met else NOT_YET


def thresholds_shown(scheme: Scheme) -> list[Threshold]:
    """The thresholds in the order of the scheme."""
    return [
        Threshold(name, told(scheme.checks[name].label), scheme.checks[name].clause)
        for name in thresholds_of(scheme)
    ]


def own_lines(cycle: Cycle, scheme: Scheme, areas: Mapping[str, str]) -> list[Line]:
    """The areas that somebody is in charge of, by id and name, without any figure."""
    return _lines(scheme, follow(cycle, scheme, only=areas), areas, with_figures=False)


def all_lines(cycle: Cycle, scheme: Scheme) -> tuple[list[Line], list[tuple[str, list[Expected]]]]:
    """Every area with its figures, and for each union of channels what is expected of each area
    that has not reached it."""
    followed, names = follow(cycle, scheme), names_of(cycle)
    ended = {sample for held in rounds_of(cycle).filter(state__in=ENDED) for sample in held.samples}
    expected = [
        (
            told(scheme.checks[check_id].label),
            [
                _expected(names[area], followed.results[area][check_id], one)
                for area, one in by_area.items()
                if followed.results[area][check_id].met is not True
            ],
        )
        for check_id, by_area in outlooks(scheme, followed, ended).items()
    ]
    return _lines(scheme, followed, names, with_figures=True), expected


def _lines(
    scheme: Scheme, followed: Followed, names: Mapping[str, str], *, with_figures: bool
) -> list[Line]:
    return [
        Line(
            area,
            name,
            tuple(
                _cell(followed.results.get(area, {}).get(check), with_figures=with_figures)
                for check in thresholds_of(scheme)
            ),
        )
        for area, name in sorted(names.items())
    ]


def _cell(result: CheckResult | None, *, with_figures: bool) -> Cell:
    if result is None or not with_figures:
        return Cell(state_of(result))
    figures = f"{between(result.actual)} / {result.required}"
    return Cell(state_of(result), result.waived and result.met is not True, figures)


def _expected(name: str, result: CheckResult, outlook: Outlook) -> Expected:
    union, required = outlook.union, outlook.required
    return Expected(
        name=name,
        state=state_of(result),
        expected=fixed(union.expected, 0),
        bounds=between(f"{union.least}..{union.most}"),
        required=required,
        verdict=told(VERDICTS[outlook.verdict]),
        short=union.new_ones_needed(required),
        is_known=outlook.is_known,
    )


def names_of(cycle: Cycle) -> dict[str, str]:
    """The names of the areas that are assessed, counted or not, in the order of their ids."""
    town, left_out = cycle.town, exempted_ids(cycle)
    rows = areas_facts(town, cycle.year, cycle.first, cycle.last, left_out)
    uncounted = areas_without_counts(town, cycle.year, cycle.first, cycle.last, left_out)
    found = {row["area_id"]: row["name"] for row in rows}
    found.update({area.area_id: area.name for area in uncounted})
    return dict(sorted(found.items()))
