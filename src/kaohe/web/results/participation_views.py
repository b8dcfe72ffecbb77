"""Who took part so far, for the clerk, the leading group and, of its own area, the secretary."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.accounts.roles import GROUP
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.registry.models import Area
from kaohe.web.results.participation_presenters import (
    all_lines,
    names_of,
    own_lines,
    thresholds_shown,
)
from kaohe.web.surveys.taking_part import rounds_of

FIGURES_SEEN_BY = f"clerk {GROUP}"
"""Who sees how many took part; nobody else, so that no area is held up to another."""
OWN_SEEN_BY = "secretary"
"""Who sees of the own area whether enough took part."""
SEEN_BY = f"{FIGURES_SEEN_BY} {OWN_SEEN_BY}"


def participation(request: HttpRequest) -> HttpResponse:
    """How far each area is with each threshold of the scheme."""
    person, cycle = person_of_request(request), chosen_cycle(request)
    if not person.has(SEEN_BY):
        raise Http404
    scheme = scheme_of(cycle)
    shown = {
        "cycle": cycle,
        "thresholds": thresholds_shown(scheme),
        "rounds": rounds_of(cycle).exclude(state="prepared"),
        "with_figures": person.has(FIGURES_SEEN_BY),
    }
    if shown["with_figures"]:
        shown["lines"], shown["expected"] = all_lines(cycle, scheme)
    else:
        own = {area: name for area, name in names_of(cycle).items() if area in person.areas}
        shown["lines"] = own_lines(cycle, scheme, own)
    return render(request, "results/participation.html", shown)


def participation_of_area(person: Person, area: Area) -> list[tuple[str, str]]:
    """The page of participation, where somebody comes from an area that is theirs."""
    own = person.has(OWN_SEEN_BY) and area.area_id in person.areas
    if own or person.has(FIGURES_SEEN_BY):
        return [(_("测评参与情况"), reverse("results:participation"))]
    return []
