"""The pages of registry workbooks: choose, upload, look, apply."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kaohe.facts import write_marked, write_template
from kaohe.facts.template import meaning, requirement
from kaohe.values.text import Text
from kaohe.web import clock
from kaohe.web.accounts.models import Town
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.registry.facts import example_area
from kaohe.web.registry.intake import pending
from kaohe.web.registry.intake.applying import Overtaken, take_in
from kaohe.web.registry.intake.kinds import KINDS, Kind, kinds_of
from kaohe.web.registry.intake.reading import Read, read_file
from kaohe.web.registry.models import Snapshot
from kaohe.web.registry.presenters import shown_faults
from kaohe.web.ui.downloads import XLSX, attachment
from kaohe.web.ui.language import page_language
from kaohe.web.ui.uploads import accept_of, checked_upload

TAKEN = ("xlsx", "csv")
CHANGES_SHOWN = 200


class FileForm(forms.Form):
    """A file, and the snapshot into which it goes where it holds counts."""

    snapshot = forms.ModelChoiceField(
        label=gettext_lazy("填入哪次快照"), queryset=Snapshot.objects.none(), empty_label=None
    )
    file = forms.FileField(
        label=gettext_lazy("文件"),
        help_text=gettext_lazy("按模板填写的 XLSX，或同样列标题的 CSV。"),
        widget=forms.FileInput(attrs={"accept": accept_of(TAKEN)}),
    )

    def __init__(self, *args: Any, kind: Kind, town: Town, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind.of_snapshot:
            waiting = Snapshot.objects.filter(town=town, frozen_at=None)
            self.fields["snapshot"].queryset = waiting  # type: ignore[attr-defined]
        else:
            del self.fields["snapshot"]

    def clean(self) -> dict[str, Any]:
        """The file is looked at last, so that none is kept when something else is wrong."""
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                cleaned["upload"] = checked_upload(cleaned["file"], TAKEN)
            except ValidationError as problem:
                self.add_error("file", problem)
        return cleaned


def index(request: HttpRequest) -> HttpResponse:
    """Which files there are, and what each is for."""
    kinds = kinds_of(person_of_request(request))
    if not kinds:
        raise Http404
    return render(request, "registry/intake.html", {"kinds": kinds})


def _kind(request: HttpRequest, name: str) -> Kind:
    kind = KINDS.get(name)
    if kind is None or kind not in kinds_of(person_of_request(request)):
        raise Http404
    return kind


def upload(request: HttpRequest, name: str) -> HttpResponse:
    """The template, the columns, and the field for the file."""
    person, kind = person_of_request(request), _kind(request, name)
    town = person.user.town
    sent = request.method == "POST"
    form = FileForm(
        request.POST if sent else None, request.FILES if sent else None, kind=kind, town=town
    )
    if sent and form.is_valid():
        snapshot = form.cleaned_data.get("snapshot")
        number = snapshot.pk if snapshot is not None else None
        pending.keep(request.session, kind.name, number, form.cleaned_data["upload"])
        return redirect("registry:intake_preview", kind.name)
    examples = {"area_id": example_area(town)}
    shown = {
        "kind": kind,
        "form": form,
        "columns": [
            (
                column.heading,
                requirement(column)[page_language()],
                meaning(column, examples.get(name))[page_language()],
            )
            for name, column in kind.table(town).columns.items()
        ],
        "nowhere": kind.of_snapshot and not form.fields["snapshot"].queryset.exists(),  # type: ignore[attr-defined]
    }
    return render(request, "registry/intake_kind.html", shown, status=422 if form.errors else 200)


def template(request: HttpRequest, name: str) -> HttpResponse:
    """The workbook to fill in."""
    person, kind = person_of_request(request), _kind(request, name)
    tables = {kind.name: kind.table(person.user.town)}
    title = tables[kind.name].label
    with TemporaryDirectory(prefix="kaohe-template-") as folder:
        path = Path(folder) / "template.xlsx"
        write_template(
            tables,
            Text(zh=title.zh, en=title.en),
            path,
            page_language(),
            {"area_id": example_area(person.user.town)},
        )
        content = path.read_bytes()
    return attachment(content, _("%(kind)s模板.xlsx") % {"kind": kind.title}, XLSX)


def _read(request: HttpRequest, kind: Kind) -> tuple[pending.Pending, Read, Snapshot | None] | None:
    """The file that waits, read once more; nothing if there is none."""
    person = person_of_request(request)
    waiting = pending.pending_of(request.session, kind.name)
    if waiting is None:
        return None
    snapshot = None
    if waiting.snapshot is not None:
        snapshots = person.writable(Snapshot.objects.filter(pk=waiting.snapshot))
        snapshot = snapshots.select_related("town").first()
        if snapshot is None:
            return None
    read = read_file(waiting.path, kind.name, kind.table(person.user.town))
    return waiting, read, snapshot


def _nothing_waits(request: HttpRequest, kind: Kind) -> HttpResponse:
    messages.info(request, _("没有等待生效的文件。需要更改时请重新上传。"))
    return redirect("registry:intake_kind", kind.name)


def preview(request: HttpRequest, name: str, status: int = 200) -> HttpResponse:
    """What is wrong with the file, or what it would add and change."""
    person, kind = person_of_request(request), _kind(request, name)
    found = _read(request, kind)
    if found is None:
        return _nothing_waits(request, kind)
    waiting, read, snapshot = found
    town = person.user.town
    plan = kind.plan(read.rows, town, snapshot)
    faults, count = read.faults or plan.faults, read.fault_count or len(plan.faults)
    shown = {
        "kind": kind,
        "waiting": waiting,
        "snapshot": snapshot,
        "notes": read.notes,
        "faults": shown_faults(faults, kind.table(town)),
        "fault_count": count,
        "plan": plan,
        "changes": plan.changes[:CHANGES_SHOWN],
        "more": max(0, len(plan.changes) - CHANGES_SHOWN),
        "overtaken": status == 409,
    }
    return render(request, "registry/intake_preview.html", shown, status=status)


def marked(request: HttpRequest, name: str) -> HttpResponse:
    """The same file with the faults marked where they stand."""
    person, kind = person_of_request(request), _kind(request, name)
    found = _read(request, kind)
    if found is None:
        return _nothing_waits(request, kind)
    waiting, read, snapshot = found
    table = kind.table(person.user.town)
    faults = read.faults or kind.plan(read.rows, person.user.town, snapshot).faults
    with TemporaryDirectory(prefix="kaohe-marked-") as folder:
        out = Path(folder) / "marked.xlsx"
        write_marked(
            waiting.path,
            kind.name,
            table,
            faults,
            out,
            page_language(),
            fault_count=read.fault_count or len(faults),
        )
        content = out.read_bytes()
    title = _("%(name)s（标出错误）.xlsx") % {"name": Path(waiting.name).stem}
    return attachment(content, title, XLSX)


@require_POST
def apply(request: HttpRequest, name: str) -> HttpResponse:
    """Do what was shown."""
    person, kind = person_of_request(request), _kind(request, name)
    found = _read(request, kind)
    if found is None:
        return _nothing_waits(request, kind)
    waiting, read, snapshot = found
    try:
        plan = take_in(
            kind,
            read,
            snapshot,
            file_name=waiting.name,
            file_sha256=waiting.sha256,
            agreed=request.POST.get("agreed", ""),
            by=person,
            at=clock.now(),
        )
    except Overtaken:
        return preview(request, name, status=409)
    except PermissionDenied:
        pending.forget(request.session)
        raise
    pending.forget(request.session)
    told = _("已生效：新增 %(added)s 行，更改 %(changed)s 行，%(unchanged)s 行与现有记录一致。")
    counted = {"added": plan.added, "changed": plan.changed, "unchanged": plan.unchanged}
    messages.success(request, told % counted)
    return redirect("registry:intake")
