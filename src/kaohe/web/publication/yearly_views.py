"""The course of an area over the years that were published; the papers of a year."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kaohe.reports.documents import CLOSE
from kaohe.reports.pdf import as_pdf
from kaohe.reports.word import as_docx
from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.models import Cycle
from kaohe.web.publication import publishing
from kaohe.web.publication.contents import in_force
from kaohe.web.publication.models import PublishedArea
from kaohe.web.publication.yearly_burden import SEEN_BY, burden_of
from kaohe.web.publication.yearly_facts import (
    AreaYear,
    area_year,
    compared,
    published_years,
)
from kaohe.web.publication.yearly_papers import burden_document, summary_document
from kaohe.web.publication.yearly_presenters import TrendsOfArea, boundaries
from kaohe.web.registry.models import Area
from kaohe.web.results.models import SubjectResult
from kaohe.web.results.rules import may_see_ranks
from kaohe.web.ui.downloads import attachment
from kaohe.web.ui.language import page_language

KINDS: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@require_safe
def trends(request: HttpRequest) -> HttpResponse:
    """The years of one area: of any for those who see all, else of an own one."""
    person = person_of_request(request)
    if not person.may_read(PublishedArea):
        raise Http404
    names = _areas(person)
    asked = request.GET.get("area") or next(iter(names), "")
    if asked and asked not in names:
        raise Http404
    assessed = not may_see_ranks(person.roles)
    years = list(_years(person, asked, assessed=assessed))
    shown: dict[str, Any] = {"names": names, "area": asked, "assessed": assessed}
    if years:
        shown |= _shown(person, asked, years, assessed=assessed)
    return render(request, "publication/yearly_trends.html", shown)


def _areas(person: Person) -> dict[str, str]:
    """Areas of which something was published, by their newest names, in administrative order."""
    rows = person.visible(PublishedArea.objects.all()).order_by("subject_id", "cycle__year")
    return dict(rows.values_list("subject_id", "name"))


def _years(person: Person, area_id: str, *, assessed: bool) -> list[AreaYear]:
    found = []
    for publication in published_years(person.user.town_id):
        areas = PublishedArea.objects.filter(publication=publication, subject_id=area_id)
        area = person.visible(areas).select_related("publication__cycle__scheme").first()
        if area is not None:
            area.publication = publication
            rows = SubjectResult.objects.filter(run=publication.run, subject_id=area_id)
            found.append(area_year(area, person.visible(rows).first(), assessed=assessed))
    return found


def _shown(
    person: Person, area_id: str, years: list[AreaYear], *, assessed: bool
) -> dict[str, Any]:
    told = TrendsOfArea(years, assessed=assessed)
    labels = told.labels()
    trends = [one for one in (told.parts(), told.questions()) if one is not None]
    marked = (cell.under for one in trends for _name, cells in one.rows for cell in cells)
    area = Area.objects.filter(town=person.user.town_id, area_id=area_id).first()
    return {
        "years": len(years),
        "labels": labels,
        "trends": trends,
        "has_anew": any(marked) or any(one.anew for one in labels),
        "boundaries": boundaries(area, [one.cycle for one in years]) if area is not None else [],
        "changes": [
            (before.cycle, now.cycle, _lines(before, now)) for before, now in pairwise(years)
        ],
    }


def _lines(before: AreaYear, now: AreaYear) -> list[str]:
    """What the scheme of a year changes against that of the year before, without the head line."""
    if before.cycle.scheme_id == now.cycle.scheme_id:
        return []
    lines = list(compared(before.cycle.scheme, now.cycle.scheme).lines(page_language()))
    return [line.strip() for line in lines[1:]]


def trends_of_area(person: Person, area: Area) -> list[tuple[str, str]]:
    """The years of an area, once something was published of it."""
    rows = PublishedArea.objects.filter(town=area.town_id, subject_id=area.area_id)
    if not person.visible(rows).exists():
        return []
    return [(_("历年变化"), f"{reverse('publication:trends')}?area={quote(area.area_id)}")]


# -- papers ---------------------------------------------------------------------------------------


def _reader(request: HttpRequest) -> tuple[Person, Cycle]:
    person = person_of_request(request)
    if not person.has(SEEN_BY):
        raise Http404
    return person, chosen_cycle(request)


@require_safe
def papers(request: HttpRequest) -> HttpResponse:
    """The facts on burden of a year, and the papers to take along."""
    person, cycle = _reader(request)
    shown = {
        "cycle": cycle,
        "burden": burden_of(cycle),
        "publication": in_force(cycle) if person.may_read(PublishedArea) else None,
        "others": list(person.visible(Cycle.objects.exclude(pk=cycle.pk))),
    }
    return render(request, "publication/yearly_papers.html", shown)


@require_safe
def burden_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The facts on burden as PDF or DOCX."""
    _person, cycle = _reader(request)
    if kind not in KINDS:
        raise Http404
    document = burden_document(cycle)
    content = as_pdf(document, within=1) if kind == "pdf" else as_docx(document, CLOSE)
    name = _("%(year)s年度减负情况") % {"year": cycle.year}
    return attachment(content, f"{name}.{kind}", KINDS[kind])


@require_safe
def summary_file(request: HttpRequest) -> HttpResponse:
    """The draft of the year's summary as DOCX."""
    person, cycle = _reader(request)
    publication = in_force(cycle)
    if publication is None or not person.may_read(PublishedArea):
        raise Http404
    name = _("%(year)s年度总结草稿") % {"year": cycle.year}
    publishing.record_download(publication, f"{name}.docx", by=person, at=clock.now())
    return attachment(as_docx(summary_document(publication)), f"{name}.docx", KINDS["docx"])
