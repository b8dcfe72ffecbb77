"""What is printed for residents: slips with codes, the sheet for the door, the form on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kaohe.outputs.lists import list_workbook
from kaohe.reports.notices import Notice, notice_pdf
from kaohe.reports.paper_forms import paper_form_pdf
from kaohe.reports.slips import Slip, slips_pdf
from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.facts import assessed_areas
from kaohe.web.registry.models import Area, Household
from kaohe.web.surveys import actions
from kaohe.web.surveys.codes import GROUP, SIGNS, shown
from kaohe.web.surveys.meeting_actions import why_not_run
from kaohe.web.surveys.meeting_attendance import meeting_samples
from kaohe.web.surveys.meeting_views import found
from kaohe.web.surveys.models import Round
from kaohe.web.surveys.rounds import questionnaire_of
from kaohe.web.ui.downloads import XLSX, attachment
from kaohe.web.ui.language import page_language
from kaohe.web.ui.templatetags.ui import told

PDF = "application/pdf"


def _found(request: HttpRequest, pk: int) -> tuple[Person, Round]:
    person = person_of_request(request)
    rows = person.writable(Round.objects.select_related("cycle__scheme", "town"))
    return person, get_object_or_404(rows.filter(manner="codes"), pk=pk)


def _notice(request: HttpRequest, held: Round) -> Notice:
    return Notice(
        town=held.town.name,
        title=held.title,
        link=request.build_absolute_uri(reverse("residents:form", args=[held.tag])),
        opens_on=held.opens_on,
        closes_on=held.closes_on,
        complain_to=held.complain_to,
        telephone=held.telephone,
        paper_at=held.paper_at,
        whom=held.notice,
    )


@require_POST
@never_cache
def slips(request: HttpRequest, pk: int, area_id: str) -> HttpResponse:
    """New codes for the households of an area, as slips to cut; what they had before is void."""
    person, held = _found(request, pk)
    area = get_object_or_404(assessed_areas(held.cycle), area_id=area_id)
    codes = actions.issue_codes(held, [area], by=person, at=clock.now())
    printed = [Slip(home.building.building_id, shown(code)) for home, code in codes.items()]
    pdf = slips_pdf(printed, _notice(request, held), area.name, page_language())
    name = _("答题码纸条 %(area)s %(round)s.pdf") % {"area": area.name, "round": held.title}
    return attachment(pdf, name, PDF)


@require_POST
@never_cache
def added_slips(request: HttpRequest, pk: int, area_id: str) -> HttpResponse:
    """Codes for the households of an area that have none yet, as slips to cut; no other changes.

    Their numbers are those of the list for handing out as it now is, marked as added, so that none
    is taken for one that was printed before.
    """
    person, held = _found(request, pk)
    area = get_object_or_404(assessed_areas(held.cycle), area_id=area_id)
    codes = actions.add_codes(held, [area], by=person, at=clock.now())
    places = dict(_numbered(held, area))
    printed = [
        Slip(home.building.building_id, shown(code), _("补%(n)s") % {"n": places[home]})
        for home, code in codes.items()
    ]
    pdf = slips_pdf(printed, _notice(request, held), area.name, page_language())
    name = _("补发的答题码纸条 %(area)s %(round)s.pdf") % {"area": area.name, "round": held.title}
    return attachment(pdf, name, PDF)


def _numbered(held: Round, area: Area) -> Iterator[tuple[Household, int]]:
    """The households of an area, each with its number within its building."""
    homes = actions.households_of(held.town, [area])
    for _building, there in groupby(homes, key=lambda home: home.building_id):
        yield from ((home, number) for number, home in enumerate(there, start=1))


def handing_out(request: HttpRequest, pk: int, area_id: str) -> HttpResponse:
    """Which slip is whose: the number at its edge and the household, without any code.

    Whoever hands out needs it; households that came to the register since the slips were printed
    shift the numbers, so it is fetched together with them.
    """
    _person, held = _found(request, pk)
    area = get_object_or_404(assessed_areas(held.cycle), area_id=area_id)
    rows = [
        (home.building.building_id, str(number), home.household_id)
        for home, number in _numbered(held, area)
    ]
    title = _("发放名单 %(area)s") % {"area": area.name}
    headings = (_("楼栋"), _("纸条编号"), _("住户编号"))
    return attachment(list_workbook(title, headings, rows, (1,)), f"{title}.xlsx", XLSX)


def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet for the door."""
    _person, held = _found(request, pk)
    pdf = notice_pdf(_notice(request, held), page_language())
    return attachment(pdf, _("告知书 %(round)s.pdf") % {"round": held.title}, PDF)


def paper_form(request: HttpRequest, pk: int) -> HttpResponse:
    """The form on paper."""
    _person, held = _found(request, pk)
    questionnaire = questionnaire_of(held.cycle)
    assert questionnaire is not None, "a round is only set up for a scheme with a questionnaire"
    groups = [GROUP] * (SIGNS // GROUP)
    pdf = paper_form_pdf(questionnaire, _notice(request, held), groups, page_language())
    return attachment(pdf, _("纸质问卷 %(round)s.pdf") % {"round": held.title}, PDF)


def meeting_form(request: HttpRequest, pk: int, sample: str) -> HttpResponse:
    """The form on paper for those of one sample at a meeting; nothing on it tells who answers."""
    person, row = found(request, pk)
    chosen = meeting_samples(row.round).get(sample)
    if chosen is None or why_not_run(row, person):
        raise Http404
    label = told(chosen.label)
    questionnaire = questionnaire_of(row.cycle)
    assert questionnaire is not None, "a round is only set up for a scheme with a questionnaire"
    title = f"{row.round.title} · {row.area.name} · {label}"
    notice = replace(_notice(request, row.round), title=title, paper_at="")
    pdf = paper_form_pdf(questionnaire, notice, (), page_language())
    return attachment(pdf, _("纸质问卷 %(round)s.pdf") % {"round": label}, PDF)
