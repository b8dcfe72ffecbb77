"""Who asks, before anything is answered. No page but a few is open to somebody unknown."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from kaohe.web import clock
from kaohe.web.accounts.people import person_of

OPEN_TO_ALL = ("accounts:login", "accounts:access", "evidence:complain", "set_language")
WITHOUT_SECOND_FACTOR = (*OPEN_TO_ALL, "accounts:logout", "accounts:second_factor")
WITHOUT_OWN_PASSWORD = (*WITHOUT_SECOND_FACTOR, "accounts:new_password")


def person_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give every request its ``person`` (None where nobody is logged in), or turn it away."""
    from kaohe.web.accounts.views import second_factor_first, session_ended

    def answer(request: HttpRequest) -> HttpResponse:
        request.person = None  # type: ignore[attr-defined]
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise Http404  # no database holds such a character
        if request.user.is_authenticated:
            person = person_of(request.user, clock.today())
            request.person = person  # type: ignore[attr-defined]
            asked = settings.ENVIRONMENT.second_factor and person.needs_second_factor
            verified = request.user.is_verified()  # type: ignore[attr-defined]
            if asked and not verified and not _among(request, WITHOUT_SECOND_FACTOR):
                return second_factor_first(request)
            if person.user.must_change_password and not _among(request, WITHOUT_OWN_PASSWORD):
                return redirect("accounts:new_password")
        elif not _among(request, OPEN_TO_ALL):
            if request.method == "POST":
                return session_ended(request)
            return redirect_to_login(request.get_full_path())
        return get_response(request)

    return answer


def _among(request: HttpRequest, names: tuple[str, ...]) -> bool:
    return request.path == "/healthz" or request.path in {reverse(name) for name in names}
