"""Files that providers hand in: the state of all of them, and one version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaohe.web import clock
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.audit.actions import Stale
from kaohe.web.cycles import delivering, delivery_presenters
from kaohe.web.cycles import delivery_rules as rules
from kaohe.web.cycles import delivery_work as work
from kaohe.web.cycles.calendar import step_of
from kaohe.web.cycles.current import chosen_cycle, current_cycle
from kaohe.web.cycles.delivery_doors import door_of, taken_table
from kaohe.web.cycles.delivery_downloads import may_read_content, visible_deliveries
from kaohe.web.cycles.delivery_storing import is_kept, reading_of, received_file
from kaohe.web.cycles.models import Delivery
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.cycles.views import no_cycle
from kaohe.web.jobs.working import enqueue
from kaohe.web.registry.models import Source
from kaohe.web.ui.acts import seen_version


def overview(request: HttpRequest) -> HttpResponse:
    """What is in force and what is missing, table by table; providers see their own sources."""
    person = person_of_request(request)
    if not person.may_read(Delivery):
        raise Http404
    if current_cycle(person) is None:
        return no_cycle(request)
    cycle = chosen_cycle(request)
    scheme, sources = scheme_of(cycle), list(person.visible(Source.objects.all()))
    due = delivery_presenters.due_by(step_of(cycle, "data_cut").closes_on, clock.today())
    rows = visible_deliveries(person).filter(cycle=cycle)
    shown = {
        "cycle": cycle,
        "lines": delivery_presenters.lines_of(scheme, sources, rows, due),
        "hands_in": person.may_write(Delivery),
        "own": rules.sources_to_hand_in(person.posts),
        "refused": rules.why_not_collecting(cycle.stage),
    }
    if person.sees_all(Delivery):
        formed = delivery_presenters.formed_here(scheme)
        shown["without_source"] = delivery_presenters.without_source(scheme, sources)
        shown["formed_here"] = [
            table.label for name, table in scheme.fact_tables.items() if name in formed
        ]
        ballots = rules.ballot_table(scheme)
        shown["ballots"] = scheme.fact_tables[ballots].label if ballots else None
    return render(request, "cycles/delivery_overview.html", shown)


def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: what was found, what it replaces, what may be done with it."""
    found = get_object_or_404(visible_deliveries(person_of_request(request)), pk=pk)
    return _page(request, found)


def _page(request: HttpRequest, found: Delivery, *, stale: bool = False) -> HttpResponse:
    person = person_of_request(request)
    scheme, stage = scheme_of(found.cycle), found.cycle.stage
    table, door = taken_table(scheme, found.table), door_of(scheme, found.table)
    versions = list(
        visible_deliveries(person)
        .filter(cycle=found.cycle, source=found.source, table=found.table)
        .order_by("part", "-number")
    )
    own = [one for one in versions if one.part == found.part]
    counts = next((one for one in own if one.state == "applied"), None)
    newer = counts.number if counts is not None and counts.number > found.number else None
    waiting = next((one for one in own if one.state == "checked"), None)
    is_counted = counts is not None and counts.pk == found.pk
    reads = may_read_content(person, found)
    reading = reading_of(found)
    shown: dict[str, Any] = {
        "delivery": found,
        "title": delivery_presenters.title_of(found, scheme),
        "label": table.label,
        "stale": stale,
        "again": request.GET.get("again") == "yes",
        "counts": counts,
        "is_counted": is_counted,
        "newer": waiting if waiting is not None and waiting.number > found.number else None,
        "versions": own,
        "beside": _others_in_force(versions, found.part),
        "reads": reads,
        "notes": reading.notes if reads else (),
        "passage": reading.passage,
        "masked": delivery_presenters.masked_lines(reading.passage, table),
        "nothing_kept": _nothing_kept(found),
        "limit": door.limit if door is not None else None,
        "faults": delivery_presenters.fault_lines(reading, table) if reads else (),
        "by_column": delivery_presenters.faults_by_column(reading, table),
        "needs_mapping": reading.layout is None and not _nothing_kept(found),
        "hands_in": person.writable(Delivery.objects.filter(pk=found.pk)).exists(),
        "not_mapped": rules.why_not_map(stage, found.state),
        "not_applied": rules.why_not_apply(stage, found.state, newer)
        or delivering.objection_to(found),
        "not_signed": rules.why_not_sign(
            stage, found.state, counts=is_counted, signed_by=found.signed_by
        ),
        "not_withdrawn": rules.why_not_withdraw(stage, found.state, counts=is_counted),
    }
    return render(request, "cycles/delivery_page.html", shown, status=409 if stale else 200)


def _nothing_kept(delivery: Delivery) -> bool:
    """Whether a door let nothing through of a file: it could not be read."""
    faulty = delivery.state == "faulty" and is_kept(delivery)
    return faulty and received_file(delivery).stat().st_size == 0


def _others_in_force(versions: list[Delivery], part: str) -> list[Delivery]:
    """The versions that count of the other parts: all parts are counted together."""
    found: dict[str, Delivery] = {}
    for one in versions:
        if one.state == "applied" and one.part != part:
            found.setdefault(one.part, one)
    return list(found.values())


def _act(request: HttpRequest, pk: int, act: Callable[..., Delivery], done: str) -> HttpResponse:
    """Do something with a version of one's own; who saw an older state is shown the new one.

    ``done`` is what is told then, with ``number`` and ``rows`` of the version.
    """
    person = person_of_request(request)
    rows = person.writable(Delivery.objects.select_related("cycle", "source"))
    found = get_object_or_404(rows, pk=pk)
    try:
        done_to = act(found, by=person, at=clock.now(), seen=seen_version(request))
    except Stale:
        return _page(request, get_object_or_404(visible_deliveries(person), pk=pk), stale=True)
    messages.success(request, done % {"number": done_to.number, "rows": done_to.rows})
    return redirect("cycles:delivery", pk)


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a version count; in the background where much has to be made of it before."""
    person = person_of_request(request)
    known = Delivery.objects.select_related("cycle__scheme", "cycle__town", "source")
    rows = person.writable(known)
    found = get_object_or_404(rows, pk=pk)
    if found.state == "checked" and work.takes_long_to_count(found):
        title = _("生效：%(delivery)s") % {
            "delivery": delivery_presenters.title_of(found, scheme_of(found.cycle))
        }
        given = {"delivery": found.pk, "seen": seen_version(request)}
        job = enqueue(work.let_count, title=title, given=given, by=person, at=clock.now())
        return redirect("jobs:job", job.pk)
    return _act(request, pk, delivering.apply_delivery, _("第%(number)s版已生效，%(rows)s 行。"))


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Stand for the version that counts."""
    return _act(request, pk, delivering.sign_delivery, _("已签认第%(number)s版，%(rows)s 行。"))


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a version back, also one that never took effect."""
    never = request.POST.get("never_counted") == "yes"
    counted = _("已撤回；之前生效的一版（如有）恢复为现行版本。")
    told = _("第%(number)s版已作废；现行版本（如有）不变。") if never else counted
    return _act(request, pk, delivering.withdraw_delivery, told)
