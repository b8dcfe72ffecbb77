"""What deciding and publishing ask of people: to rule, to publish what is prepared, to read."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.standing import is_pending
from kaohe.web.desk.matters import Found, Waiting, at
from kaohe.web.publication.contents import in_force
from kaohe.web.publication.models import PublishedArea, Ruling
from kaohe.web.publication.publishing import is_current, prepared
from kaohe.web.publication.ruling_actions import newest_run, why_not_vote


def publication(person: Person, cycle: Cycle, day: date) -> Found:
    """Rulings that wait for them, a publication to propose, a letter to read."""
    page = at("publication:rulings", cycle)
    if person.may_read(Ruling) and cycle.stage == "review":
        run = newest_run(cycle)
        rows = Ruling.objects.filter(run=run).open().prefetch_related("votes")
        mine = [row for row in rows if not why_not_vote(row, person, day)]
        if person.has("group_head group_member") and mine:
            yield Waiting(_("%(count)s 项审定等您决定") % {"count": len(mine)}, page)
        if person.has("clerk") and not is_pending(cycle):
            found = prepared(cycle)
            if found is not None and is_current(found):
                yield Waiting(_("公布已经准备，等待提请签署"), page)
    if person.has("secretary"):
        yield from _letters(person, cycle)


def _letters(person: Person, cycle: Cycle) -> Found:
    newest = in_force(cycle)
    rows = PublishedArea.objects.filter(publication=newest, read_at=None)
    for area in person.writable(rows) if newest is not None else ():
        text = _("%(name)s的考核反馈还没有阅读") % {"name": area.name}
        yield Waiting(text, reverse("publication:letter", args=[area.pk]))
