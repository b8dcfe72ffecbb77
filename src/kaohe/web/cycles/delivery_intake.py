"""A provider's file on its way in: chosen, checked, its columns explained."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.scheme.model import Scheme
from kaohe.web import clock
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.audit.actions import Stale
from kaohe.web.cycles import delivering, delivery_presenters
from kaohe.web.cycles import delivery_rules as rules
from kaohe.web.cycles import delivery_work as work
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.delivery_checking import Asked, sample_of, untold
from kaohe.web.cycles.delivery_doors import door_of, taken_table
from kaohe.web.cycles.delivery_downloads import visible_deliveries
from kaohe.web.cycles.delivery_forms import MappingForm, UploadForm
from kaohe.web.cycles.delivery_headings import guessed, told_apart
from kaohe.web.cycles.delivery_storing import is_kept, reading_of, received_file
from kaohe.web.cycles.models import Cycle, Delivery
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.jobs.working import asked_before, enqueue
from kaohe.web.registry.models import Source
from kaohe.web.ui.acts import seen_version, submission_of
from kaohe.web.ui.templatetags.ui import told


def upload(request: HttpRequest) -> HttpResponse:
    """Choose a table and a file; the file is checked at once."""
    person = person_of_request(request)
    if not person.may_write(Delivery):
        raise Http404
    cycle = chosen_cycle(request)
    refused = rules.why_not_collecting(cycle.stage)
    if refused:
        raise PermissionDenied(refused)
    own = rules.sources_to_hand_in(person.posts)
    sources = list(person.visible(Source.objects.filter(code__in=own)))
    offered = _offered(scheme_of(cycle), sources)
    sent = request.POST if request.method == "POST" else None
    asked = {"what": request.GET.get("what", ""), "part": request.GET.get("part", "")}
    form = UploadForm(sent, request.FILES or None, offered=offered, year=cycle.year, initial=asked)
    if sent is not None and form.is_valid():
        address = _taken(request, form, cycle, {source.code: source for source in sources})
        if address is not None:
            return redirect(address)
    rows = Delivery.objects.filter(cycle=cycle, source__in=sources)
    shown = {
        "cycle": cycle,
        "form": form,
        "offered": offered,
        "doors": _doors(scheme_of(cycle), sources),
        "ballots": _with_ballots(scheme_of(cycle), sources),
        "parts": sorted({one.part for one in rows if one.part}),
        "submission": request.POST.get("submission") or uuid.uuid4(),
    }
    status = 422 if form.errors else 200
    return render(request, "cycles/delivery_upload.html", shown, status=status)


def _offered(scheme: Scheme, sources: list[Source]) -> list[tuple[str, str]]:
    """Every table of every source, named by both where there are several sources."""
    found = []
    for source in sources:
        for table in rules.tables_to_hand_in(scheme, source.tables):
            label = told(scheme.fact_tables[table].label)
            name = f"{source}：{label}" if len(sources) > 1 else label
            found.append((f"{source.code}:{table}", name))
    return found


def _doors(scheme: Scheme, sources: list[Source]) -> list[tuple[str, list[str]]]:
    """The tables that stand behind a door, with the headings that files may have there beside."""
    tables = {name for source in sources for name in rules.tables_to_hand_in(scheme, source.tables)}
    found = []
    for name in (one for one in scheme.fact_tables if one in tables and door_of(scheme, one)):
        declared, taken = scheme.fact_tables[name], taken_table(scheme, name)
        further = [one for key, one in taken.columns.items() if key not in declared.columns]
        found.append((told(declared.label), [one.heading for one in further]))
    return found


def _with_ballots(scheme: Scheme, sources: list[Source]) -> bool:
    ballots = rules.ballot_table(scheme)
    return any(ballots in source.tables for source in sources)


def _taken(
    request: HttpRequest, form: UploadForm, cycle: Cycle, sources: dict[str, Source]
) -> str | None:
    """Where the form's file goes on; None if it is refused, with the reason in the form."""
    person, at = person_of_request(request), clock.now()
    submission = submission_of(request) or uuid.uuid4()
    sent = visible_deliveries(person).filter(submission=submission).first()
    if sent is not None:
        return work.address_after(sent, known=False)
    waits = asked_before(person, submission)
    if waits is not None:
        return reverse("jobs:job", args=[waits.pk])
    code, _colon, table = form.cleaned_data["what"].rpartition(":")
    door = door_of(scheme_of(cycle), table)
    with work.place_for(form.cleaned_data["file"], door) as place:
        checked = form.checked(place)
        if checked is None:
            return None
        given = {
            "cycle": cycle.pk,
            "source": sources[code].pk,
            "table": table,
            "part": form.cleaned_data["part"],
            "file": checked.path.name,
            "name": checked.name if door is None else door.clean(checked.name),
            "kind": checked.kind,
            "submission": str(submission),
        }
        if checked.size <= work.LONG:
            return work.take(checked.path, given, person, at, untold)
    label = told(scheme_of(cycle).fact_tables[table].label)
    title = " ".join(filter(None, (str(sources[code]), label, given["part"], given["name"])))
    job = enqueue(work.take_in, title=title, given=given, by=person, at=at, submission=submission)
    return reverse("jobs:job", args=[job.pk])


def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file's headings and words mean; remembered for the next file."""
    rows = Delivery.objects.select_related("cycle__scheme", "cycle__town", "source")
    delivery = get_object_or_404(person_of_request(request).writable(rows), pk=pk)
    if not is_kept(delivery):
        raise Http404
    refused = rules.why_not_map(delivery.cycle.stage, delivery.state)
    if refused:
        raise PermissionDenied(refused)
    asked = delivering.asked_of(delivery.cycle, delivery.source, delivery.table)
    sample = sample_of(received_file(delivery), delivery.table)
    form = _mapping_form(request, delivery, asked, _headings(sample))
    status, stale = 200, False
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _mapped(request, delivery, asked, form, _headings(sample))
            except Stale:
                delivery, status, stale = rows.get(pk=pk), 409, True
    shown = {
        "delivery": delivery,
        "title": delivery_presenters.title_of(delivery, asked.scheme),
        "form": form,
        "sample": sample,
        "stale": stale,
    }
    return render(request, "cycles/delivery_mapping.html", shown, status=status)


def _headings(sample: Sequence[Sequence[str]]) -> list[str]:
    return [one.strip() for one in sample[0] if one.strip()] if sample else []


def _mapping_form(
    request: HttpRequest, delivery: Delivery, asked: Asked, headings: Sequence[str]
) -> MappingForm:
    """The form, filled in as the file was read, else as it looks."""
    reading = reading_of(delivery)
    said = delivering.remembered(delivery.source, delivery.table)
    layout = reading.layout
    return MappingForm(
        request.POST if request.method == "POST" else None,
        table=asked.declared,
        headings=headings,
        columns=layout.columns if layout else guessed(asked.declared, headings, said),
        words=delivery_presenters.words_asked(reading, asked.declared, said.words),
        shared=asked.shared,
    )


def _mapped(
    request: HttpRequest,
    delivery: Delivery,
    asked: Asked,
    form: MappingForm,
    headings: Sequence[str],
) -> HttpResponse:
    """Remember what was chosen and check the file anew. Raises Stale."""
    person, at = person_of_request(request), clock.now()
    given = {
        "delivery": delivery.pk,
        "columns": told_apart(asked.declared, headings, form.columns(), asked.shared),
        "words": form.words(),
        "seen": seen_version(request),
    }
    if not work.is_long(delivery):
        address = work.map_again(given, person, at, untold)
        messages.success(request, _("列的对应已记住，文件已按它重新校验。"))
        return redirect(address)
    title = _("重新校验：%(delivery)s") % {
        "delivery": delivery_presenters.title_of(delivery, asked.scheme)
    }
    job = enqueue(work.map_again, title=title, given=given, by=person, at=at)
    return redirect("jobs:job", job.pk)
