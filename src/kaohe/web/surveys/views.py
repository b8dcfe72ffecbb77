"""Rounds: set up, codes handed out, begun, paused, extended, closed; keys kept and handed in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.facts import assessed_areas
from kaohe.web.cycles.models import Cycle
from kaohe.web.registry.acting import Act, Sent, act_page, already_done
from kaohe.web.surveys import actions, rules, voiding
from kaohe.web.surveys.codes import shown
from kaohe.web.surveys.durability import why_ballots_may_be_lost
from kaohe.web.surveys.forms import ExtendForm, KeyForm, ReasonForm, RoundForm
from kaohe.web.surveys.models import BackCheck, Keeper, Round, RoundVoid, Vendor
from kaohe.web.surveys.opening import TAKING, count_ballots
from kaohe.web.surveys.presenters import (
    codes_of_areas,
    keepers_told,
    participants_so_far,
    shown_round,
)
from kaohe.web.surveys.rounds import next_to_bring, samples_of
from kaohe.web.surveys.sealing import SealError
from kaohe.web.surveys.tallying import differences_told
from kaohe.web.ui.templatetags.ui import told

CLAUSE = "四(二)2"


def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds of a year."""
    person, cycle = person_of_request(request), chosen_cycle(request)
    if not person.may_read(Round):
        raise Http404
    found = person.visible(Round.objects.filter(cycle=cycle)).select_related("cycle__scheme")
    return render(
        request,
        "surveys/rounds.html",
        {
            "cycle": cycle,
            "rounds": [shown_round(one) for one in found],
            "may_prepare": person.may_write(Round),
            "refused": rules.why_not_prepare(cycle.stage)
            or ("" if samples_of(cycle) else _("本年度的方案没有列出问卷的样本。")),
        },
    )


def _round(request: HttpRequest, pk: int, *, write: bool = False) -> tuple[Person, Round]:
    person = person_of_request(request)
    rows = Round.objects.select_related("cycle__scheme", "town")
    return person, get_object_or_404(
        person.writable(rows) if write else person.visible(rows), pk=pk
    )


def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: its days and ways, how far it is, what can be done now."""
    person, held = _round(request, pk)
    may = person.may_write(Round)
    keepers = list(held.keepers.select_related("user"))
    areas = assessed_areas(held.cycle) if held.manner == "codes" else ()
    listed = codes_of_areas(held, areas)
    void = RoundVoid.objects.filter(round=held).first()
    return render(
        request,
        "surveys/round.html",
        {
            "shown": shown_round(held),
            "round": held,
            "cycle": held.cycle,
            "keepers": keepers_told(held, keepers),
            "may": may,
            "sees_fieldwork": person.may_read(Vendor),
            "may_keep": person.has(rules.KEEPING),
            "not_kept": rules.why_not_keep(
                two_keepers=held.two_keepers,
                state=held.state,
                keeps=any(one.user_id == person.user.pk for one in keepers),
                keepers=len(keepers),
            ),
            "keeps": any(
                one.user_id == person.user.pk and one.brought_at is None for one in keepers
            ),
            "kept": any(one.user_id == person.user.pk for one in keepers),
            "not_before": _not_before(person, keepers),
            "void": void,
            "signs_void": person.has("group_head"),
            "not_void": voiding.why_not_void(held),
            "not_signed": voiding.why_not_sign(held, void, person.username),
            "may_lose": why_ballots_may_be_lost() if may and held.state in TAKING else "",
            "not_opened": _not_opened(held, sum(one.codes for one in listed)),
            "not_issued": rules.why_not_issue(held.state, held.manner),
            "areas": listed,
            "adds": any(one.codes and one.without for one in listed),
            "unregistered": sum(1 for one in listed if one.unregistered),
            "taking_part": participants_so_far(held),
            "differences": differences_told(held),
            "address": request.build_absolute_uri(reverse("residents:form", args=[held.tag])),
        },
    )


def _not_before(person: Person, keepers: Sequence[Keeper]) -> str:
    first = next_to_bring(keepers)
    other = first is not None and first.user_id != person.user.pk
    return rules.why_not_before(str(first)) if other else ""


def _not_opened(held: Round, codes: int) -> str:
    return rules.why_not_open(
        state=held.state,
        stage=held.cycle.stage,
        closes_on=held.closes_on,
        day=clock.today(),
        keys=len(held.public_keys),
        two_keepers=held.two_keepers,
        codes=codes if held.manner == "codes" else None,
    )


# -- setting up -----------------------------------------------------------------------------------


def _samples(cycle: Cycle) -> dict[str, str]:
    return {name: told(sample.label) for name, sample in samples_of(cycle).items()}


def prepare(request: HttpRequest) -> HttpResponse:
    """Set up a round."""
    person, cycle = person_of_request(request), chosen_cycle(request)
    if not person.may_write(Round):
        raise Http404
    act = Act(
        heading=_("设立测评轮次"),
        button=_("设立"),
        done=_("轮次已设立。"),
        back=f"{reverse('surveys:rounds')}?cycle={cycle.pk}",
        back_name=_("居民测评"),
        clause=CLAUSE,
        explained=_("设立以后票箱就绪，还不收答卷；生成答题码、核对无误后再开始。"),
    )
    last = Round.objects.filter(cycle__town=cycle.town).order_by("-pk").first()
    kept = ("notice", "telephone", "paper_at", "complain_to")
    initial = {name: getattr(last, name) for name in kept} if last else {}
    form = RoundForm(request.POST or None, samples=_samples(cycle), initial=initial)

    def do(sent: Sent) -> None:
        if not Round.objects.filter(submission=sent.submission).exists():
            actions.prepare_round(
                cycle, form.cleaned_data, by=person, at=clock.now(), submission=sent.submission
            )

    return act_page(request, act, form, do)


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a round that has not begun."""
    person, held = _round(request, pk, write=True)
    act = _act(held, _("修改：%(round)s"), _("保存"), _("已保存。"), version=held.version)
    initial = {name: getattr(held, name) for name in RoundForm.base_fields}
    form = RoundForm(request.POST or None, samples=_samples(held.cycle), initial=initial)
    del form.fields["two_keepers"]  # the keys are made with the round

    def do(sent: Sent) -> None:
        actions.change_round(held, form.cleaned_data, by=person, at=clock.now(), seen=sent.seen)

    return act_page(request, act, form, do)


def _act(held: Round, heading: str, button: str, done: str, **more: Any) -> Act:
    return Act(
        heading=heading % {"round": held},
        button=button,
        done=done,
        back=reverse("surveys:round", args=[held.pk]),
        back_name=str(held),
        clause=CLAUSE,
        **more,
    )


# -- begin, pause, extend, close ------------------------------------------------------------------


def open_(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the round take ballots."""
    person, held = _round(request, pk, write=True)
    explained = _(
        "开始以后，名称、日期、样本和作答方式都不能再改。截止以前谁也看不到答卷，只看得到参与户数。"
    )
    explained += why_ballots_may_be_lost()
    act = _act(held, _("开始：%(round)s"), _("开始"), _("轮次已开始。"), explained=explained)
    if request.method == "POST" and held.state == "open":
        return already_done(request, act)
    return act_page(
        request,
        act,
        forms.Form(request.POST or None),
        lambda sent: _ignore(actions.open_round(held, by=person, at=clock.now())),
    )


def _ignore(_done: object) -> None:
    return None


def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Take no ballots for the time being."""
    person, held = _round(request, pk, write=True)
    explained = _("暂停期间不收答卷，答题码仍然有效；恢复后继续。")
    act = _act(held, _("暂停：%(round)s"), _("暂停"), _("轮次已暂停。"), explained=explained)
    if request.method == "POST" and held.state == "paused":
        return already_done(request, act)
    form = ReasonForm(request.POST or None)

    def do(sent: Sent) -> None:
        reason = form.cleaned_data["reason"]
        actions.pause_round(held, reason=reason, by=person, at=clock.now())

    return act_page(request, act, form, do)


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Take ballots again."""
    person, held = _round(request, pk, write=True)
    if held.state != "open":
        actions.resume_round(held, by=person, at=clock.now())
    return redirect("surveys:round", pk=pk)


def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the round last longer."""
    person, held = _round(request, pk, write=True)
    act = _act(held, _("延期：%(round)s"), _("延期"), _("截止日期已改。"))
    form = ExtendForm(request.POST or None)

    def do(sent: Sent) -> None:
        until, reason = form.cleaned_data["until"], form.cleaned_data["reason"]
        problem = rules.why_not_extend(held.state, held.closes_on, until, reason)
        if problem and until <= held.closes_on:
            raise forms.ValidationError({"until": problem})
        actions.extend_round(held, until, reason=reason, by=person, at=clock.now())

    return act_page(request, act, form, do)


def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Take no more ballots; the box is opened if its key lies here."""
    person, held = _round(request, pk, write=True)
    early = clock.today() <= held.closes_on
    explained = _(
        "截止以后不能恢复。回执清单的摘要随即记入日志，票箱封存；密钥齐了就开箱，答卷打乱次序，"
        "票箱和密钥当场销毁。"
    )
    unfinished = held.meetings.exclude(state="closed").count()
    if unfinished:
        explained += _(
            "还有 %(count)s 场座谈会没有完成记录：截止以后，没有入箱的纸质答卷不再计入。"
        ) % {"count": unfinished}
    unsettled = BackCheck.objects.unsettled().filter(household__draw__vendor__round=held).count()
    if unsettled:
        explained += _(
            "还有 %(count)s 户第三方复核不一致没有处理：截止以后，这些答卷不能再换。"
        ) % {"count": unsettled}
    act = _act(
        held,
        _("截止：%(round)s"),
        _("截止并开箱") if held.kept_by_file else _("截止"),
        _("轮次已截止。"),
        explained=explained,
        grave=True,
    )
    if request.method == "POST" and held.state in ("closed", "counted"):
        return already_done(request, act)
    form = ReasonForm(request.POST or None, needed=early)
    if early:
        form.fields["reason"].label = _("提前截止的理由")
    else:
        del form.fields["reason"]

    def do(sent: Sent) -> None:
        reason = form.cleaned_data.get("reason", "")
        frozen = actions.close_round(held, reason=reason, by=person, at=clock.now())
        with _opening():
            count_ballots(frozen, at=clock.now())

    return act_page(request, act, form, do)


@contextmanager
def _opening() -> Iterator[None]:
    """Say in words that a ballot is spoilt: then nothing was opened and nothing destroyed."""
    try:
        yield
    except SealError as problem:
        told = _(
            "票箱没有打开：里面有坏了或者被换过的答卷，用密钥解不开。票箱原样留着，什么也没有销毁。"
            "请先报纪检监察，请服务器管理员查票箱有没有坏、能不能从备份恢复，再来开箱；恢复不了的，作废"
            "这一轮次，重新测评。"
        )
        raise PermissionDenied(told) from problem


@require_POST
def count(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with opening where a stop in the middle left off."""
    _, held = _round(request, pk, write=True)
    with _opening():
        count_ballots(held, at=clock.now())
    return redirect("surveys:round", pk=pk)


# -- keys -----------------------------------------------------------------------------------------


def _kept(request: HttpRequest, pk: int) -> tuple[Person, Round]:
    person, held = _round(request, pk)
    if not person.may_write(Keeper) or not person.has(rules.KEEPING):
        raise Http404
    return person, held


@never_cache
def take_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a keeper the key, this once; whoever comes again finds the round."""
    person, held = _kept(request, pk)
    if request.method != "POST":
        return redirect("surveys:round", pk=pk)
    private = actions.take_key(held, by=person, at=clock.now())
    groups = shown(private.upper()).split("-")
    return render(request, "surveys/key.html", {"round": held, "groups": groups})


@sensitive_post_parameters()
@never_cache
def hand_in_key(request: HttpRequest, pk: int) -> HttpResponse:
    """A keeper brings the key back."""
    person, held = _kept(request, pk)
    act = _act(held, _("交回密钥：%(round)s"), _("交回"), _("密钥已交回。"))
    form = KeyForm(request.POST or None)

    def do(sent: Sent) -> None:
        typed = form.cleaned_data["key"]
        problem = actions.why_key_does_not_fit(held, typed, by=person)
        if problem:
            raise forms.ValidationError({"key": problem})
        with _opening():
            actions.hand_in_key(held, typed, by=person, at=clock.now())

    return act_page(request, act, form, do)
