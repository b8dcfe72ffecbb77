"""Back-checks in the third party's workspace: drawn, noted, and settled where one differs."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.registry.acting import Act, Sent, act_page
from kaohe.web.surveys import back_check_actions as actions
from kaohe.web.surveys.fieldwork_forms import SettleForm
from kaohe.web.surveys.fieldwork_presenters import batch_of, shown_agreement
from kaohe.web.surveys.models import BackCheck
from kaohe.web.surveys.workspace_views import found_draw
from kaohe.web.ui.language import named


def back_checks(request: HttpRequest, pk: int) -> HttpResponse:
    """The interviews drawn to be asked about once more, and what came of it."""
    person, draw = found_draw(request, pk)
    if not person.may_read(BackCheck):
        raise Http404
    rows = person.visible(BackCheck.objects.filter(household__draw=draw))
    shown = {
        "round": draw.vendor.round,
        "draw": draw,
        "checks": rows.select_related("household__area"),
        "agreement": shown_agreement(draw),
        "manages": person.has("survey_manager"),
    }
    return render(request, "surveys/workspace_back_checks.html", shown)


@require_POST
def draw_back_checks(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw from the interviews completed so far."""
    person, draw = found_draw(request, pk, role="survey_manager")
    new = actions.draw_back_checks(draw, by=person, at=clock.now())
    messages.success(request, _("新抽取 %(count)s 户复核。") % {"count": new})
    return redirect("fieldwork:back_checks", pk)


def _check(request: HttpRequest, pk: int) -> tuple[Person, BackCheck]:
    person = person_of_request(request)
    rows = BackCheck.objects.select_related("household__draw__vendor", "household__area")
    return person, get_object_or_404(person.writable(rows), pk=pk)


@require_POST
def note_back_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether a household confirms the interview."""
    person, check = _check(request, pk)
    agreed = request.POST.get("agreed", "")
    if agreed not in ("yes", "no"):
        raise Http404
    actions.note_back_check(check, agreed=agreed == "yes", by=person, at=clock.now())
    return redirect("fieldwork:back_checks", check.household.draw.vendor.round_id)


def settle_back_check(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of an interview that its household does not confirm."""
    person, check = _check(request, pk)
    if check.agreed is not False:
        raise Http404
    batch, held = batch_of(check), check.household.draw.vendor.round
    explained = _(
        "住户说没有这次访问，或者没有照问卷问完。请先把这名访问员（%(interviewer)s）的访问都核对一遍："
        "完成 %(completed)s 户，已复核 %(checked)s 户，其中不一致 %(differing)s 户。"
        "要换掉的，重新访问后在“上传回收数据”中重交整个居民区，原来的答卷随之替换；"
        "轮次截止以后不能再换。"
    )
    act = Act(
        heading=named(_("处理复核不一致"), check.household),
        button=_("登记"),
        done=_("已登记。"),
        back=reverse("fieldwork:back_checks", args=[held.pk]),
        back_name=_("复核"),
        clause="三(二)",
        explained=explained % batch,
        version=check.version,
    )
    initial = {"outcome": check.outcome, "looked_at": check.looked_at}
    form = SettleForm(request.POST or None, initial=initial)

    def do(sent: Sent) -> None:
        given = form.cleaned_data
        if problem := actions.why_not_settle(check, given["outcome"]):
            raise ValidationError({"outcome": problem})
        actions.settle_back_check(check, **given, by=person, at=clock.now(), seen=sent.seen)

    return act_page(request, act, form, do)
