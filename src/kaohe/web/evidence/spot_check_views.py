"""The spot check: draw, ask and sign, answer, settle, and do the draw again."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaohe.analysis.sampling import digest, frame_text, read_frame
from kaohe.web import clock
from kaohe.web.accounts.models import User
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence import spot_check_actions as actions
from kaohe.web.evidence import spot_check_rules as rules
from kaohe.web.evidence.defaults import ANSWER_DAYS
from kaohe.web.evidence.facts import assessed_areas, claimed_visits
from kaohe.web.evidence.models import Redraw, SpotCheck, SpotCheckHousehold
from kaohe.web.evidence.offers import offers, spot_check_size
from kaohe.web.evidence.spot_check_forms import (
    DrawForm,
    FindingAnswerForm,
    OutcomeForm,
    RedrawForm,
    SettleForm,
)
from kaohe.web.evidence.spot_check_presenters import (
    active_keys,
    redrawn,
    shown_households,
    stands,
)
from kaohe.web.evidence.views import other_years
from kaohe.web.ui.downloads import attachment

SEED_BYTES = 16


def _households(person: Person, cycle: Cycle) -> QuerySet[SpotCheckHousehold]:
    """What a person sees: those who are assessed only the findings, never the rest of the draw."""
    drawn = SpotCheckHousehold.objects.filter(cycle=cycle)
    # The text of the scheme is fetched once, not with each of hundreds of households.
    rows = drawn.select_related("area", "check_of").prefetch_related(
        "cycle__scheme", "cycle__choices"
    )
    visible = person.visible(rows)
    if person.sees_all(SpotCheckHousehold):
        return visible
    return visible.filter(outcome="not_confirmed") | visible.exclude(answer="")


def spot_checks(request: HttpRequest) -> HttpResponse:
    """How far the check is; for those assessed, what was found in their area."""
    person, cycle = person_of_request(request), chosen_cycle(request)
    if not person.may_read(SpotCheckHousehold):
        raise Http404
    if not person.sees_all(SpotCheckHousehold):
        return _findings(request, person, cycle)
    return _overview(request, person, cycle)


def _overview(
    request: HttpRequest,
    person: Person,
    cycle: Cycle,
    form: DrawForm | None = None,
    redraw_form: RedrawForm | None = None,
) -> HttpResponse:
    draws = person.visible(SpotCheck.objects.filter(cycle=cycle)).prefetch_related("redraws")
    check = next((one for one in draws if one.annulled_at is None), None)
    shown: dict[str, Any] = {
        "cycle": cycle,
        "offered": offers(scheme_of(cycle), "spot_checks"),
        "check": check,
        "annulled": [one for one in draws if one.annulled_at is not None],
        "others": other_years(person, cycle),
    }
    if check is not None:
        shown |= _redraw_shown(person, check, redraw_form)
        shown["stands"] = stands(_households(person, cycle), check.size)
        known = {one.area.area_id for one in shown["stands"]}
        shown["undrawn"] = [one for one in assessed_areas(cycle) if one.area_id not in known]
    elif shown["offered"] and person.may_write(SpotCheck):
        shown |= _draw_shown(cycle, form)
    status = 422 if form is not None or redraw_form is not None else 200
    return render(request, "evidence/spot_checks.html", shown, status=status)


def _draw_shown(cycle: Cycle, form: DrawForm | None) -> dict[str, Any]:
    """What the clerk should know before drawing: which areas can be filled, and what bars it."""
    frame = claimed_visits(cycle)
    size = spot_check_size(scheme_of(cycle))
    claimed = actions.claimed_counts(cycle, frame)
    named = {area.name: count for area, count in claimed.items()}
    thin = rules.thin_areas(named, 2 * size if size else 1)
    return {
        "not_drawn": rules.why_not_draw(
            stage=cycle.stage,
            drawn=False,
            households=sum(map(len, frame.values())),
            unsigned=actions.unsigned_visits(cycle),
        ),
        "size": size,
        "areas": len(named),
        "full": len(named) - len(thin),
        "thin": [(name, named[name]) for name in thin],
        "form": form or DrawForm(size=size, claimed=named),
    }


def _redraw_shown(person: Person, check: SpotCheck, form: RedrawForm | None) -> dict[str, Any]:
    """Whether and by whom the draw could be done again."""
    redraw = next(iter(check.redraws.all()), None)
    not_redrawn = rules.why_not_redraw(
        stage=check.cycle.stage, begun=actions.has_begun(check), annulled=False
    )
    signers = [one for one in (redraw.first_by, redraw.second_by) if one] if redraw else []
    return {
        "redraw": redraw,
        "not_redrawn": not_redrawn,
        "asks": person.has("clerk") and redraw is None and not not_redrawn,
        "redraw_form": form or RedrawForm(),
        "signs": person.has("group_head"),
        "not_signed": rules.why_not_sign_redraw(signers, person.username),
        "signers": [
            one.name
            for one in User.objects.filter(town=check.town_id, username__in=signers).order_by("pk")
        ],
    }


def _in_force(person: Person, cycle: Cycle) -> SpotCheck:
    draws = person.visible(SpotCheck.objects.filter(cycle=cycle, annulled_at=None))
    return get_object_or_404(draws)


@require_POST
def ask_redraw(request: HttpRequest) -> HttpResponse:
    """The clerk asks for another draw."""
    person, cycle = person_of_request(request), chosen_cycle(request)
    if not person.may_write(SpotCheck):
        raise Http404
    check, form = _in_force(person, cycle), RedrawForm(request.POST)
    if not form.is_valid():
        return _overview(request, person, cycle, redraw_form=form)
    if not check.redraws.exists():
        actions.ask_redraw(check, form.cleaned_data["reason"], by=person, at=clock.now())
        messages.success(request, _("已提出重抽申请，等待两位组长签署。"))
    return _back(cycle)


@require_POST
def sign_redraw(request: HttpRequest, pk: int) -> HttpResponse:
    """A group head signs that households are drawn again."""
    person = person_of_request(request)
    rows = person.writable(Redraw.objects.select_related("cycle", "check_of"))
    row = get_object_or_404(rows, pk=pk)
    if not person.has("group_head"):
        raise Http404
    if row.second_by:
        messages.info(request, _("已由两位组长签署生效。"))
    elif actions.sign_redraw(row, by=person, at=clock.now()):
        messages.success(request, _("已签署，原来的抽取作废，由党建办重新抽取。"))
    else:
        messages.success(request, _("已签署，还需要另一位组长签署。"))
    return _back(row.cycle)


def _back(cycle: Cycle) -> HttpResponse:
    page = redirect("evidence:spot_checks")
    page["Location"] += f"?cycle={cycle.pk}"
    return page


@require_POST
def draw(request: HttpRequest) -> HttpResponse:
    """Draw the households of every area, with a seed that nobody chose."""
    person, cycle = person_of_request(request), chosen_cycle(request)
    if not person.may_write(SpotCheck) or not offers(scheme_of(cycle), "spot_checks"):
        raise Http404
    size, frame = spot_check_size(scheme_of(cycle)), claimed_visits(cycle)
    claimed = actions.claimed_counts(cycle, frame)
    named = {area.name: count for area, count in claimed.items()}
    form = DrawForm(request.POST, size=size, claimed=named)
    actions.refuse_draw(cycle, frame)
    if not form.is_valid():
        return _overview(request, person, cycle, form)
    actions.draw_spot_checks(
        cycle,
        frame=frame,
        size=size or form.cleaned_data["size"],
        reserves=form.cleaned_data["reserves"],
        seed=secrets.token_hex(SEED_BYTES),
        reason=form.cleaned_data["reason"],
        by=person,
        at=clock.now(),
    )
    messages.success(request, _("已抽取。名单、种子和抽样框已保存，审计可以重抽核对。"))
    return redirect("evidence:spot_checks")


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
    rows = list(_households(person, cycle).filter(area__area_id=area_id))
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
    rows = person.writable(_households(person, row.cycle))
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
    rows = list(_households(person, cycle))
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
    return _back(row.cycle)


def _check(request: HttpRequest) -> SpotCheck:
    person, cycle = person_of_request(request), chosen_cycle(request)
    return _in_force(person, cycle)


def proof(request: HttpRequest) -> HttpResponse:
    """The draw done again before the eyes of whoever checks it."""
    check = _check(request)
    stored: dict[str, list[str]] = {}
    for row in check.households.select_related("area").order_by("area__area_id", "place"):
        stored.setdefault(row.area.area_id, []).append(row.household_id)
    text = check.frame_path.read_text("utf-8") if check.frame_path.exists() else ""
    frame = read_frame(text) if digest(text) == check.frame_sha256 else None
    shown = {
        "check": check,
        "cycle": check.cycle,
        "areas": len(stored),
        "households": sum(map(len, frame.values())) if frame else 0,
        "may_download": person_of_request(request).has("auditor"),
        "again": redrawn(
            frame,
            current=digest(frame_text(claimed_visits(check.cycle))),
            seed=check.seed,
            count=check.size + check.reserves,
            frame_sha256=check.frame_sha256,
            stored=stored,
        ),
    }
    return render(request, "evidence/spot_check_proof.html", shown)


def frame_file(request: HttpRequest) -> HttpResponse:
    """The frame as a file, for the auditor to draw from with a program of their own."""
    check = _check(request)
    if not person_of_request(request).has("auditor") or not check.frame_path.exists():
        raise Http404
    return attachment(check.frame_path.read_bytes(), "frame.csv", "text/csv; charset=utf-8")
