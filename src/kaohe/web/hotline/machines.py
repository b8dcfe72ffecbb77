"""Programs of providers come with a key: no session, no cookie; JSON both ways.

Their only page is the manual.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import translation

from kaohe.web.hotline import provider_api

ADDRESSES = "/providers/"
MOST_BYTES = 2**20
"""The longest body that is read."""


def machines_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer programs here and now; everybody else goes on."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(ADDRESSES):
            return get_response(request)
        with translation.override("zh-hans"):
            return _answer(request)

    return answer


def _answer(request: HttpRequest) -> HttpResponseBase:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return provider_api.too_long(MOST_BYTES)
    try:
        match = resolve(request.path_info)
        found: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except (Resolver404, Http404):
        found = provider_api.no_such_address()
    return found
