"""Flagged ballots, one at a time, for two people who know neither area nor channel."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.models import Cycle
from kaohe.web.surveys import review_rules as rules
from kaohe.web.surveys.models import Ballot
from kaohe.web.surveys.quality import FLAGS
from kaohe.web.surveys.review_presenters import Filtered, answers_shown, opinions_shown
from kaohe.web.surveys.reviewing import Flagged, flagged_ballots, review
from kaohe.web.surveys.taking_part import rounds_of
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
    """A ballot to look at among those chosen, and how many there are of each kind."""
    person, cycle = person_of_request(request), chosen_cycle(request)
    if not person.has(rules.REVIEWING):
        raise Http404
    filtered = _filtered(request, flagged_ballots(cycle, person))
    form = OpinionForm(request.POST or None)
    ballot: Ballot | None
    if request.method == "POST":
        ballot = _ballot(cycle, key_of(request.POST.get("ballot", "")))
        if form.is_valid() and _taken(ballot, form, person):
            messages.success(request, _("已记下。"))
            return redirect(_address(cycle, filtered, key_of(request.POST.get("next", ""))))
    else:
        keys = filtered.keys
        wanted = key_of(request.GET.get("ballot", ""))
        key = wanted if wanted in keys else keys[0] if keys else None
        ballot = _ballot(cycle, key) if key is not None else None
    shown: dict[str, Any] = {"cycle": cycle, "filtered": filtered, "form": form, "ballot": ballot}
    if ballot is not None:
        shown |= _shown(ballot, filtered, person)
    return render(request, "surveys/flagged.html", shown, status=422 if form.errors else 200)


def _filtered(request: HttpRequest, every: list[Flagged]) -> Filtered:
    """What is chosen in the address; anything else is what waits for the person, of any flag."""
    state, flag = request.GET.get("state", ""), request.GET.get("flag", "")
    return Filtered(
        state=state if state in rules.STATES else rules.MINE,
        flag=flag if flag in FLAGS else "",
        every=every,
    )


def _ballot(cycle: Cycle, key: UUID | None) -> Ballot:
    rows = Ballot.objects.filter(round__in=rounds_of(cycle)).exclude(flags=[])
    return get_object_or_404(rows.select_related("round__cycle__scheme"), pk=key)


def _taken(ballot: Ballot, form: OpinionForm, person: Person) -> bool:
    """Whether the opinion is taken; if not, the form says why."""
    said = form.cleaned_data
    try:
        review(ballot, **said, by=person, at=clock.now())
    except PermissionDenied as refused:
        form.add_error("reason" if said["aside"] else None, str(refused))
        return False
    return True


def _shown(ballot: Ballot, filtered: Filtered, person: Person) -> dict[str, Any]:
    state = next((one.state for one in filtered.every if one.key == ballot.pk), rules.DECIDED)
    place, before, after = (
        filtered.beside(ballot.pk) if ballot.pk in filtered.keys else (0, None, None)
    )
    return {
        "flags": [told(FLAGS[one]) for one in ballot.flags],
        "answers": answers_shown(ballot),
        "opinions": opinions_shown(ballot, state, person.username),
        "waits_for_me": state == rules.MINE,
        "decided": state == rules.DECIDED,
        "place": place,
        "before": before,
        "after": after,
    }


def _address(cycle: Cycle, filtered: Filtered, key: UUID | None) -> str:
    """The page with the same choice, at a ballot."""
    chosen = {"cycle": cycle.pk, "state": filtered.state, "flag": filtered.flag}
    return f"{reverse('surveys:flagged')}?{urlencode(chosen | ({'ballot': key} if key else {}))}"
