"""Which cycle a page shows: the one asked for, else the one that the town is working on."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.models import Cycle

AT_WORK = ("adopted", "collecting", "scoring", "review")
"""Stages in which people work on a cycle; before them it is only being prepared."""
LONGEST_KEY = 19
"""No key of a row has more digits."""


class NoCycleYet(Http404):
    """The town has set up no year; ``told`` is what the page says instead."""

    @property
    def told(self) -> str:
        """What is missing, and who sees to it."""
        return _("还没有设立考核年度，设立以后这里才有内容。年度由党建办在“年度进程”中设立。")


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

    Raises Http404 where the person sees no such cycle, NoCycleYet where there is none at all.
    """
    person = person_of_request(request)
    asked = request.POST.get("cycle") or request.GET.get("cycle")
    if not asked:
        cycle = current_cycle(person)
        if cycle is None and person.may_read(Cycle):
            raise NoCycleYet
    elif asked.isascii() and asked.isdigit() and len(asked) < LONGEST_KEY:
        cycles = person.visible(Cycle.objects.select_related("scheme", "town"))
        cycle = cycles.filter(pk=int(asked)).first()
    else:
        cycle = None
    if cycle is None:
        raise Http404
    return cycle
