"""Which cycle a page shows: the one asked for, else the one that the town is working on."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.models import Cycle

AT_WORK = ("adopted", "collecting", "scoring", "review")
"""Stages in which people work on a cycle; before them it is only being prepared."""


def current_cycle(person: Person) -> Cycle | None:
    """The newest cycle that the town works on, else one in preparation, else the newest of all.

    So while one year is being scored and the next prepared, pages show the one being scored. None
    where there is none.
    """
    cycles = list(person.visible(Cycle.objects.select_related("scheme", "town")))
    for stages in (AT_WORK, ("prepare",)):
        for cycle in cycles:
            if cycle.stage in stages:
                return cycle
    return cycles[0] if cycles else None


def chosen_cycle(request: HttpRequest) -> Cycle:
    """The cycle named by ``cycle`` in the address or the form, else the current one.

    Raises Http404 where the person sees no such cycle, or none at all.
    """
    person = person_of_request(request)
    asked = request.POST.get("cycle") or request.GET.get("cycle")
    if not asked:
        cycle = current_cycle(person)
    elif asked.isascii() and asked.isdigit():
        cycles = person.visible(Cycle.objects.select_related("scheme", "town"))
        cycle = cycles.filter(pk=int(asked)).first()
    else:
        cycle = None
    if cycle is None:
        raise Http404
    return cycle
