"""Cases of a year as the scheme counts them: the block, and what exclusions change in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.hotline.facts import of_no_area, to_be_laid
from kaohe.web.registry.models import Area
from kaohe.web.results.cases_facts import YearOfCases, cases_of, judges_cases
from kaohe.web.results.cases_presenters import BlockShown
from kaohe.web.results.cases_rules import (
    ALL_SEEN_BY,
    SEEN_BY,
    may_see_figures,
    own_areas,
    why_no_areas,
    why_no_block,
)


@dataclass(frozen=True)
class _Asked:
    """Who asks for which year, and why there is nothing to tell."""

    person: Person
    cycle: Cycle
    refused: str

    @property
    def sees_all(self) -> bool:
        """Whether this person sees every area."""
        return self.person.has(ALL_SEEN_BY)


def _asked(request: HttpRequest) -> _Asked:
    person, cycle = person_of_request(request), chosen_cycle(request)
    if not person.has(SEEN_BY):
        raise Http404
    refused = why_no_block(cycle.stage, judges_cases=judges_cases(scheme_of(cycle)))
    return _Asked(person, cycle, refused)


def _page(
    request: HttpRequest,
    template: str,
    asked: _Asked,
    tables: Callable[[BlockShown, YearOfCases], dict[str, Any]],
) -> HttpResponse:
    """A page of the block, or why there is none."""
    shown = {"cycle": asked.cycle, "refused": asked.refused, "sees_all": asked.sees_all}
    if not asked.refused:
        year = cases_of(asked.cycle, scheme_of(asked.cycle))
        only = None if asked.sees_all else own_areas(asked.person)
        block = BlockShown(year, only=only, ranked=asked.sees_all)
        shown |= {"clauses": block.clauses, **tables(block, year)}
        if not asked.sees_all:
            shown["refused"] = why_no_areas(len(block))
    return render(request, template, shown)


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The rates of every area that this person may see, and what they come to."""
    asked = _asked(request)

    def tables(block: BlockShown, _year: YearOfCases) -> dict[str, Any]:
        unlaid = to_be_laid(asked.cycle).count() if asked.sees_all else 0
        outside = of_no_area(asked.cycle).count() if asked.sees_all else 0
        told = {"scores": block.scores(), "numbers": block.numbers()}
        return {**told, "unlaid": unlaid, "outside": outside}

    return _page(request, "results/cases.html", asked, tables)


@require_safe
def exclusions(request: HttpRequest) -> HttpResponse:
    """The same rates with and without what is left out."""

    def tables(block: BlockShown, _year: YearOfCases) -> dict[str, Any]:
        areas, town = block.exclusions()
        return {"areas": areas, "town": town}

    return _page(request, "results/cases_exclusions.html", _asked(request), tables)


def cases_of_area(person: Person, area: Area) -> list[tuple[str, str]]:
    """The page of cases, where somebody comes from an area whose figures they may see."""
    if may_see_figures(person, area.area_id):
        return [(_("诉求办理"), reverse("results:cases"))]
    return []
