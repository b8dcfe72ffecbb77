"""Login, the second factor, people, and the table of who may see what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import segno
from axes.models import AccessAttempt, AccessLog
from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django_otp import login as verify
from django_otp.plugins.otp_totp.models import TOTPDevice

from kaohe.web import clock
from kaohe.web.accounts import actions
from kaohe.web.accounts.access import TABLE, rights_of
from kaohe.web.accounts.forms import (
    CodeForm,
    FirstPasswordForm,
    LoginForm,
    NewPasswordForm,
    PasswordForm,
)
from kaohe.web.accounts.models import Post, User
from kaohe.web.accounts.people import one_login_per_role
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.accounts.roles import ROLES
from kaohe.web.accounts.scopes import scope_told
from kaohe.web.accounts.strangers import has_lost_files

NOT_KEPT = frozenset({"csrfmiddlewaretoken", "password", "old", "new", "again"})
"""Fields that do not outlive a session: the form's own key, and passwords."""
CARRIED = "kept-"
"""Before the names of fields that wait for a login, one of which may be called username or code."""


def _next(request: HttpRequest) -> str:
    """Where to go on to: a page of this site, else the desk."""
    return _inside(request, "next")


def _inside(request: HttpRequest, name: str) -> str:
    asked = request.POST.get(name) or request.GET.get(name) or ""
    inside = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    return asked if inside else reverse("desk:home")


@sensitive_post_parameters("password")
def log_in(request: HttpRequest) -> HttpResponse:
    """Login name and password; after a form that outlived its session, the form goes on."""
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(_next(request))
    resumed = request.method == "POST" and "resume" in request.POST
    form = LoginForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        if resumed:
            return _resumed(request, _carried(request.POST))
        return redirect(_next(request))
    logins = _demonstration_logins()
    shown = {
        "form": form,
        "next": _next(request),
        "resume": request.POST.get("resume", ""),
        "kept": _under_other_names(_carried(request.POST)),
        "logins": logins,
        "further_logins": _further_logins(logins),
    }
    return render(request, "accounts/login.html", shown, status=422 if form.errors else 200)


def kept_fields(sent: Any) -> list[tuple[str, str]]:
    """What somebody had typed into a form before their session turned out to have ended."""
    return [
        (name, value) for name, values in sent.lists() if name not in NOT_KEPT for value in values
    ]


def _resumed(request: HttpRequest, kept: list[tuple[str, str]]) -> HttpResponse:
    """What was typed before, to be sent where it was to go."""
    shown = {"address": _inside(request, "resume"), "kept": kept}
    return render(request, "accounts/resume.html", shown)


def _sent_from_here(request: HttpRequest) -> bool:
    """Whether a form was sent from a page of this site, as far as the browser tells."""
    origin = request.headers.get("Origin")
    here = urlsplit(origin or "").netloc == request.get_host()
    return origin is None or here or origin in settings.CSRF_TRUSTED_ORIGINS


def session_ended(request: HttpRequest) -> HttpResponse:
    """A form arrived after the session had ended: log in, and it is sent again as it was.

    What another site put into the browser's hands is forgotten: nobody typed it here.
    """
    waiting = _waiting_form(request) if _sent_from_here(request) else None
    if waiting is None:
        return redirect("accounts:login")
    address, kept = waiting
    shown = {
        "form": LoginForm(request),
        "resume": address,
        "kept": _under_other_names(kept),
        "files_lost": has_lost_files(request),
        "logins": _demonstration_logins(),
    }
    return render(request, "accounts/login.html", shown, status=401)


def not_read(request: HttpRequest) -> HttpResponse:
    """What somebody sent who is not logged in is too long: it was not read, only how long it is."""
    shown = {"form": LoginForm(request), "next": request.path, "not_read": True}
    return render(request, "accounts/login.html", shown, status=413)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's own key does not fit any more, as after a login in another window."""
    if not (request.user.is_authenticated and _sent_from_here(request)):
        return session_ended(request)
    waiting = _waiting_form(request)
    if waiting is None:
        return redirect("desk:home")
    address, kept = waiting
    return render(request, "accounts/resume.html", {"address": address, "kept": kept}, status=403)


def _waiting_form(request: HttpRequest) -> tuple[str, list[tuple[str, str]]] | None:
    """Where a form is to go and what was typed into it; None where only a login was sent.

    A form that waits at the door already is the one that came along, not the login itself.
    """
    if request.path not in {reverse("accounts:login"), reverse("accounts:second_factor")}:
        return urlsplit(request.get_full_path()).path, kept_fields(request.POST)
    if not request.POST.get("resume"):
        return None
    return _inside(request, "resume"), _carried(request.POST)


def _demonstration_logins() -> list[tuple[str, str]]:
    if not settings.ENVIRONMENT.demonstration:
        return []
    return one_login_per_role()


def _further_logins(logins: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Everybody else with whom the demonstration can be tried: login, role, over what."""
    if not logins:
        return []
    first = {username for username, _role in logins}
    posts = Post.objects.filter(user__is_active=True).exclude(user__username__in=first)
    return [
        (post.user.username, str(post.kind.name), scope_told(post))
        for post in posts.select_related("user", "town").order_by("role", "user__pk")
        if post.user.has_usable_password()
    ]


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("accounts:login")


def second_factor(request: HttpRequest) -> HttpResponse:
    """Six digits from a phone; the first time the phone is taught."""
    if not request.user.is_authenticated:
        return redirect("accounts:login")
    person = person_of_request(request)
    device = actions.second_factor_of(person.user)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if device.verify_token(form.cleaned_data["code"]):
            if not device.confirmed:
                actions.confirm_second_factor(device, by=person, at=clock.now())
            verify(request, device)
            carried = _carried(request.POST)
            return _resumed(request, carried) if carried else redirect("desk:home")
        form.add_error("code", _("验证码不对或已经用过，请等下一个再试。"))
    return _ask_for_code(
        request, form, device, request.POST.get("resume", ""), _carried(request.POST)
    )


def second_factor_first(request: HttpRequest) -> HttpResponse:
    """A page was asked for before the six digits; a form that was sent waits for them."""
    if request.method != "POST" or not _sent_from_here(request):
        return redirect("accounts:second_factor")
    device = actions.second_factor_of(person_of_request(request).user)
    path = urlsplit(request.get_full_path()).path
    return _ask_for_code(request, CodeForm(), device, path, kept_fields(request.POST))


def _carried(sent: Any) -> list[tuple[str, str]]:
    """Fields of another form that come along with a login, by their own names."""
    return [
        (name.removeprefix(CARRIED), value)
        for name, values in sent.lists()
        if name.startswith(CARRIED) and name.removeprefix(CARRIED) not in NOT_KEPT
        for value in values
    ]


def _under_other_names(kept: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Fields of another form as they come along, so that none is taken for the login's own."""
    return [(f"{CARRIED}{name}", value) for name, value in kept]


def _ask_for_code(
    request: HttpRequest,
    form: CodeForm,
    device: TOTPDevice,
    resume: str,
    kept: list[tuple[str, str]],
) -> HttpResponse:
    shown: dict[str, Any] = {
        "form": form,
        "device": device,
        "resume": resume,
        "kept": _under_other_names(kept),
    }
    if not device.confirmed:
        code = segno.make(device.config_url, micro=False)
        shown["picture"] = code.svg_inline(scale=5, border=2, title=_("验证器二维码"))
        shown["key"] = " ".join(_in_fours(_base32(device)))
    return render(request, "accounts/second_factor.html", shown, status=422 if form.errors else 200)


def _base32(device: TOTPDevice) -> str:
    from base64 import b32encode

    return b32encode(device.bin_key).decode().rstrip("=")


def _in_fours(text: str) -> list[str]:
    return [text[start : start + 4] for start in range(0, len(text), 4)]


@sensitive_post_parameters("old", "new")
def me(request: HttpRequest) -> HttpResponse:
    """One's own posts, and a new password."""
    person = person_of_request(request)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, username=person.username, password=form.cleaned_data["old"])
        if user is None:
            form.add_error("old", _("现在的密码不对。"))
        else:
            try:
                actions.set_password(
                    person.user, form.cleaned_data["new"], by=person, at=clock.now()
                )
            except ValidationError as problem:
                form.add_error("new", problem)
            else:
                update_session_auth_hash(request, person.user)
                messages.success(request, _("密码已修改。"))
                return redirect("accounts:me")
    return render(request, "accounts/me.html", {"form": form}, status=422 if form.errors else 200)


@sensitive_post_parameters("new", "again")
def new_password(request: HttpRequest) -> HttpResponse:
    """A password of one's own, before anything else, where somebody else gave one."""
    person = person_of_request(request)
    if not person.user.must_change_password:
        return redirect("accounts:me")
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_password(person.user, form.cleaned_data["new"], by=person, at=clock.now())
        except ValidationError as problem:
            form.add_error("new", problem)
        else:
            update_session_auth_hash(request, person.user)
            messages.success(request, _("密码已修改。"))
            return redirect("desk:home")
    status = 422 if form.errors else 200
    return render(request, "accounts/new_password.html", {"form": form}, status=status)


def user(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: their posts, and what the administrator may do."""
    person = person_of_request(request)
    found = get_object_or_404(person.visible(User.objects.all()), pk=pk)
    shown = {
        "user_shown": found,
        "posts": found.posts.all(),
        "may": person.may_write(User),
        "has_second_factor": actions.has_second_factor(found),
        "form": FirstPasswordForm(),
    }
    return render(request, "accounts/user.html", shown)


def _user_to_change(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(person_of_request(request).writable(User.objects.all()), pk=pk)


@require_POST
def first_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out a password."""
    found = _user_to_change(request, pk)
    form = FirstPasswordForm(request.POST)
    if form.is_valid():
        try:
            actions.set_password(
                found, form.cleaned_data["password"], by=person_of_request(request), at=clock.now()
            )
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
        else:
            messages.success(request, _("初始密码已设置。"))
            if not found.posts.exists():
                return redirect(f"{reverse('accounts:posts_add')}?user={pk}")
    return redirect("accounts:user", pk)


@require_POST
def deactivate_user(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account."""
    return _with_reason(request, pk, actions.deactivate)


@require_POST
def reactivate_user(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an account again."""
    return _with_reason(request, pk, actions.reactivate)


def _with_reason(request: HttpRequest, pk: int, act: Callable[..., None]) -> HttpResponse:
    """Do something with an account for the reason that the form gives."""
    found, reason = _user_to_change(request, pk), request.POST.get("reason", "")
    try:
        act(found, by=person_of_request(request), at=clock.now(), reason=reason)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect("accounts:user", pk)


@require_POST
def reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """A lost phone."""
    found = _user_to_change(request, pk)
    actions.forget_second_factor(found, by=person_of_request(request), at=clock.now())
    messages.success(request, _("下次登录时请本人重新设置双重验证。"))
    return redirect("accounts:user", pk)


def access(request: HttpRequest) -> HttpResponse:
    """The table of who may see what, as it is in force."""
    lines = []
    for label in TABLE:
        cells = rights_of(label)
        if cells:
            name = OTHERS.get(label) or apps.get_model(label)._meta.verbose_name
            lines.append((name, [_cell(cells.get(role)) for role in ROLES]))
    shown = {"roles": ROLES.values(), "lines": lines, "own": _own_cells(request, lines)}
    return render(request, "accounts/access.html", shown)


def _own_cells(request: HttpRequest, lines: list[tuple[Any, list[str]]]) -> list[tuple[Any, Any]]:
    """Of the table what concerns whoever asks: by role of theirs and by cell, what it reaches."""
    person = getattr(request, "person", None)
    found = []
    for place, role in enumerate(ROLES.values()):
        if person is not None and role.code in person.roles:
            reached: dict[str, list[str]] = {}
            for name, cells in lines:
                if cells[place]:
                    reached.setdefault(cells[place], []).append(str(name))
            found.append((role.name, reached))
    return found


def _cell(right: Any) -> str:
    if right is None:
        return ""
    told = _("全部") if right.all_rows else _("本岗位范围")
    if right.write:
        told = _("%(which)s，可办理") % {"which": told}
    return told + str(AFTER.get(right.stage, ""))


OTHERS = {
    "axes.AccessAttempt": gettext_lazy("登录失败记录"),
    "axes.AccessLog": gettext_lazy("登录记录"),
    "axes.AccessFailureLog": gettext_lazy("登录失败明细"),
}
"""Models of libraries, which have no Chinese name of their own."""

AFTER = {
    "scoring": gettext_lazy("（进入计分后）"),
    "review": gettext_lazy("（进入复核后）"),
    "published": gettext_lazy("（公布后）"),
}


def security(request: HttpRequest) -> HttpResponse:
    """Logins and failed logins; never counted by person or area."""
    person = person_of_request(request)
    if not person.may_read(AccessLog):
        raise Http404
    names = User.objects.filter(town=person.user.town).values("username")
    logs = AccessLog.objects.filter(username__in=names).order_by("-attempt_time")
    page = Paginator(logs, 100).get_page(request.GET.get("page"))
    failures = AccessAttempt.objects.filter(username__in=names).order_by("-attempt_time")[:100]
    return render(request, "accounts/security.html", {"page": page, "failures": failures})
