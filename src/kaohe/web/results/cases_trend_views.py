"""Cases month by month, kind by kind, and where they went wrong."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kaohe.outputs.lists import list_workbook
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.facts import assessed_areas
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.hotline.facts import CASES
from kaohe.web.registry.models import Source
from kaohe.web.results.cases_facts import judges_cases
from kaohe.web.results.cases_rules import (
    ALL_SEEN_BY,
    PROVIDER,
    SEEN_BY,
    own_areas,
    why_no_areas,
    why_no_block,
)
from kaohe.web.results.cases_trend_presenters import TrendsShown
from kaohe.web.results.cases_trends import cases_by_month, cycle_before, kinds_of
from kaohe.web.results.misdispatch import Misdispatch, misdispatch_of, sources_of_cases
from kaohe.web.ui.downloads import XLSX, attachment


@require_safe
def trends(request: HttpRequest) -> HttpResponse:
    """By month, kind and area: an area its own, the clerk and the leading group any and all."""
    person, cycle = person_of_request(request), chosen_cycle(request)
    if not person.has(SEEN_BY):
        raise Http404
    sees_all = person.has(ALL_SEEN_BY)
    names = dict(assessed_areas(cycle).values_list("area_id", "name"))
    if not sees_all:
        own = own_areas(person)
        names = {area: name for area, name in names.items() if area in own}
    area = _chosen_area(request, names, sees_all=sees_all)
    refused = why_no_block(cycle.stage, judges_cases=judges_cases(scheme_of(cycle)))
    if not sees_all:
        refused = refused or why_no_areas(len(names))
    shown = {
        "cycle": cycle,
        "refused": refused,
        "sees_all": sees_all,
        "names": names,
        "area": area,
        "area_name": names.get(area or "", _("全镇") if sees_all else _("居民区")),
    }
    if not refused:
        shown |= _trends(cycle, area, names)
    return render(request, "results/cases_trends.html", shown)


def _chosen_area(request: HttpRequest, names: dict[str, str], *, sees_all: bool) -> str | None:
    """The area asked for; if none, the town for those who see all, else the first of the own."""
    asked = request.GET.get("area", "")
    if not asked:
        return None if sees_all else next(iter(names), None)
    if asked not in names:
        raise Http404
    return asked


def _trends(cycle: Cycle, area: str | None, names: dict[str, str]) -> dict[str, Any]:
    now, earlier = cases_by_month(cycle), cycle_before(cycle)
    if now is None:
        return {}
    before = cases_by_month(earlier) if earlier is not None else None
    if before is not None and not before.cases.kinds:
        before = None
    trends = TrendsShown(now, before, area)
    last_kinds = kinds_of(earlier, area) if earlier is not None and before is not None else None
    shown = {
        "with_last_year": before is not None,
        "clauses": now.block.clauses,
        "received": trends.received(),
        "rates": trends.rates(),
        "kinds": trends.kinds(kinds_of(cycle, area), last_kinds),
    }
    if area is None:
        shown["by_area"] = trends.by_area(names)
    return shown


# -- where cases went wrong


def _sums(request: HttpRequest) -> tuple[Person, Cycle, list[Source], Misdispatch]:
    """Sums of the sources that this person may see: all, or the own ones of a provider."""
    person, cycle = person_of_request(request), chosen_cycle(request)
    if not person.has(f"{ALL_SEEN_BY} {PROVIDER}"):
        raise Http404
    codes = None if person.has(ALL_SEEN_BY) else person.sources
    sources = sources_of_cases(cycle, codes)
    if not sources and codes is not None:
        raise Http404
    return person, cycle, sources, misdispatch_of(cycle, scheme_of(cycle), sources)


@require_safe
def misdispatch(request: HttpRequest) -> HttpResponse:
    """What was left out or sent back, by the reason."""
    person, cycle, _sources, sums = _sums(request)
    shown = {"cycle": cycle, "sums": sums, "sees_all": person.has(ALL_SEEN_BY)}
    return render(request, "results/misdispatch.html", shown)


@require_safe
def misdispatch_workbook(request: HttpRequest) -> HttpResponse:
    """The same sums to keep."""
    _person, cycle, _sources, sums = _sums(request)
    headings = [_("数据来源"), _("来自"), _("原因"), _("件数"), _("占该来源全部办件")]
    rows = [
        [one.source, told, one.reason, str(one.number), one.share]
        for told, reasons in ((_("双方同意剔除"), sums.grounds), (_("退单"), sums.returns))
        for one in reasons
    ]
    content = list_workbook(_("误派统计"), headings, rows, [3])
    return attachment(content, _("%(year)s年误派统计.xlsx") % {"year": cycle.year}, XLSX)


def provides_cases(person: Person) -> bool:
    """Whether somebody hands in cases; others come to the sums from the block."""
    if not person.has(PROVIDER):
        return False
    own = Source.objects.filter(town=person.user.town_id, code__in=person.sources)
    return any(CASES in tables for tables in own.values_list("tables", flat=True))
