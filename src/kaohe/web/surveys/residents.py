"""Residents come without an account: nothing of them is asked for, looked up or kept.

Their pages go past sessions, cookies and logins. Opening one writes nothing; what is sent goes into
the box of the round and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import translation

from kaohe.web.surveys.resident_views import no_such_page

RESIDENTS = "/f/"
"""Where their addresses begin: short, for they are typed."""


def residents_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer residents here and now; everybody else goes on."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(RESIDENTS):
            return get_response(request)
        with translation.override("en" if request.GET.get("lang") == "en" else "zh-hans"):
            return _answer(request)

    return answer


def _answer(request: HttpRequest) -> HttpResponseBase:
    try:
        match = resolve(request.path_info)
        found: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except (Resolver404, Http404):
        found = no_such_page(request)
    return found
