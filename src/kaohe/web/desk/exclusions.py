"""What requests to leave cases out ask of people: to decide in time, to know that nobody does."""

from __future__ import annotations

from datetime import date

from django.db.models import Min
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.cycles.models import Cycle
from kaohe.web.desk.matters import Found, Waiting, at, dated
from kaohe.web.hotline.exclusion_lists import requests_of, waiting_for, without_deciders
from kaohe.web.hotline.exclusion_rules import OPEN_IN
from kaohe.web.hotline.exclusion_undoing import sides_to_undo


def exclusions(person: Person, cycle: Cycle, day: date) -> Found:
    """Requests to decide, own ones that are late, and those that nobody can decide."""
    if cycle.stage not in OPEN_IN:
        return
    listed = at("exclusions:exclusions", cycle)
    waiting = waiting_for(person, cycle)
    if count := waiting.count():
        first: date = waiting.aggregate(first=Min("due_on"))["first"]
        late = waiting.filter(due_on__lt=day).count()
        text = _("%(count)s 项剔除申请等您决定") % {"count": count}
        if late:
            text = _("%(text)s，其中 %(late)s 项已超期") % {"text": text, "late": late}
        yield dated(text, at("exclusions:meeting", cycle), first, day)
    undone = [
        row
        for row in requests_of(person, cycle).filter(state="agreed").exclude(undo_side="")
        if sides_to_undo(row, person, cycle.stage)
    ]
    if undone:
        text = _("%(count)s 项恢复计入等您决定") % {"count": len(undone)}
        yield Waiting(text, f"{listed}&show=undoing")
    overdue = requests_of(person, cycle).filter(state="open", due_on__lt=day)
    others = overdue.exclude(pk__in=waiting.values("pk"))
    if not person.has("clerk"):
        others = others.filter(asker=person.username)
    if count := others.count():
        text = (
            _("%(count)s 项剔除申请超期未决，在等另一方")
            if person.has("clerk")
            else _("您提出的 %(count)s 项剔除申请超期未决")
        )
        yield Waiting(text % {"count": count}, f"{listed}&show=overdue", late=True)
    for reason in without_deciders(person, cycle, day):
        yield Waiting(reason, f"{listed}&show=open")
