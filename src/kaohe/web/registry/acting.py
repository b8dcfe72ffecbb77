"""The page of one act: what it does, its form, a button. Nothing typed is ever lost."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kaohe.web.audit.actions import Stale
from kaohe.web.ui.acts import seen_version, submission_of


@dataclass(frozen=True)
class Act:
    """What the page says. ``back`` is where it was come from and leads to when it is done."""

    heading: str
    button: str
    done: str
    back: str
    back_name: str
    clause: str
    explained: str = ""
    grave: bool = False
    version: int | None = None
    """The version of the row that is shown: somebody else may be faster."""


@dataclass(frozen=True)
class Sent:
    """What comes with a form besides its fields: the version seen, the key of this submission."""

    seen: int | None
    submission: uuid.UUID | None


def act_page(
    request: HttpRequest, act: Act, form: forms.BaseForm, do: Callable[[Sent], None]
) -> HttpResponse:
    """Show the form; sent and valid, do the act and go back."""
    status, stale = 200, None
    version = act.version
    key = request.POST.get("submission") or str(uuid.uuid4())
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                do(_sent(request))
            except ValidationError as problem:
                _explain(form, problem)
            except Stale as problem:
                stale, status = problem.row, 409
                version = getattr(stale, "version", None)
            else:
                messages.success(request, act.done)
                return redirect(act.back)
    shown = {"act": act, "form": form, "submission": key, "seen": version, "stale": stale}
    return render(request, "registry/act.html", shown, status=status)


def already_done(request: HttpRequest, act: Act) -> HttpResponse:
    """The same form came a second time: nothing more happens."""
    messages.success(request, _("已经办理过，没有重复办理。"))
    return redirect(act.back)


def _sent(request: HttpRequest) -> Sent:
    return Sent(seen_version(request), submission_of(request))


def _explain(form: forms.BaseForm, problem: ValidationError) -> None:
    """Errors at their fields where the form has them, else above."""
    told = getattr(problem, "error_dict", None) or {"__all__": problem.error_list}
    for field, errors in told.items():
        form.add_error(field if field in form.fields else None, errors)
