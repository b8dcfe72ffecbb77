"""The pages of schemes: what the town has taken in, one version, two versions side by side."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaohe.scheme.comparing import compare as compared
from kaohe.scheme.shipped import find_scheme
from kaohe.web import clock
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles import rules, scheme_actions
from kaohe.web.cycles.forms import CopyForm, PolicyTextForm, SchemeTextForm, ShippedSchemeForm
from kaohe.web.cycles.models import Cycle, PolicyText, SchemeVersion
from kaohe.web.cycles.policy_texts import findings_beside, policy_of, take_in_policy
from kaohe.web.cycles.presenters import findings_shown, period_told
from kaohe.web.cycles.schemes import findings_of, scheme_file, scheme_under
from kaohe.web.ui.downloads import attachment

YAML = "application/yaml; charset=utf-8"


def _version(request: HttpRequest, pk: Any) -> SchemeVersion:
    person = person_of_request(request)
    if not str(pk).isascii() or not str(pk).isdigit():
        raise Http404
    return get_object_or_404(person.visible(SchemeVersion.objects.all()), pk=pk)


def schemes(request: HttpRequest) -> HttpResponse:
    """The versions of schemes that the town has taken in."""
    person = person_of_request(request)
    if not person.may_read(SchemeVersion):
        raise Http404
    versions = person.visible(SchemeVersion.objects.all())
    years: dict[int, list[int]] = {}
    for cycle in person.visible(Cycle.objects.all()):
        years.setdefault(cycle.scheme_id, []).append(cycle.year)
    lines = []
    for version in versions:
        loaded = scheme_under(version, {})
        lines.append((version, loaded, period_told(loaded), sorted(years.get(version.pk, []))))
    shown = {"lines": lines, "may": person.may_write(SchemeVersion)}
    return render(request, "cycles/schemes.html", shown)


def take_in(request: HttpRequest) -> HttpResponse:
    """Take a scheme in: one that ships, or a text; what is wrong is listed as ``check`` does."""
    person = person_of_request(request)
    if not person.may_write(SchemeVersion):
        raise Http404
    by_name = ShippedSchemeForm(request.POST if "shipped" in request.POST else None)
    typed = request.method == "POST" and "shipped" not in request.POST
    by_text = SchemeTextForm(request.POST if typed else None, request.FILES if typed else None)
    findings: list[Any] = []
    form: ShippedSchemeForm | SchemeTextForm = by_name if by_name.is_bound else by_text
    if request.method == "POST" and form.is_valid():
        text = _text_asked_for(form)
        try:
            version, new = scheme_actions.take_in_scheme(text, by=person, at=clock.now())
        except scheme_actions.Faulty as problem:
            findings = findings_shown(problem.findings)
            by_text = SchemeTextForm(initial={"text": text})
        except ValidationError as problem:
            form.add_error(None, ValidationError(problem.messages))
        else:
            messages.success(request, _("已导入。") if new else _("这份方案此前已经导入。"))
            return redirect("cycles:scheme", version.pk)
    wrong = request.method == "POST"
    shown = {"by_name": by_name, "by_text": by_text, "findings": findings}
    return render(request, "cycles/take_in.html", shown, status=422 if wrong else 200)


def _text_asked_for(form: ShippedSchemeForm | SchemeTextForm) -> str:
    if isinstance(form, SchemeTextForm):
        return str(form.cleaned_data["text"])
    path = find_scheme(form.cleaned_data["shipped"])
    assert path is not None
    return path.read_bytes().decode()


def scheme(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: what it is, its tables, decisions and readings, and what the lint says."""
    return _scheme_page(request, _version(request, pk), None)


def _scheme_page(
    request: HttpRequest, version: SchemeVersion, form: CopyForm | None
) -> HttpResponse:
    person = person_of_request(request)
    loaded = scheme_under(version, {})
    others = person.visible(SchemeVersion.objects.exclude(pk=version.pk)).defer("text")
    shown = {
        "version": version,
        "scheme": loaded,
        "period": period_told(loaded),
        "findings": findings_shown(findings_of(version)),
        "others": others,
        "may": person.may_write(SchemeVersion),
        "form": form or _copy_form(version, None),
        "cycles": person.visible(Cycle.objects.filter(scheme=version)),
    }
    wrong = form is not None and form.errors
    return render(request, "cycles/scheme.html", shown, status=422 if wrong else 200)


def _copy_form(version: SchemeVersion, sent: QueryDict | None) -> CopyForm | None:
    """The form of a copy for another year; None where a scheme has no year to be moved."""
    found = scheme_file(version)
    return CopyForm(sent, scheme_file=found) if found.under({}).period is not None else None


def text(request: HttpRequest, pk: int) -> HttpResponse:
    """The text of a version, byte by byte."""
    version = _version(request, pk)
    name = f"{version.scheme_id}-{version.sha256[:8]}.yaml"
    return attachment(version.text.encode(), name, YAML)


def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """The words of the policy beside the scheme: shown to all, taken in by the clerk."""
    version = _version(request, pk)
    person = person_of_request(request)
    may = person.may_write(PolicyText)
    if request.method == "POST" and not may:
        raise Http404
    form = PolicyTextForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            take_in_policy(version, file.read(), file.name[:200], by=person, at=clock.now())
        except ValidationError as problem:
            form.add_error("file", ValidationError(problem.messages))
        else:
            messages.success(request, _("已导入文件原文。"))
            return redirect("cycles:policy", version.pk)
    stored = policy_of(version)
    shown = {
        "version": version,
        "policy": stored,
        "findings": findings_shown(findings_beside(stored)) if stored is not None else [],
        "form": form if may else None,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "cycles/policy.html", shown, status=status)


@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin another year's scheme as a copy, and show what differs."""
    version = _version(request, pk)
    person = person_of_request(request)
    if not person.may_write(SchemeVersion):
        raise Http404
    form = _copy_form(version, request.POST)
    if form is None:
        raise PermissionDenied(rules.why_not_copy(last=None, year=0))
    if form.is_valid():
        year = form.cleaned_data["year"]
        try:
            made, _new = scheme_actions.copy_for_year(
                version, year, form.naming, by=person, at=clock.now()
            )
        except scheme_actions.Faulty as problem:
            for one in problem.findings:
                form.add_error("year", one.text("zh"))
        except PermissionDenied as problem:
            form.add_error("year", str(problem))
        except ValidationError as problem:
            form.add_error(None, ValidationError(problem.messages))
        else:
            messages.success(
                request,
                _(
                    "已复制。改了考核期的日期、方案编号、名称和文号；节假日等其他日期请核对后另行导入修改稿。"
                ),
            )
            return redirect(f"{reverse('cycles:compare')}?old={version.pk}&new={made.pk}")
    return _scheme_page(request, version, form)


def compare(request: HttpRequest) -> HttpResponse:
    """What one version changes against another, clause by clause."""
    person = person_of_request(request)
    if not person.may_read(SchemeVersion):
        raise Http404
    versions = list(person.visible(SchemeVersion.objects.defer("text")))
    asked = [request.GET.get(name, "") for name in ("old", "new")]
    comparison = None
    old = new = None
    if all(asked):
        old, new = (_version(request, one) for one in asked)
        comparison = compared(scheme_file(old), scheme_file(new))
    shown = {"versions": versions, "old": old, "new": new, "comparison": comparison}
    return render(request, "cycles/compare.html", shown)
