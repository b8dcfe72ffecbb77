"""The sheet of a meeting: everything that waits for somebody, decided with one button."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.cycles.models import Cycle
from kaohe.web.hotline import exclusion_rules as rules
from kaohe.web.hotline.exclusion_forms import RowForm
from kaohe.web.hotline.exclusion_lists import waiting_for, without_deciders
from kaohe.web.hotline.exclusion_models import Exclusion
from kaohe.web.hotline.exclusion_presenters import (
    requests_shown,
)
from kaohe.web.hotline.exclusion_speaking import NotSpoken, Spoken, sides_to_speak, speak_on
from kaohe.web.hotline.exclusion_views import year_with_cases

AT_ONCE = 50
"""So many requests stand on one sheet."""


def meeting(request: HttpRequest) -> HttpResponse:
    """Everything that waits for somebody on one sheet, decided with one button."""
    person, cycle = year_with_cases(request)
    if not person.has(rules.DECIDING):
        raise Http404
    waiting = waiting_for(person, cycle)
    sent = {int(pk) for pk in request.POST.getlist("row") if pk.isascii() and pk.isdigit()}
    rows = list(waiting.filter(pk__in=sent) if sent else waiting[:AT_ONCE])
    forms = {
        row.pk: RowForm(request.POST or None, prefix=str(row.pk), initial={"seen": row.version})
        for row in rows
    }
    if request.method == "POST":
        spoken, valid = (
            _spoken(forms, rows, cycle, person),
            all(f.is_valid() for f in forms.values()),
        )
        missing = len(sent) - len(rows)
        if valid and not spoken:
            messages.warning(request, _("还没有选同意或不同意。"))
        elif valid and _speak(cycle, spoken, forms, person):
            told = _("已记下 %(count)s 项决定。") % {"count": len(spoken)}
            messages.success(request, told)
            if missing:
                gone = _("另有 %(count)s 项刚由别人决定或撤回，没有记下。") % {"count": missing}
                messages.warning(request, gone)
            return redirect(f"{reverse('exclusions:meeting')}?cycle={cycle.pk}")
    wrong = any(form.errors for form in forms.values())
    shown = {
        "cycle": cycle,
        "left": waiting.count(),
        "requests": [
            (one, forms[one.row.pk]) for one in requests_shown(rows, cycle, person, clock.today())
        ],
        "wrong": wrong,
        "not_now": rules.why_not_now(cycle.stage),
        "alone": without_deciders(person, cycle, clock.today()),
    }
    return render(request, "hotline/exclusion_meeting.html", shown, status=422 if wrong else 200)


def _spoken(
    forms: dict[int, RowForm], rows: list[Exclusion], cycle: Cycle, person: Person
) -> list[Spoken]:
    """What was said of the requests on the sheet; those left undecided are not spoken on."""
    found = []
    for row in rows:
        form = forms[row.pk]
        if form.is_valid() and form.cleaned_data["agrees"] is not None:
            [side, *_other] = sides_to_speak(row, person, cycle.stage)
            found.append(Spoken(row.pk, side, **form.cleaned_data))
    return found


def _speak(cycle: Cycle, spoken: list[Spoken], forms: dict[int, RowForm], person: Person) -> bool:
    """Put everything down, or say at its request what stands against it."""
    try:
        speak_on(cycle, spoken, by=person, at=clock.now())
    except NotSpoken as problem:
        for pk, reason in problem.reasons.items():
            forms[pk].add_error("reason", reason)
        return False
    return True
