"""Exports of published results to HR and organisation: the record, the form, the file."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kaohe.web import clock
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.models import Cycle
from kaohe.web.publication.contents import in_force
from kaohe.web.publication.export_actions import make_export, record_taken
from kaohe.web.publication.export_forms import ExportForm
from kaohe.web.publication.export_rules import MAKING, why_not_export
from kaohe.web.publication.yearly_facts import published_node, scheme_behind
from kaohe.web.publication.yearly_models import NamedExport
from kaohe.web.registry.vocabulary import codes
from kaohe.web.ui.acts import submission_of
from kaohe.web.ui.downloads import to_keep


@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: HttpRequest) -> HttpResponse:
    """Every export of the town, and the form for a new one of a year that was published."""
    person, cycle = person_of_request(request), _published_cycle(request)
    if not person.may_read(NamedExport):
        raise Http404
    publication = in_force(cycle)
    areas = {} if publication is None else dict(publication.areas.values_list("subject_id", "name"))
    given = request.POST if request.method == "POST" else None
    makes = person.has(MAKING)
    form = ExportForm(given, areas=areas, roles=codes("role", cycle.town))
    if given is not None:
        if not makes:
            raise Http404
        if form.is_valid():
            key = submission_of(request)
            sent = NamedExport.objects.filter(submission=key).first() if key is not None else None
            if sent is None:
                make_export(cycle, form.wanted, by=person, at=clock.now(), submission=key)
                messages.success(request, _("已导出并登记，请在下面的清单中下载。"))
            return redirect(f"{request.path}?cycle={cycle.pk}")
    shown = {
        "cycle": cycle,
        "exports": person.visible(NamedExport.objects.select_related("cycle")),
        "form": form if makes else None,
        "refused": why_not_export(
            published=publication is not None,
            has_labels=publication is None
            or published_node(scheme_behind(publication)) is not None,
            areas=1,
        ),
        "submission": uuid4(),
        "others": list(person.visible(Cycle.objects.exclude(pk=cycle.pk))),
        "takes": person.has(f"{MAKING} auditor"),
    }
    return render(request, "publication/exports.html", shown, status=200 if given is None else 422)


def _published_cycle(request: HttpRequest) -> Cycle:
    """The cycle asked for, else the newest that was published, else the current one."""
    person = person_of_request(request)
    if not (request.POST.get("cycle") or request.GET.get("cycle")):
        for cycle in person.visible(Cycle.objects.select_related("scheme", "town")):
            if in_force(cycle) is not None:
                return cycle
    return chosen_cycle(request)


@require_safe
def export_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The workbook, to those who hand it on and to the auditor."""
    person = person_of_request(request)
    found = get_object_or_404(person.visible(NamedExport.objects.select_related("cycle")), pk=pk)
    if not person.has(f"{MAKING} auditor") or not found.path.exists():
        raise Http404
    record_taken(found, by=person, at=clock.now())
    name = _("%(year)s年度结果导出%(number)s.xlsx") % {"year": found.cycle.year, "number": found.pk}
    return to_keep(FileResponse(found.path.open("rb")), name)
