"""Pages of requests to leave cases out: the list, asking, one request, the meeting, the grounds."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.accounts.roles import GROUP
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.hotline import exclusion_rules as rules
from kaohe.web.hotline.exclusion_asking import ask_exclusion, asks_as, standing_of
from kaohe.web.hotline.exclusion_forms import AskForm, CaseForm
from kaohe.web.hotline.exclusion_lists import cases_of, requests_of, waiting_for, without_deciders
from kaohe.web.hotline.exclusion_models import Exclusion
from kaohe.web.hotline.exclusion_presenters import (
    case_shown,
    grounds_shown,
    requests_shown,
    told_in_words,
)
from kaohe.web.hotline.facts import takes_cases
from kaohe.web.hotline.models import Case
from kaohe.web.ui.acts import submission_of

AT_ONCE = 50
"""So many requests stand on one page."""
GROUNDS_SEEN_BY = f"clerk auditor {GROUP}"
SHOWN: dict[str, Promise] = {
    "waiting": gettext_lazy("等我决定"),
    "open": gettext_lazy("待决定"),
    "overdue": gettext_lazy("超期未决"),
    "undoing": gettext_lazy("提出恢复计入"),
    "decided": gettext_lazy("已决定"),
    "all": gettext_lazy("全部"),
}
"""The ways to narrow the list."""


def year_with_cases(request: HttpRequest) -> tuple[Person, Cycle]:
    """Who asks, and the cycle of their page. Raises Http404 where they see no requests or its
    scheme has no cases."""
    person, cycle = person_of_request(request), chosen_cycle(request)
    if not person.may_read(Exclusion) or not takes_cases(scheme_of(cycle)):
        raise Http404
    return person, cycle


# -- the list -------------------------------------------------------------------------------------


def _narrowed(person: Person, cycle: Cycle, show: str) -> QuerySet[Exclusion]:
    rows = requests_of(person, cycle)
    match show:
        case "waiting":
            return waiting_for(person, cycle)
        case "open":
            return rows.filter(state="open")
        case "undoing":
            # Django narrows a query set of its own to a plain one for the checker.
            return rows.being_undone()  # type: ignore[attr-defined,no-any-return]
        case "overdue":
            return rows.filter(state="open", due_on__lt=clock.today())
        case "decided":
            return rows.filter(state__in=("agreed", "refused", "restored")).order_by(
                "-due_on", "case_id"
            )
    return rows.order_by("-asked_at", "-pk")


def exclusions(request: HttpRequest) -> HttpResponse:
    """The requests that somebody may see, those first that wait for them."""
    person, cycle = year_with_cases(request)
    decides = person.has(rules.DECIDING)
    offered = {key: name for key, name in SHOWN.items() if key != "waiting" or decides}
    show = request.GET.get("show", "")
    if show not in offered:
        show = next(iter(offered))
    page = Paginator(_narrowed(person, cycle, show), AT_ONCE).get_page(request.GET.get("page"))
    shown = {
        "cycle": cycle,
        "show": show,
        "offered": [
            (key, name, _narrowed(person, cycle, key).count()) for key, name in offered.items()
        ],
        "page": page,
        "requests": requests_shown(list(page), cycle, person, clock.today()),
        "asks": person.has(rules.ASKING),
        "not_now": rules.why_not_now(cycle.stage),
        "alone": without_deciders(person, cycle, clock.today()),
        "decides": decides,
        "sees_grounds": person.has(GROUNDS_SEEN_BY),
        "others": list(person.visible(Cycle.objects.exclude(pk=cycle.pk))),
    }
    return render(request, "hotline/exclusions.html", shown)


def grounds(request: HttpRequest) -> HttpResponse:
    """How often each ground was used in a year, and what was said where it is told in words."""
    person, cycle = year_with_cases(request)
    if not person.has(GROUNDS_SEEN_BY):
        raise Http404
    rows = told_in_words(person, cycle)
    shown = {
        "cycle": cycle,
        "grounds": grounds_shown(person, cycle),
        "requests": requests_shown(rows, cycle, person, clock.today()),
        "others": list(person.visible(Cycle.objects.exclude(pk=cycle.pk))),
    }
    return render(request, "hotline/exclusion_grounds.html", shown)


# -- asking ---------------------------------------------------------------------------------------


def ask(request: HttpRequest) -> HttpResponse:
    """Ask that a case be left out: its number first, then why."""
    person, cycle = year_with_cases(request)
    if not person.has(rules.ASKING):
        raise Http404
    number = CaseForm(request.GET if "case" in request.GET else None)
    case = _case_to_ask(person, cycle, number)
    shown = {"cycle": cycle, "number": number, "not_now": rules.why_not_now(cycle.stage)}
    if case is None:
        return render(
            request, "hotline/exclusion_ask.html", shown, status=422 if number.is_bound else 200
        )
    form = AskForm(
        request.POST or None,
        case=case,
        person=person,
        initial={"earlier_case": case.earlier_case},
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = ask_exclusion(
                case,
                form.said,
                department=form.cleaned_data.get("department"),
                by=person,
                at=clock.now(),
                submission=submission_of(request),
            )
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("已提出申请，由条线和块上两方分别决定。"))
            return redirect("exclusions:exclusion", row.pk)
    before = list(requests_of(person, cycle).filter(case_id=case.case_id))
    shown |= {
        "case": case,
        "seen": person.visible(Case.objects.filter(pk=case.pk)).exists(),
        "told": case_shown(case, person),
        "form": form,
        "standing": rules.why_not_ask(standing=standing_of(before), before=(), said=("", "")),
        "before": requests_shown(before, cycle, person, clock.today()),
        "submission": request.POST.get("submission") or str(uuid4()),
    }
    return render(request, "hotline/exclusion_ask.html", shown, status=422 if form.errors else 200)


def _case_to_ask(person: Person, cycle: Cycle, form: CaseForm) -> Case | None:
    """The case whose number was typed, if this person may ask about it; else the form says why."""
    if not form.is_bound or not form.is_valid():
        return None
    case_id = form.cleaned_data["case"]
    case = cases_of(cycle, [case_id]).get(case_id)
    if case is None or not asks_as(person, case):
        form.add_error(
            "case",
            _("没有找到您可以申请的这个办件。请核对编号；属于别的居民区或数据来源的，由它们申请。"),
        )
        return None
    return case
