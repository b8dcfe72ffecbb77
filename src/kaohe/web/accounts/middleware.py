"""Who asks, before anything is answered. No page but a few is open to somebody unknown."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from kaohe.web import clock
from kaohe.web.accounts.people import Person, person_of
from kaohe.web.accounts.strangers import is_too_long, pass_files_over

OPEN_TO_ALL = ("accounts:login", "accounts:access", "evidence:complain", "set_language")
WITHOUT_SECOND_FACTOR = (*OPEN_TO_ALL, "accounts:logout", "accounts:second_factor")
WITHOUT_OWN_PASSWORD = (*WITHOUT_SECOND_FACTOR, "accounts:new_password")


def person_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give every request its ``person`` (None where nobody is logged in), or turn it away."""
    from kaohe.web.accounts.views import not_read, second_factor_first, session_ended

    def answer(request: HttpRequest) -> HttpResponse:
        person = None
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise Http404  # no database holds such a character
        if request.user.is_authenticated:
            person = person_of(request.user, clock.today())
        request.person = person  # type: ignore[attr-defined]
        verified = person is not None and not _lacks_second_factor(request, person)
        if not verified:  # nothing may have read what was sent before this
            if is_too_long(request):
                return not_read(request)
            pass_files_over(request)
        if person is None:
            if not _among(request, OPEN_TO_ALL):
                if request.method == "POST":
                    return session_ended(request)
                return redirect_to_login(request.get_full_path())
        elif not verified and not _among(request, WITHOUT_SECOND_FACTOR):
            return second_factor_first(request)
        elif person.user.must_change_password and not _among(request, WITHOUT_OWN_PASSWORD):
            return redirect("accounts:new_password")
        return get_response(request)

    return answer


def _lacks_second_factor(request: HttpRequest, person: Person) -> bool:
    asked = settings.ENVIRONMENT.second_factor and person.needs_second_factor
    return asked and not request.user.is_verified()  # type: ignore[union-attr]


def _among(request: HttpRequest, names: tuple[str, ...]) -> bool:
    return request.path == "/healthz" or request.path in {reverse(name) for name in names}
