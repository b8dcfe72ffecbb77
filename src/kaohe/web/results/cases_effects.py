"""How one exclusion alone moves what an area comes to, by the scheme's own rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kaohe.scoring.reasons import printed
from kaohe.values.text import Text
from kaohe.web.accounts.people import Person
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.hotline.exclusion_effects import Effect as Shown
from kaohe.web.hotline.exclusion_models import Exclusion
from kaohe.web.hotline.facts import CASE_ID, CASES, grounds_of
from kaohe.web.results.cases_counting import Cases, Cells, Reader, Row, judge, with_ground
from kaohe.web.results.cases_facts import YearOfCases, cases_of, judges_cases
from kaohe.web.results.cases_rules import SEEN_BY, may_see_figures
from kaohe.web.ui.templatetags.ui import told


@dataclass(frozen=True)
class Moved:
    """A figure of an area as results print it: with the case, and without it."""

    node: str
    label: Text
    counted: str
    left_out: str


@dataclass(frozen=True)
class Effect:
    """What one case alone changes for its area, everything else as it is decided.

    Told of what areas are ranked by; of the rates where the scheme ranks nobody by cases.
    """

    area: str
    figures: tuple[Moved, ...]


def effect_of(cycle: Cycle, case_id: str, ground: str = "") -> Effect | None:
    """What it changes that a case counts or is left out on a ground.

    None where the case is in no file in force, lies outside the period, or is laid to no area.
    """
    return effects_of(cycle, {case_id: ground}).get(case_id)


def effects_of(cycle: Cycle, grounds: Mapping[str, str]) -> dict[str, Effect]:
    """The effects of several cases, each alone and on its ground; the facts are read once.

    Without a ground it is the first that the scheme lists; to most schemes it makes no difference.
    """
    scheme = scheme_of(cycle)
    if not grounds or not judges_cases(scheme):
        return {}
    column, found = scheme.ground.subject_column(CASES), dict[str, Row]()

    def keep(row: Row) -> None:
        if row[CASE_ID] in grounds:
            found[row[CASE_ID]] = row

    year = cases_of(cycle, scheme, on_the_way=keep)
    reader, first = Reader(year.block), next(iter(grounds_of(scheme)))
    effects: dict[str, Effect] = {}
    alike: dict[tuple[str, Cells, str], Effect] = {}
    for case_id, row in found.items():
        area, cells = row[column], reader.kind(row)
        if cells is None or area not in year.cases.kinds:
            continue
        key = (area, cells, grounds[case_id] or first)
        if key not in alike:
            alike[key] = _effect(year, *key)
        effects[case_id] = alike[key]
    return effects


def _effect(year: YearOfCases, area: str, cells: Cells, ground: str) -> Effect:
    block = year.block
    counted = _as_if(year, area, cells, with_ground(cells, None, block))
    left_out = _as_if(year, area, cells, with_ground(cells, ground, block))
    return Effect(
        area,
        tuple(
            Moved(name, block.label_of(name), counted[name], left_out[name])
            for name in block.composites or block.rates
        ),
    )


def _as_if(year: YearOfCases, area: str, now: Cells, then: Cells) -> Mapping[str, str]:
    """What an area would come to if one case of one kind were of another."""
    block = year.block
    kinds = Counter(year.cases.kinds[area])
    kinds[now] -= 1
    kinds[then] += 1
    # A case is no row any more where its kind has none; a distinct count must not see it.
    changed = Cases(block, {**year.cases.kinds, area: +kinds})
    told_of = block.composites or block.rates
    alone = set(told_of) <= set(block.own)
    if alone:
        changed = Cases(block, {area: changed.kinds[area]})
    sheet = judge(changed, year.areas.only([area]) if alone else year.areas, year.waived)
    scheme = block.scheme
    return {
        name: printed(scheme, scheme.nodes[name], sheet.values[name][sheet.places[area]])
        for name in told_of
    }


def beside_requests(
    person: Person, cycle: Cycle, requests: Sequence[Exclusion]
) -> dict[int, list[Shown]]:
    """The figures beside each request whose area's figures this person may see, by its key."""
    if not person.has(SEEN_BY):
        return {}
    effects = effects_of(cycle, {one.case_id: one.ground for one in requests})
    return {
        one.pk: [
            Shown(told(moved.label), moved.counted, moved.left_out)
            for moved in effects[one.case_id].figures
        ]
        for one in requests
        if one.case_id in effects and may_see_figures(person, effects[one.case_id].area)
    }
