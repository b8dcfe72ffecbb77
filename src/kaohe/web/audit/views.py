"""The log: everybody sees what concerns their post, nobody can change it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from kaohe.outputs.lists import list_workbook
from kaohe.web.audit.chain import first_break
from kaohe.web.audit.models import Chain, Event
from kaohe.web.ui.downloads import XLSX, attachment


def log(request: HttpRequest) -> HttpResponse:
    """The events that the person may see, newest first."""
    person = request.person  # type: ignore[attr-defined]
    if not person.may_read(Event):
        raise Http404
    events = person.visible(Event.objects.all())
    asked = request.GET.get("q", "").strip()
    if asked:
        events = events.filter(told__icontains=asked) | events.filter(object__icontains=asked)
    chain = Chain.objects.filter(town=person.town_code).first()
    shown = {
        "page": Paginator(events, 100).get_page(request.GET.get("page")),
        "q": asked,
        "chain": chain if person.sees_all(Event) else None,
    }
    return render(request, "audit/log.html", shown)


def verify(request: HttpRequest) -> HttpResponse:
    """Recompute the whole chain and say whether it holds, and whether a printed hash is of it."""
    person = request.person  # type: ignore[attr-defined]
    if not person.sees_all(Event):
        raise Http404
    chain = Chain.objects.filter(town=person.town_code).first()
    length, head = (chain.length, chain.head) if chain else (0, "")
    # What is added while the chain is read is not missing: it comes after the head that we know.
    known = Event.objects.filter(town=person.town_code, number__lte=length)
    broken = first_break(known.order_by("number").iterator(2000), length, head)
    printed = request.GET.get("printed", "").strip().lower()
    found = known.filter(sha256=printed).first() if printed else None
    shown = {"chain": chain, "broken": broken, "printed": printed, "found": found}
    return render(request, "audit/verify.html", shown)


def workbook(request: HttpRequest) -> HttpResponse:
    """The events as a workbook, with their hashes."""
    person = request.person  # type: ignore[attr-defined]
    if not person.may_read(Event):
        raise Http404
    headings = [
        _("序号"),
        _("时间"),
        _("人员"),
        _("办理"),
        _("对象"),
        _("说明"),
        _("理由"),
        _("此前摘要"),
        _("此后摘要"),
        _("链摘要"),
    ]
    rows = (
        [
            str(one.number),
            timezone.localtime(one.at).strftime("%Y-%m-%d %H:%M:%S"),
            one.actor_name,
            one.act,
            one.object,
            one.told,
            one.reason,
            one.before,
            one.after,
            one.sha256,
        ]
        for one in person.visible(Event.objects.all()).order_by("number")
    )
    content = list_workbook(_("办理记录"), headings, rows, [0])
    return attachment(content, "audit.xlsx", XLSX)
