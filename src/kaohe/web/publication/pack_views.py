"""The pack of the leading group: read on its page, taken along as PDF or DOCX."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import override
from django.views.decorators.http import require_safe

from kaohe.reports.documents import CLOSE
from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.audit.actions import name_of, record
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.publication import pack_rules as rules
from kaohe.web.publication.pack_documents import pack_of
from kaohe.web.publication.pack_facts import pages_of
from kaohe.web.publication.pack_presenters import parts_shown
from kaohe.web.publication.ruling_actions import newest_run
from kaohe.web.results.models import Run
from kaohe.web.results.rules import may_see_ranks

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def _reader(request: HttpRequest) -> Person:
    """Who asks. Raises Http404 to whoever may not see places."""
    person = person_of_request(request)
    if not may_see_ranks(person.roles):
        raise Http404
    return person


@require_safe
def pack(request: HttpRequest) -> HttpResponse:
    """The pack of the newest run of a year, once it is in review."""
    _reader(request)
    cycle = chosen_cycle(request)
    run = newest_run(cycle)
    refused = rules.why_no_pack(cycle.stage, has_run=run is not None)
    shown: dict[str, Any] = {"cycle": cycle, "run": run, "refused": refused}
    if run is not None and not refused:
        found = pack_of(run)
        shown |= {
            "kinds": rules.KINDS,
            "title": found.document.title,
            "parts": parts_shown(found.document.parts, found.matters),
            "pages": pages_of(run),
        }
    return render(request, "publication/pack.html", shown)


@require_safe
def file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The pack of a run as a file, in Chinese: it goes to a meeting."""
    person = _reader(request)
    rows = Run.objects.select_related("cycle__scheme", "cycle__town")
    run = get_object_or_404(person.visible(rows), pk=pk)
    newest = newest_run(run.cycle)
    if kind not in rules.KINDS or newest != run:
        raise Http404
    if rules.why_no_pack(run.cycle.stage, has_run=True):
        raise Http404
    content = pack_file(run, kind)
    name = f"{run.cycle.year}-run{run.number}-pack.{kind}"
    record_download(run, name, content, by=person, at=clock.now())
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(
        content, content_type=TYPES[kind], headers={"Content-Disposition": disposition}
    )


def pack_file(run: Run, kind: str) -> bytes:
    """The pack as a file: the same bytes as long as nothing that it tells has changed."""
    # Both bring libraries along that no other page needs.
    from kaohe.reports.pdf import as_pdf
    from kaohe.reports.word import as_docx

    with override(settings.LANGUAGE_CODE):
        document = pack_of(run).document
    return as_docx(document, CLOSE) if kind == "docx" else as_pdf(document, CLOSE, rules.PAGES)


@transaction.atomic
def record_download(run: Run, name: str, content: bytes, *, by: Person, at: datetime) -> None:
    """Whoever takes the pack along leaves a trace, and what it said."""
    record(
        "publication.pack_downloaded",
        by=by,
        at=at,
        about=name_of(run),
        told=f"{run} {name}",
        after={"pack": hashlib.sha256(content).hexdigest()},
    )
