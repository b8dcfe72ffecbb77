"""The third party as the town sees it: named, checked, given its sample; counts, never a list."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.analysis.sampling import digest
from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.registry.acting import Act, Sent, act_page, already_done
from kaohe.web.registry.models import Source
from kaohe.web.surveys import fieldwork_actions as actions
from kaohe.web.surveys import fieldwork_rules as rules
from kaohe.web.surveys import fieldwork_sampling as sampling
from kaohe.web.surveys.fieldwork_forms import CheckForm, SampleForm, VendorForm
from kaohe.web.surveys.fieldwork_models import CHECKS
from kaohe.web.surveys.fieldwork_presenters import (
    dispositions,
    same_draw,
    shown_agreement,
    shown_checks,
    together,
    works_of,
)
from kaohe.web.surveys.fieldwork_standing import draw_of, missing_checks
from kaohe.web.surveys.models import Round, SampleDraw, Vendor
from kaohe.web.ui.downloads import attachment
from kaohe.web.ui.language import named

CLAUSE = "三(二)，四(二)2"
SEED_BYTES = 16


def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds that a third party asks in: all of a year, for its own people those of theirs."""
    person = person_of_request(request)
    if not person.may_read(Vendor):
        raise Http404
    vendors = person.visible(Vendor.objects.select_related("round", "source"))
    shown: dict[str, Any] = {}
    if person.may_read(Round):
        shown["cycle"] = cycle = chosen_cycle(request)
        held = person.visible(Round.objects.filter(cycle=cycle, manner="surveyor"))
        of = {one.round_id: one for one in vendors.filter(cycle=cycle)}
        shown["rounds"] = [(one, of.get(one.pk)) for one in held]
    else:
        shown["rounds"] = [(one.round, one) for one in vendors.order_by("-round__opens_on")]
    return render(request, "surveys/fieldwork_rounds.html", shown)


def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One round's fieldwork: to the town how far it is, to the third party where to work."""
    person = person_of_request(request)
    held, vendor = _found(person, pk)
    draw = draw_of(vendor)
    handed_over = draw is not None and draw.handed_over_at is not None
    town = person.sees_all(Vendor)
    shown: dict[str, Any] = {
        "round": held,
        "cycle": held.cycle,
        "vendor": vendor,
        "draw": draw,
        "handed_over": handed_over,
        "manages": person.has("survey_manager"),
        "missing": missing_checks(vendor) if vendor is not None else [],
    }
    if vendor is not None and (town or shown["manages"]):
        shown["checks"] = shown_checks(vendor)
        shown["files"] = vendor.files.all()
    if draw is not None and (town or handed_over):
        works, agreement = works_of(draw), shown_agreement(draw)
        shown |= {
            "works": works,
            "whole": together(works),
            "dispositions": dispositions(),
            "agreement": agreement,
            "unsettled": rules.told_unsettled(agreement.unsettled, held.state),
        }
    if not town:
        shown["not_taken"] = rules.why_not_take(
            handed_over=handed_over, missing=shown["missing"], state=held.state
        )
        return render(request, "surveys/workspace.html", shown)
    shown |= {
        "may": person.may_write(Vendor),
        "audits": person.has("auditor"),
        "not_named": _not_named(held, draw),
        "not_drawn": actions.why_not_draw(held, vendor) if draw is None else "",
        "not_handed_over": rules.why_not_hand_over(
            drawn=draw is not None, handed_over=handed_over, missing=shown["missing"]
        ),
    }
    return render(request, "surveys/fieldwork.html", shown)


def _found(person: Person, pk: int) -> tuple[Round, Vendor | None]:
    """A round that a third party asks in, and that party; each sees their own rounds only."""
    vendors = Vendor.objects.select_related("round__cycle__scheme", "round__town", "source")
    vendor = person.visible(vendors).filter(round=pk).first()
    if vendor is not None:
        return vendor.round, vendor
    held = Round.objects.filter(manner="surveyor").select_related("cycle__scheme", "town")
    if not person.sees_all(Vendor):
        raise Http404
    return get_object_or_404(person.visible(held), pk=pk), None


def _not_named(held: Round, draw: SampleDraw | None) -> str:
    return rules.why_not_name_vendor(
        manner=held.manner,
        handed_over=draw is not None and draw.handed_over_at is not None,
        state=held.state,
    )


# -- what the clerk does --------------------------------------------------------------------------


def _kept(request: HttpRequest, pk: int) -> tuple[Person, Round, Vendor | None]:
    person = person_of_request(request)
    if not person.may_write(Vendor):
        raise Http404
    return person, *_found(person, pk)


def _act(held: Round, heading: str, button: str, done: str, **more: Any) -> Act:
    return Act(
        heading=named(heading, held),
        button=button,
        done=done,
        back=reverse("fieldwork:round", args=[held.pk]),
        back_name=str(held),
        clause=CLAUSE,
        **more,
    )


def name_vendor(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which third party does the fieldwork."""
    person, held, vendor = _kept(request, pk)
    explained = _(
        "只有这家机构的项目负责人和访问员能看到本轮样本，也只看得到这一轮。换一家，已登记的核查作废。"
    )
    version = vendor.version if vendor is not None else None
    act = _act(
        held, _("第三方机构"), _("保存"), _("已保存。"), explained=explained, version=version
    )
    form = VendorForm(
        request.POST or None,
        sources=Source.objects.filter(town=held.town),
        initial={"source": vendor.source if vendor is not None else None},
    )

    def do(sent: Sent) -> None:
        source = form.cleaned_data["source"]
        actions.name_vendor(held, source, by=person, at=clock.now(), seen=sent.seen)

    return act_page(request, act, form, do)


def note_check(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Note what came of one check."""
    person, held, vendor = _kept(request, pk)
    if vendor is None or kind not in CHECKS:
        raise Http404
    noted = vendor.checks.filter(kind=kind).first()
    initial = (
        {"found": noted.found, "checked_on": noted.checked_on}
        if noted is not None
        else {"checked_on": clock.today()}
    )
    form = CheckForm(request.POST or None, today=clock.today(), initial=initial)
    act = _act(held, str(CHECKS[kind]), _("登记"), _("已登记。"))

    def do(sent: Sent) -> None:
        actions.note_check(vendor, kind, **form.cleaned_data, by=person, at=clock.now())

    return act_page(request, act, form, do)


def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the sample, with a seed that nobody chose and that the clerk never sees."""
    person, held, vendor = _kept(request, pk)
    act = _act(
        held,
        _("抽取样本"),
        _("抽取"),
        _("样本已抽取，还没有移交。"),
        explained=_(
            "从登记的住户中按楼栋随机抽取样本户和替补，每个居民区的样本量按方案。种子由系统产生，"
            "谁也不能挑选；经办人和居民区都看不到抽到了谁，审计可以重抽核对。登记里没有姓名，"
            "系统不知道哪一户是居民区工作人员家庭：访问员问明后按“不符合受访条件”登记，由替补代替。"
        ),
    )
    if request.method == "POST" and draw_of(vendor) is not None:
        return already_done(request, act)
    reason = actions.why_not_draw(held, vendor)
    if reason:
        raise Http404
    assert vendor is not None, "the rule has refused a round without a third party"
    form = SampleForm(request.POST or None)
    short = rules.why_frame_too_small(
        (one.name, one.size, one.there) for one in actions.sizes_of(held) if one.there < one.size
    )

    def do(sent: Sent) -> None:
        if short:
            raise ValidationError(short)
        seed = secrets.token_hex(SEED_BYTES)
        actions.draw_sample(vendor, **form.cleaned_data, seed=seed, by=person, at=clock.now())

    return act_page(request, act, form, do)


def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the third party see its list."""
    person, held, vendor = _kept(request, pk)
    act = _act(
        held,
        _("移交样本"),
        _("移交"),
        _("样本已移交。"),
        explained=_("移交后，第三方的项目负责人和访问员才看得到名单。移交不能撤回。"),
    )
    made = draw_of(vendor)
    if vendor is None or made is None:
        raise Http404
    if request.method == "POST" and made.handed_over_at is not None:
        return already_done(request, act)

    def do(sent: Sent) -> None:
        actions.hand_over(vendor, by=person, at=clock.now())

    return act_page(request, act, forms.Form(request.POST), do)


# -- what the auditor looks at --------------------------------------------------------------------


def _audited(request: HttpRequest, pk: int) -> tuple[Round, SampleDraw]:
    person = person_of_request(request)
    if not person.has("auditor"):
        raise Http404
    held, vendor = _found(person, pk)
    made = draw_of(vendor)
    if made is None:
        raise Http404
    return held, made


def _frame(made: SampleDraw) -> str:
    """The frame as it was kept; an empty text if it is gone or not what its hash says."""
    text = made.frame_path.read_text("utf-8") if made.frame_path.exists() else ""
    return text if digest(text) == made.frame_sha256 else ""


def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """The draw done again before the eyes of the auditor."""
    held, made = _audited(request, pk)
    text, works = _frame(made), works_of(made)
    sizes = {one.area.area_id: one.wanted for one in works if one.area is not None}
    same = False
    if text:
        again = sampling.drawn(
            sampling.read_frame(text), sizes, made.seed, rules.share(made.response)
        )
        same = same_draw(made.households.select_related("area"), again)
    current = sampling.frame_text(sampling.frame_of_cycle(held.cycle), sizes)
    shown = {
        "round": held,
        "draw": made,
        "works": works,
        "households": text.count("\n") - 1,
        "kept": bool(text),
        "same": same,
        "unchanged": digest(current) == made.frame_sha256,
    }
    return render(request, "surveys/fieldwork_proof.html", shown)


def frame_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The frame as a file, for the auditor to draw from with a program of their own."""
    _held, made = _audited(request, pk)
    text = _frame(made)
    if not text:
        raise Http404
    return attachment(text.encode(), "sample_frame.csv", "text/csv; charset=utf-8")
