"""What deciding and publishing ask of people: to rule, to publish what is prepared, to read."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.standing import is_pending
from kaohe.web.desk.matters import Found, Waiting, at
from kaohe.web.evidence.models import Waiver
from kaohe.web.publication.contents import in_force
from kaohe.web.publication.models import PublishedArea, Ruling
from kaohe.web.publication.pack_facts import unmet_of
from kaohe.web.publication.publishing import is_current, prepared, why_not_prepare
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
            yield Waiting(_next_of_review(cycle), page)
    if person.may_write(Waiver) and cycle.stage in ("scoring", "review"):
        run = newest_run(cycle)
        if run is not None and not run.final and (count := len(unmet_of(run)[0])):
            text = _("%(count)s 项要求未达到，是否认可请领导小组决定")
            yield Waiting(text % {"count": count}, reverse("results:run", args=[run.pk]))
    if person.has("secretary"):
        yield from _letters(person, cycle)


def _next_of_review(cycle: Cycle) -> str:
    """What the clerk has to see to in review, on the page of rulings and publication."""
    found = prepared(cycle)
    if found is not None and is_current(found):
        return _("公布已经准备，等待提请签署")
    if why_not_prepare(cycle):
        return _("复核中：公布以前还差几件事，请查看")
    return _("复核中：审定材料交领导小组，会议审定后准备公布")


def _letters(person: Person, cycle: Cycle) -> Found:
    newest = in_force(cycle)
    rows = PublishedArea.objects.filter(publication=newest, read_at=None)
    for area in person.writable(rows) if newest is not None else ():
        text = _("%(name)s的考核反馈还没有阅读") % {"name": area.name}
        yield Waiting(text, reverse("publication:letter", args=[area.pk]))
