"""The interface for programs, as people see to it: keys, and what the inbox holds."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.hotline import inbox, provider_keys
from kaohe.web.hotline.facts import CASES
from kaohe.web.hotline.models import ProviderKey, PushedCase
from kaohe.web.registry.models import Source
from kaohe.web.ui.acts import submission_of


class KeyForm(forms.Form):
    """Whose program gets a key."""

    source = forms.ModelChoiceField(
        label=gettext_lazy("数据来源"),
        queryset=Source.objects.none(),
        empty_label=gettext_lazy("请选择"),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        with_cases = [one.pk for one in _sources(person)]
        self.fields["source"].queryset = Source.objects.filter(pk__in=with_cases)  # type: ignore[attr-defined]


def _sources(person: Person) -> list[Source]:
    """The sources of a person's that hand in cases."""
    return [one for one in person.visible(Source.objects.all()) if CASES in one.tables]


def _page(request: HttpRequest, form: KeyForm | None = None) -> HttpResponse:
    person = person_of_request(request)
    if not person.may_read(ProviderKey):
        raise Http404
    cycle = chosen_cycle(request)
    lines = inbox.parts_of(cycle, _sources(person)) if person.may_read(PushedCase) else None
    may_make = person.may_write(ProviderKey)
    shown = {
        "cycle": cycle,
        "address": request.build_absolute_uri(reverse("providers:manual", args=[cycle.year])),
        "keys": person.visible(ProviderKey.objects.select_related("source")),
        "lines": lines,
        "form": (form or KeyForm(person=person)) if may_make else None,
        "submission": request.POST.get("submission") or uuid.uuid4(),
    }
    return render(request, "hotline/interface.html", shown, status=422 if form else 200)


def interface(request: HttpRequest) -> HttpResponse:
    """Keys with the day of their last use, and the inbox for its source's own people."""
    return _page(request)


@never_cache
@sensitive_variables("key")
def make_key(request: HttpRequest) -> HttpResponse:
    """Make a key and show it, this once; whoever comes again finds the page."""
    person = person_of_request(request)
    if not person.may_write(ProviderKey):
        raise Http404
    if request.method != "POST":
        return redirect("interface:page")
    form = KeyForm(request.POST, person=person)
    if not form.is_valid():
        return _page(request, form)
    source, sent = form.cleaned_data["source"], submission_of(request)
    key = provider_keys.make_key(source, by=person, at=clock.now(), submission=sent)
    if key is None:
        return redirect("interface:page")
    return render(request, "hotline/key.html", {"source": source, "key": key})


@require_POST
def revoke_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a key open nothing any more."""
    person = person_of_request(request)
    rows = person.writable(ProviderKey.objects.select_related("source"))
    provider_keys.revoke_key(get_object_or_404(rows, pk=pk), by=person, at=clock.now())
    return redirect("interface:page")
