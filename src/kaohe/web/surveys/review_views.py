"""Flagged ballots, one at a time, for two people who know neither area nor channel."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.web import clock
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.surveys import review_rules as rules
from kaohe.web.surveys.models import Ballot
from kaohe.web.surveys.quality import FLAGS
from kaohe.web.surveys.reviewing import review, to_review
from kaohe.web.surveys.rounds import asking_of
from kaohe.web.ui.acts import key_of
from kaohe.web.ui.templatetags.ui import told


class OpinionForm(forms.Form):
    """Whether a ballot counts, and why not."""

    aside = forms.TypedChoiceField(
        label=gettext_lazy("意见"),
        choices=[("no", gettext_lazy("计入")), ("yes", gettext_lazy("不计入"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("不计入的理由"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("选“不计入”时要写。"),
    )


def flagged(request: HttpRequest) -> HttpResponse:
    """The next ballot to look at, and how many are left."""
    person, cycle = person_of_request(request), chosen_cycle(request)
    if not person.has(rules.REVIEWING):
        raise Http404
    waiting = to_review(cycle, person)
    ballot: Ballot | None
    form = OpinionForm(request.POST or None)
    if request.method == "POST":
        ballot = get_object_or_404(
            Ballot.objects.filter(cycle=cycle).exclude(flags=[]),
            pk=key_of(request.POST.get("ballot", "")),
        )
        if form.is_valid():
            said = form.cleaned_data
            try:
                review(ballot, **said, by=person, at=clock.now())
            except PermissionDenied as refused:
                form.add_error("reason" if said["aside"] else None, str(refused))
            else:
                messages.success(request, _("已记下。"))
                return redirect(f"{reverse('surveys:flagged')}?cycle={cycle.pk}")
    else:
        ballot = waiting.first()
    shown = {
        "cycle": cycle,
        "ballot": ballot,
        "left": waiting.count(),
        "form": form,
        "flags": [told(FLAGS[one]) for one in ballot.flags] if ballot else [],
        "answers": _answers(ballot) if ballot else [],
    }
    return render(request, "surveys/flagged.html", shown, status=422 if form.errors else 200)


def _answers(ballot: Ballot) -> list[tuple[str, str]]:
    """Every question with what was ticked, an empty text where nothing was."""
    found = []
    for one in asking_of(ballot.round).asked:
        labels = {choice.code: told(choice.label) for choice in one.choices}
        found.append((told(one.label), labels.get(ballot.answers.get(one.name, ""), "")))
    return found
