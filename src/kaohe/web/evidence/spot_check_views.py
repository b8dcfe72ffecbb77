"""The spot check: ask and sign, answer, settle."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaohe.web import clock
from kaohe.web.accounts.models import User
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.models import Cycle
from kaohe.web.evidence import spot_check_actions as actions
from kaohe.web.evidence import spot_check_rules as rules
from kaohe.web.evidence.defaults import ANSWER_DAYS
from kaohe.web.evidence.models import SpotCheckHousehold
from kaohe.web.evidence.spot_check_draw_views import (
    back_to_checks,
    households_seen,
    overview,
)
from kaohe.web.evidence.spot_check_forms import (
    FindingAnswerForm,
    OutcomeForm,
    SettleForm,
)
from kaohe.web.evidence.spot_check_presenters import (
    active_keys,
    shown_households,
)
from kaohe.web.evidence.views import other_years


def spot_checks(request: HttpRequest) -> HttpResponse:
    """How far the check is; for those assessed, what was found in their area."""
    person, cycle = person_of_request(request), chosen_cycle(request)
    if not person.may_read(SpotCheckHousehold):
        raise Http404
    if not person.sees_all(SpotCheckHousehold):
        return _findings(request, person, cycle)
    return overview(request, person, cycle)


def spot_check_area(request: HttpRequest, area_id: str) -> HttpResponse:
    """The households of one area: two people ask and sign here."""
    return _area_page(request, chosen_cycle(request), area_id)


def _area_page(
    request: HttpRequest,
    cycle: Cycle,
    area_id: str,
    sent: dict[int, OutcomeForm | SettleForm] | None = None,
) -> HttpResponse:
    person = person_of_request(request)
    rows = list(households_seen(person, cycle).filter(area__area_id=area_id))
    if not rows or not person.sees_all(SpotCheckHousehold):
        raise Http404
    check, today = rows[0].check_of, clock.today()
    active = active_keys(rows, check.size)
    names = dict(User.objects.filter(town=cycle.town).values_list("username", "name"))
    households = shown_households(
        rows, active=active, names=names, username=person.username, today=today
    )
    forms: dict[int, Any] = dict(sent or {})
    for one in households:
        if person.has("auditor") and one.row.pk not in forms:
            forms[one.row.pk] = _form_for(one, today)
    shown = {
        "cycle": cycle,
        "area": rows[0].area,
        "households": [
            (one, forms.get(one.row.pk)) for one in households if one.row.pk in set(active)
        ],
        "reserves_left": len(rows) - len(active),
        "auditor": person.has("auditor"),
        "answer_days": ANSWER_DAYS,
    }
    status = 422 if sent else 200
    return render(request, "evidence/spot_check_area.html", shown, status=status)


def _form_for(one: Any, today: Any) -> OutcomeForm | SettleForm | None:
    key = f"id_{one.row.pk}_%s"
    if not one.not_sign:
        return OutcomeForm(auto_id=key, initial={"checked_on": one.row.checked_on or today})
    if not one.not_settle:
        return SettleForm(auto_id=key, initial={"outcome": one.row.outcome})
    return None


def _found(request: HttpRequest, pk: int, role: str) -> tuple[Person, SpotCheckHousehold]:
    """A household that the person may do something about in their role."""
    person = person_of_request(request)
    if not person.has(role):
        raise Http404
    cycles = person.visible(Cycle.objects.all())
    row = get_object_or_404(SpotCheckHousehold.objects.filter(cycle__in=cycles), pk=pk)
    rows = person.writable(households_seen(person, row.cycle))
    return person, get_object_or_404(rows, pk=pk)


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's outcome."""
    person, row = _found(request, pk, "auditor")
    form = OutcomeForm(request.POST, auto_id=f"id_{pk}_%s")
    if form.is_valid():
        reason = rules.why_not_checked_on(
            form.cleaned_data["checked_on"],
            drawn_on=localtime(row.check_of.drawn_at).date(),
            today=clock.today(),
        )
        if not reason:
            signed = actions.sign_outcome(row, **form.cleaned_data, by=person, at=clock.now())
            messages.success(request, _told_of(signed))
            return _back_to_area(row)
        form.add_error("checked_on", reason)
    return _area_page(request, row.cycle, row.area.area_id, {pk: form})


def _told_of(row: SpotCheckHousehold) -> str:
    words = {"place": row.place}
    if row.outcome:
        return _("第 %(place)s 户：两人结果一致，已登记。") % words
    if row.second_by:
        return _("第 %(place)s 户：两人结果不一致，请商量后由一方重新登记。") % words
    return _("第 %(place)s 户：已登记，待另一人核查。") % words


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """The finding stays, or something else speaks for the visit."""
    person, row = _found(request, pk, "auditor")
    form = SettleForm(request.POST, auto_id=f"id_{pk}_%s")
    if not form.is_valid():
        return _area_page(request, row.cycle, row.area.area_id, {pk: form})
    actions.settle_finding(row, **form.cleaned_data, by=person, at=clock.now())
    messages.success(request, _("第 %(place)s 户：已认定。") % {"place": row.place})
    return _back_to_area(row)


def _back_to_area(row: SpotCheckHousehold) -> HttpResponse:
    page = redirect("evidence:spot_check_area", row.area.area_id)
    page["Location"] += f"?cycle={row.cycle_id}#household-{row.pk}"
    return page


def _findings(
    request: HttpRequest,
    person: Person,
    cycle: Cycle,
    sent: dict[int, FindingAnswerForm] | None = None,
) -> HttpResponse:
    rows = list(households_seen(person, cycle))
    shown = shown_households(
        rows, active=[row.pk for row in rows], names={}, username="", today=clock.today()
    )
    findings = [
        (one, (sent or {}).get(one.row.pk) or FindingAnswerForm(auto_id=f"id_{one.row.pk}_%s"))
        for one in shown
    ]
    given = {
        "cycle": cycle,
        "findings": findings,
        "answer_days": ANSWER_DAYS,
        "others": other_years(person, cycle),
    }
    return render(request, "evidence/findings.html", given, status=422 if sent else 200)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The area's secretary answers a finding in words."""
    person, row = _found(request, pk, "secretary")
    form = FindingAnswerForm(request.POST, auto_id=f"id_{pk}_%s")
    if not form.is_valid():
        return _findings(request, person, row.cycle, {pk: form})
    actions.answer_finding(row, form.cleaned_data["answer"], by=person, at=clock.now())
    messages.success(request, _("已提交说明，由审计人员认定。"))
    return back_to_checks(row.cycle)
