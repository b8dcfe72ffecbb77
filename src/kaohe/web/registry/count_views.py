"""Snapshots: counted, confirmed by the areas, frozen."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaohe.web import clock
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.audit.actions import Stale
from kaohe.web.registry import actions, rules
from kaohe.web.registry.acting import Act, Sent, act_page, already_done
from kaohe.web.registry.forms import AnswerForm, DoubtForm
from kaohe.web.registry.models import AreaCount, CountDoubt, Snapshot
from kaohe.web.registry.places import places_of_snapshot
from kaohe.web.registry.progress import progress_of
from kaohe.web.registry.views import areas_as, may_change
from kaohe.web.ui.acts import refuse, seen_version, submission_of

CLAUSE = "四(二)2"


def snapshot(request: HttpRequest, pk: int) -> HttpResponse:
    """One snapshot: the numbers that the person may see, what is missing, what is doubted."""
    person = person_of_request(request)
    found = get_object_or_404(person.visible(Snapshot.objects.select_related("town")), pk=pk)
    counts = person.visible(found.counts.select_related("area")).order_by("area__area_id")
    doubts = CountDoubt.objects.filter(count__snapshot=found).select_related("count__area")
    shown = {
        "snapshot": found,
        "counts": counts,
        "doubts": person.visible(doubts).order_by("answered_at", "count__area__area_id"),
        "may": may_change(person, found),
        "places": places_of_snapshot(person, found),
    }
    if person.sees_all(AreaCount):
        progress = progress_of(found)
        shown["progress"] = progress
        shown["refused"] = actions.why_not_freeze(progress, clock.today())
    return render(request, "registry/snapshot.html", shown)


def freeze(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing in a snapshot changes any more."""
    person = person_of_request(request)
    snapshots = person.writable(Snapshot.objects.select_related("town"))
    found = get_object_or_404(snapshots, pk=pk)
    progress = progress_of(found)
    explained = (
        _(
            "共 %(areas)s 个居民区，%(households)s 户，党员 %(members)s 人；"
            "%(waiting)s 个居民区还没有确认。"
            "冻结以后，数字和统计日期都不能再改。"
        )
        if progress.unconfirmed
        else _(
            "共 %(areas)s 个居民区，%(households)s 户，党员 %(members)s 人，居民区都已确认。"
            "冻结以后，数字和统计日期都不能再改。"
        )
    ) % {
        "areas": len(progress.counts),
        "households": progress.households,
        "members": progress.party_members,
        "waiting": len(progress.unconfirmed),
    }
    act = Act(
        heading=_("冻结：%(snapshot)s") % {"snapshot": found},
        button=_("冻结快照"),
        done=_("快照已冻结。"),
        back=reverse("registry:snapshot", args=[found.pk]),
        back_name=str(found),
        clause=CLAUSE,
        explained=explained,
        grave=True,
        version=found.version,
    )
    if request.method == "POST" and found.frozen_at is not None:
        return already_done(request, act)
    refuse(actions.why_not_freeze(progress, clock.today()))
    form = forms.Form(request.POST if request.method == "POST" else None)

    def do(sent: Sent) -> None:
        actions.freeze_snapshot(found, by=person, at=clock.now())

    return act_page(request, act, form, do)


def _own_count(request: HttpRequest, pk: int) -> AreaCount:
    """A count of an area of which the person is secretary."""
    person = person_of_request(request)
    own = areas_as(person, "secretary")
    counts = person.visible(AreaCount.objects.filter(area__area_id__in=own))
    return get_object_or_404(counts.select_related("snapshot", "area"), pk=pk)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The secretary finds the numbers right."""
    person, found = person_of_request(request), _own_count(request, pk)
    try:
        actions.confirm_count(
            found,
            by=person,
            at=clock.now(),
            seen=seen_version(request),
        )
    except Stale:
        messages.warning(request, _("数字刚刚有更正，请看过新的数字再确认。"))
    else:
        messages.success(request, _("已确认。"))
    return redirect("registry:own_area")


def doubt(request: HttpRequest, pk: int) -> HttpResponse:
    """The secretary says what is wrong with the numbers."""
    person, found = person_of_request(request), _own_count(request, pk)
    explained = _("%(snapshot)s：%(households)s 户，党员 %(members)s 人。") % {
        "snapshot": found.snapshot,
        "households": found.households,
        "members": found.party_members,
    }
    act = Act(
        heading=_("数字有疑问：%(area)s") % {"area": found.area},
        button=_("提出疑问"),
        done=_("疑问已送党建办，答复会显示在这里。"),
        back=reverse("registry:own_area"),
        back_name=_("本居民区情况"),
        clause=CLAUSE,
        explained=explained,
    )
    key = submission_of(request)
    if key is not None and CountDoubt.objects.filter(count=found, submission=key).exists():
        return already_done(request, act)
    waiting = found.doubts.filter(answered_at=None).count()
    refuse(rules.why_not_confirm(found.snapshot.frozen_at))
    refuse(rules.why_not_doubt(waiting))
    form = DoubtForm(request.POST if request.method == "POST" else None)

    def do(sent: Sent) -> None:
        text = form.cleaned_data["text"]
        row = CountDoubt(town=found.town, count=found, text=text, submission=sent.submission)
        actions.doubt_count(row, by=person, at=clock.now())

    return act_page(request, act, form, do)


def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The numbers stay, and the area is told why."""
    person = person_of_request(request)
    if not person.may_write(AreaCount):
        raise Http404
    doubts = CountDoubt.objects.select_related("count__area", "count__snapshot")
    found = get_object_or_404(person.writable(doubts), pk=pk)
    act = Act(
        heading=_("答复疑问：%(area)s") % {"area": found.count.area},
        button=_("答复"),
        done=_("已答复。"),
        back=reverse("registry:snapshot", args=[found.count.snapshot_id]),
        back_name=str(found.count.snapshot),
        clause=CLAUSE,
        explained=_("%(who)s提出：%(text)s") % {"who": found.raised_by, "text": found.text},
        version=found.version,
    )
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and found.answer and request.POST.get("answer", "").strip() == found.answer:
        return already_done(request, act)
    refuse(rules.why_not_answer(found.answered_at))

    def do(sent: Sent) -> None:
        actions.answer_doubt(found, answer=form.cleaned_data["answer"], by=person, at=clock.now())

    return act_page(request, act, form, do)
