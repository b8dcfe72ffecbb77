"""The draw of the spot check: how far it is, drawing, another draw, and drawing again to check."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaohe.analysis.sampling import digest, frame_text, read_frame
from kaohe.web import clock
from kaohe.web.accounts.models import User
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.facts import assessed_areas
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence import spot_check_actions as actions
from kaohe.web.evidence import spot_check_rules as rules
from kaohe.web.evidence.facts import claimed_visits
from kaohe.web.evidence.models import Redraw, SpotCheck, SpotCheckHousehold
from kaohe.web.evidence.offers import offers, spot_check_size
from kaohe.web.evidence.spot_check_forms import (
    DrawForm,
    RedrawForm,
)
from kaohe.web.evidence.spot_check_presenters import (
    redrawn,
    stands,
)
from kaohe.web.evidence.views import other_years
from kaohe.web.ui.downloads import attachment

SEED_BYTES = 16


def households_seen(person: Person, cycle: Cycle) -> QuerySet[SpotCheckHousehold]:
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


def overview(
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
        shown["stands"] = stands(households_seen(person, cycle), check.size)
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
        "thin": [(name, named[name]) for name in thin] if frame else [],
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
        return overview(request, person, cycle, redraw_form=form)
    if not check.redraws.exists():
        actions.ask_redraw(check, form.cleaned_data["reason"], by=person, at=clock.now())
        messages.success(request, _("已提出重抽申请，等待两位组长签署。"))
    return back_to_checks(cycle)


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
    return back_to_checks(row.cycle)


def back_to_checks(cycle: Cycle) -> HttpResponse:
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
        return overview(request, person, cycle, form)
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
