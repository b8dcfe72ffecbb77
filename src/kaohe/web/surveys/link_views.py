"""Links over HTTP for a platform's program, and the keys that a clerk gives it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kaohe.web import clock
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.registry.models import Source
from kaohe.web.surveys import linking
from kaohe.web.surveys.models import LinkKey, Round
from kaohe.web.ui.manuals import manual_page


class PlatformForm(forms.Form):
    """Which platform gets a key."""

    source = forms.ModelChoiceField(label=gettext_lazy("平台"), queryset=Source.objects.none())


@never_cache
def link_keys(request: HttpRequest, pk: int) -> HttpResponse:
    """The keys of a round; a new one is shown once."""
    person = person_of_request(request)
    held = get_object_or_404(person.writable(Round.objects.select_related("cycle", "town")), pk=pk)
    if held.manner != "codes":
        raise Http404
    form = PlatformForm(request.POST or None)
    form.fields["source"].queryset = Source.objects.filter(  # type: ignore[attr-defined]
        town=held.town
    )
    key = ""
    if request.method == "POST" and form.is_valid():
        key = linking.make_key(held, form.cleaned_data["source"], by=person, at=clock.now())
    shown = {
        "round": held,
        "form": form,
        "key": key,
        "keys": held.link_keys.select_related("source"),
        "address": request.build_absolute_uri(reverse("residents:links", args=[held.tag])),
    }
    return render(request, "surveys/link_keys.html", shown)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a key fetch no more links."""
    person = person_of_request(request)
    key = get_object_or_404(person.writable(LinkKey.objects.select_related("round")), pk=pk)
    linking.revoke_key(key, by=person, at=clock.now())
    return redirect("surveys:link_keys", pk=key.round_id)


def links(request: HttpRequest, tag: str) -> HttpResponse:
    """Links of the households that the body names; whoever opens the address reads how."""
    if request.method in ("GET", "HEAD"):
        get_object_or_404(Round, tag=tag.upper())
        return manual_page(request, Path(__file__).parent, "links")
    if request.method != "POST":
        return _wrong(405, "POST")
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    held = Round.objects.select_related("town").filter(tag=tag.upper()).first()
    key = linking.key_of(held, given) if held and scheme.lower() == "bearer" else None
    if held is None or key is None:
        return _wrong(401, "the key is missing, wrong or revoked")
    try:
        asked = json.loads(request.body)["household_ids"]
        fits = isinstance(asked, list) and all(isinstance(one, str) for one in asked)
    except (ValueError, KeyError, TypeError):
        fits = False
    if not fits or len(asked) > linking.MOST:
        return _wrong(422, f'a JSON object {{"household_ids": [...]}}, at most {linking.MOST} ids')
    address = request.build_absolute_uri(reverse("residents:form", args=[held.tag]))
    try:
        found, unknown = linking.links_for(key, given, asked, address, clock.now())
    except PermissionDenied as refused:
        return _wrong(409, str(refused))
    return JsonResponse({"links": [asdict(one) for one in found], "unknown": unknown})


def _wrong(status: int, told: str) -> JsonResponse:
    return JsonResponse({"error": told}, status=status)
