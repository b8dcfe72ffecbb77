"""Giving a round up: the clerk asks, two heads sign."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaohe.web import clock
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.registry.acting import Act, Sent, act_page
from kaohe.web.surveys import voiding
from kaohe.web.surveys.forms import ReasonForm
from kaohe.web.surveys.models import Round


def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask that a round be void."""
    person = person_of_request(request)
    held = get_object_or_404(person.writable(Round.objects.select_related("cycle")), pk=pk)
    act = Act(
        heading=_("作废：%(round)s") % {"round": held},
        button=_("提请作废"),
        done=_("已提请作废，等待两位组长签署。"),
        back=reverse("surveys:round", args=[held.pk]),
        back_name=str(held),
        clause="四(二)2",
        explained=_explained(held),
        grave=True,
    )
    form = ReasonForm(request.POST or None)

    def do(sent: Sent) -> None:
        reason = form.cleaned_data["reason"]
        voiding.ask_void(held, reason=reason, by=person, at=clock.now())

    return act_page(request, act, form, do)


def _explained(held: Round) -> str:
    if held.counted_at is not None:
        return _(
            "开箱核对有出入的轮次，可以作废、重新设立。两位组长签署后，这一轮的答卷、参与都不计入考核；"
            "答卷、回执清单和摘要照原样留存备查，公开页上写明作废；样本可由新的轮次收集。"
        )
    return _(
        "密钥丢失、纸条散失等情况下，轮次可以作废、重新设立。两位组长签署后，票箱和密钥不经开箱即"
        "销毁，已交的答卷不计入，谁也看不到；样本可由新的轮次收集。"
    )


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """A head signs."""
    person = person_of_request(request)
    held = get_object_or_404(person.visible(Round.objects.select_related("cycle")), pk=pk)
    if not person.has("group_head") or not hasattr(held, "void"):
        raise Http404
    done = voiding.sign_void(held, by=person, at=clock.now())
    messages.success(request, _("轮次已作废。") if done else _("已签署，还需另一位组长签署。"))
    return redirect("surveys:round", pk=pk)
