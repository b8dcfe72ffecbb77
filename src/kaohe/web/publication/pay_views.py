"""Proposals of pay: the list and its sums, one held case, the workbook, one's own line."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaohe.scheme.model import Scheme
from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.audit.actions import Stale
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.publication import pay_actions as actions
from kaohe.web.publication.models import Publication
from kaohe.web.publication.pay_forms import DecideForm
from kaohe.web.publication.pay_models import PayConfirmation, PayLine, PayTotal, StaffAccount
from kaohe.web.publication.pay_presenters import (
    LineShown,
    Words,
    changes_of,
    money,
    movement,
    own_years,
    words_of,
)
from kaohe.web.publication.pay_rules import why_not_confirm
from kaohe.web.publication.pay_totals import Sum, sum_of, sums_by_area, sums_by_role
from kaohe.web.publication.pay_workbook import pay_workbook
from kaohe.web.registry.models import StaffPost
from kaohe.web.ui.acts import refuse, seen_version
from kaohe.web.ui.downloads import XLSX, attachment


def sees_pay(person: Person) -> bool:
    """Whether somebody has business with the town's proposals, be it with their sums alone."""
    return person.may_read(PayTotal)


def sees_own_pay(person: Person) -> bool:
    """Whether somebody finds their own line and no other."""
    return person.may_read(PayLine) and not person.sees_all(PayLine)


def _publications(person: Person) -> QuerySet[Publication]:
    if not sees_pay(person):
        raise Http404
    rows = Publication.objects.effective().select_related("cycle__scheme", "cycle__town", "run")
    return person.visible(rows)


def pay(request: HttpRequest) -> HttpResponse:
    """The proposals of the year in hand, else of the last year that was published."""
    person = person_of_request(request)
    publications = _publications(person)
    cycle = chosen_cycle(request)
    found = publications.filter(cycle=cycle).first()
    if found is None and "cycle" not in request.GET:
        found = publications.first()
    if found is None:
        shown = {"cycle": cycle, "clause": _clause(scheme_of(cycle))}
        return render(request, "publication/pay_none.html", shown)
    return _page(request, person, found)


def _clause(scheme: Scheme) -> str:
    return scheme.pay.clause if scheme.pay is not None else ""


def version(request: HttpRequest, pk: int) -> HttpResponse:
    """The proposals of one version."""
    person = person_of_request(request)
    return _page(request, person, get_object_or_404(_publications(person), pk=pk))


def _page(request: HttpRequest, person: Person, found: Publication) -> HttpResponse:
    words = words_of(found)
    roles = list(words.roles)
    rows = list(person.visible(PayTotal.objects.filter(publication=found)))
    whole = sum_of(rows)
    confirmation = PayConfirmation.objects.filter(publication=found).first()
    shown: dict[str, Any] = {
        "publication": found,
        "cycle": found.cycle,
        "clause": _clause(words.scheme),
        "confirmation": confirmation,
        "whole": _told(whole),
        "lines": len(rows),
        "without": len(rows) - whole.persons,
        "roles": [
            (words.roles[role], _told(one)) for role, one in sums_by_role(rows, roles).items()
        ],
        "versions": _publications(person).filter(cycle=found.cycle).exclude(pk=found.pk),
        "newest": actions.newest_publication(found),
    }
    if not person.sees_all(PayLine):
        return render(request, "publication/pay_totals.html", shown)
    lines = words.lines(
        list(person.visible(found.pay_lines.all())), confirmed=confirmation is not None
    )
    shown |= _for_finance(found, words, lines, whole)
    return render(request, "publication/pay.html", shown)


def _for_finance(
    found: Publication, words: Words, lines: Sequence[LineShown], whole: Sum
) -> dict[str, Any]:
    """What nobody but finance sees: single lines, sums by area, differences, what to do."""
    rows = [one.row for one in lines]
    roles = [role for role in words.roles if any(row.role == role for row in rows)]
    before, changed = changes_of(found)
    return {
        "rows": lines,
        "held": [one for one in lines if one.row.held],
        "role_names": [words.roles[role] for role in roles],
        "areas": [
            (area, [_told(one) for one in area.by_role], _told(area.whole))
            for area in sums_by_area(rows, roles)
        ],
        "before": before,
        "changed": [
            (one, money(one.before), money(one.after), movement(one.change)) for one in changed
        ],
        "changed_by": movement(sum((one.change for one in changed), Decimal(0))),
        "refused": actions.why_not_handled(found),
        "not_confirmed": why_not_confirm(lines=len(rows), waiting=whole.waiting),
    }


def _told(one: Sum) -> dict[str, object]:
    return {
        "persons": one.persons,
        "amount": money(one.amount),
        "waiting": one.waiting,
        "held": money(one.held),
    }


def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's line; a held one is decided here."""
    person = person_of_request(request)
    joined = "publication__cycle__scheme", "publication__run", "account"
    rows = person.visible(PayLine.objects.select_related(*joined))
    if not person.sees_all(PayLine):
        raise Http404  # whose line it is, finds it on a page of their own
    found = get_object_or_404(rows, pk=pk)
    sent = request.POST if request.method == "POST" else None
    form = DecideForm(sent, places=actions.places_of(found), initial=_decided(found))
    refused = actions.why_not_decide(found, person)
    stale, status = False, 200
    if sent is not None:
        refuse(refused)
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                actions.decide_held(
                    found,
                    given["outcome"],
                    given["amount"],
                    reason=given["reason"],
                    by=person,
                    at=clock.now(),
                    seen=seen_version(request),
                )
            except Stale:
                stale, status = True, 409
                found.refresh_from_db()
            else:
                messages.success(request, _("已核定。"))
                return redirect("publication:pay_version", found.publication_id)
    confirmed = PayConfirmation.objects.filter(publication=found.publication_id).exists()
    words = words_of(found.publication)
    shown = {
        "line": words.line(found, confirmed=confirmed),
        "posts": [(post, words.roles.get(post.role, post.role)) for post in _posts(found, person)],
        "publication": found.publication,
        "form": form,
        "refused": refused,
        "stale": stale,
    }
    return render(request, "publication/pay_line.html", shown, status=status)


def _posts(found: PayLine, person: Person) -> QuerySet[StaffPost]:
    """The posts of a held person in the year, by which the reason can be followed."""
    held = StaffPost.objects.held_within(found.cycle.first, found.cycle.last)
    rows = held.filter(staff_id=found.staff_id).select_related("area").order_by("from_on")
    return person.visible(rows) if found.held else rows.none()


def _decided(found: PayLine) -> dict[str, str]:
    """What the form holds where a decision is taken again."""
    amount = found.decided_amount if found.outcome == "other" else ""
    return {"outcome": found.outcome, "amount": amount, "reason": found.decided_reason}


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The list as a whole is confirmed."""
    person = person_of_request(request)
    found = get_object_or_404(_publications(person), pk=pk)
    if not person.may_write(PayConfirmation):
        raise Http404
    actions.confirm_pay(found, by=person, at=clock.now())
    messages.success(request, _("名单已确认。请下载名单，发放在别处办理。"))
    return redirect("publication:pay_version", found.pk)


def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The list for HR, as a workbook; taking it along is an event."""
    person = person_of_request(request)
    found = get_object_or_404(_publications(person), pk=pk)
    if not person.sees_all(PayLine):
        raise Http404
    words = words_of(found)
    confirmed = PayConfirmation.objects.filter(publication=found).first()
    rows = list(person.visible(found.pay_lines.all()))
    lines = words.lines(rows, confirmed=confirmed is not None)
    before, changed = changes_of(found)
    content = pay_workbook(found, lines, words, confirmed, changed, str(before or ""))
    actions.record_pay_download(found, by=person, at=clock.now())
    name = _("%(publication)s绩效建议") % {"publication": found}
    return attachment(content, f"{name}.xlsx", XLSX)


def own_pay(request: HttpRequest) -> HttpResponse:
    """One's own pay of every published year."""
    person = person_of_request(request)
    if not sees_own_pay(person):
        raise Http404
    shown = {
        "years": own_years(person),
        "linked": StaffAccount.objects.filter(user=person.user).exists(),
        "published": Publication.objects.effective().filter(town=person.user.town).exists(),
    }
    return render(request, "publication/own_pay.html", shown)
