"""The page of one request: both sides speak, files are attached, it is taken back."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.audit.actions import Stale
from kaohe.web.hotline import exclusion_rules as rules
from kaohe.web.hotline.exclusion_asking import (
    attach_file,
    is_mine,
    is_of_department,
    withdraw_exclusion,
)
from kaohe.web.hotline.exclusion_forms import FileForm, UndoForm, UndoWordForm, WordForm
from kaohe.web.hotline.exclusion_lists import cases_of
from kaohe.web.hotline.exclusion_models import SIDES, Exclusion, ExclusionFile
from kaohe.web.hotline.exclusion_presenters import (
    case_shown,
    history_of,
    requests_shown,
)
from kaohe.web.hotline.exclusion_speaking import (
    NotSpoken,
    Spoken,
    speak_on,
    take_word_back,
    why_not_speak,
    why_not_take_back,
)
from kaohe.web.hotline.exclusion_undoing import sides_to_undo, why_not_take_undo_back
from kaohe.web.hotline.exclusion_undoing import take_undo_back as take_proposal_back
from kaohe.web.hotline.exclusion_undoing import undo as undo_exclusion
from kaohe.web.ui.acts import seen_version
from kaohe.web.ui.downloads import to_keep


def _found(request: HttpRequest, pk: int) -> tuple[Person, Exclusion]:
    person = person_of_request(request)
    rows = Exclusion.objects.select_related("cycle__scheme", "source", "area", "department", "town")
    return person, get_object_or_404(person.visible(rows), pk=pk)


def exclusion(
    request: HttpRequest,
    pk: int,
    form: WordForm | None = None,
    file_form: FileForm | None = None,
    undo_form: UndoForm | UndoWordForm | None = None,
) -> HttpResponse:
    """One request: the case, both sides, its files and everything that became of it."""
    person, row = _found(request, pk)
    cycle = row.cycle
    cases = cases_of(cycle, {row.case_id, row.earlier_case} - {""})
    case = cases.get(row.case_id)
    [one] = requests_shown([row], cycle, person, clock.today())
    files = person.visible(ExclusionFile.objects.filter(exclusion=row))
    own = is_of_department(row, person)
    undoes = sides_to_undo(row, person, cycle.stage)
    shown = {
        "cycle": cycle,
        "one": one,
        "case": case,
        "told": case_shown(case, person) if case is not None else [],
        # Whether a number is one of a case is for those to know who check what they decide.
        "checks_earlier": person.has(f"auditor {rules.DECIDING}"),
        "earlier_known": row.earlier_case in cases,
        "files": list(files),
        "attaches": own and not rules.why_not_attach(stage=cycle.stage, state=row.state, own=own),
        "file_form": file_form or FileForm(),
        "side": one.mine[0] if one.mine else "",
        "side_name": SIDES[one.mine[0]] if one.mine else "",
        "form": form or WordForm(),
        "not_mine": _why_not_mine(row, person),
        "taken_back": [
            (side, name)
            for side, name in SIDES.items()
            if not why_not_take_back(row, side, person, cycle.stage)
        ],
        "withdraws": not rules.why_not_withdraw(
            stage=cycle.stage, state=row.state, mine=is_mine(row, person)
        ),
        "undoes": undoes[0] if undoes else "",
        "undoes_name": SIDES[undoes[0]] if undoes else "",
        "undo_form": undo_form or (UndoWordForm() if row.undo_side else UndoForm()),
        "undo_side": SIDES.get(row.undo_side, "") if row.state == "agreed" else "",
        "takes_undo_back": not why_not_take_undo_back(row, person, cycle.stage),
        "history": history_of(row, person),
    }
    wrong = any(one is not None and one.errors for one in (form, file_form, undo_form))
    return render(request, "hotline/exclusion.html", shown, status=422 if wrong else 200)


def _why_not_mine(row: Exclusion, person: Person) -> str:
    """Why somebody with a post for a side that is silent cannot speak on an open request."""
    reasons = [
        why_not_speak(row, side, person, row.cycle.stage)
        for side in rules.sides_of(person.roles, person.sources, row.source.code)
        if row.state == "open" and row.word_of(side).agrees is None
    ]
    return next((reason for reason in reasons if reason), "") if all(reasons) else ""


@require_POST
def speak(request: HttpRequest, pk: int) -> HttpResponse:
    """Say for a side whether the case is left out."""
    person, row = _found(request, pk)
    form, side = WordForm(request.POST), request.POST.get("side", "")
    if side not in SIDES:
        raise Http404
    if not form.is_valid():
        return exclusion(request, pk, form)
    said = Spoken(row.pk, side, **form.cleaned_data, seen=seen_version(request))
    try:
        speak_on(row.cycle, [said], by=person, at=clock.now())
    except NotSpoken as problem:
        form.add_error(None, problem.reasons[row.pk])
        return exclusion(request, pk, form)
    messages.success(request, _("决定已记下。"))
    return redirect("exclusions:exclusion", pk)


def _done(
    request: HttpRequest, pk: int, act: Callable[[Person, Exclusion], object], told: str
) -> HttpResponse:
    """Do one act from a button and go back; whoever was too late sees what changed."""
    person, row = _found(request, pk)
    try:
        act(person, row)
    except Stale:
        messages.warning(request, _("这项申请刚有变动，请核对现在的内容，再办理一次。"))
    else:
        messages.success(request, told)
    return redirect("exclusions:exclusion", pk)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what one said for a side."""
    side, seen = request.POST.get("side", ""), seen_version(request)
    if side not in SIDES:
        raise Http404
    return _done(
        request,
        pk,
        lambda by, row: take_word_back(row, side, by=by, at=clock.now(), seen=seen),
        _("决定已撤回。"),
    )


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose for a side that a case left out count again, or say what one thinks of that."""
    person, row = _found(request, pk)
    side, seen = request.POST.get("side", ""), seen_version(request)
    if side not in SIDES:
        raise Http404
    form = UndoWordForm(request.POST) if row.undo_side else UndoForm(request.POST)
    if not form.is_valid():
        return exclusion(request, pk, undo_form=form)
    try:
        undo_exclusion(row, side, **form.cleaned_data, by=person, at=clock.now(), seen=seen)
    except ValidationError as problem:
        form.add_error(None, problem)
        return exclusion(request, pk, undo_form=form)
    except Stale:
        messages.warning(request, _("这项申请刚有变动，请核对现在的内容，再办理一次。"))
    else:
        messages.success(
            request, _("决定已记下。") if row.undo_side else _("已提出，由另一方决定。")
        )
    return redirect("exclusions:exclusion", pk)


@require_POST
def take_undo_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what one proposed."""
    seen = seen_version(request)
    return _done(
        request,
        pk,
        lambda by, row: take_proposal_back(row, by=by, at=clock.now(), seen=seen),
        _("已撤回，办件仍然剔除。"),
    )


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a request back."""
    seen = seen_version(request)
    return _done(
        request,
        pk,
        lambda by, row: withdraw_exclusion(row, by=by, at=clock.now(), seen=seen),
        _("申请已撤回。"),
    )


# -- files ----------------------------------------------------------------------------------------


@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """A department attaches a file to its request."""
    person, row = _found(request, pk)
    if not is_of_department(row, person):
        raise Http404
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return exclusion(request, pk, None, form)
    attach_file(row, form.cleaned_data["file"], by=person, at=clock.now())
    messages.success(request, _("附件已保存。"))
    return redirect("exclusions:exclusion", pk)


def file(request: HttpRequest, pk: int) -> FileResponse:
    """A file of a request: to keep, never to be run by the browser."""
    person = person_of_request(request)
    found = get_object_or_404(person.visible(ExclusionFile.objects.all()), pk=pk)
    if not found.path.exists():
        raise Http404
    response = FileResponse(found.path.open("rb"), content_type="application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    return to_keep(response, found.name)
