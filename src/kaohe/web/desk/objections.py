"""What follows a run and a publication: facts to check, objections to decide, matters to mend."""

from __future__ import annotations

from datetime import date

from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.cycles.models import Cycle
from kaohe.web.desk.matters import Found, Waiting, at, dated
from kaohe.web.publication import objection_rules as rules
from kaohe.web.publication.models import Objection, RectificationItem
from kaohe.web.publication.objection_deciders import waiting_for
from kaohe.web.publication.objection_terms import terms_of
from kaohe.web.publication.rectification_rules import OPEN_IN


def objections(person: Person, cycle: Cycle, day: date) -> Found:
    """Own facts to check, objections to decide on, corrections that are due."""
    if person.has("secretary") and not rules.why_not_now(cycle.stage):
        yield from _own_facts(person, cycle, day)
    if person.has("secretary") and cycle.stage in OPEN_IN:
        yield from _to_be_mended(person, cycle, day)
    if cycle.stage not in rules.DECIDED_IN:
        return
    listed = at("publication:objections", cycle)
    if person.has(rules.DECIDING) and (count := len(waiting_for(person, cycle))):
        yield Waiting(_("%(count)s 项异议等您决定") % {"count": count}, listed)
    if person.has("clerk"):
        due = Objection.objects.filter(cycle=cycle, state="accepted").count()
        if due:
            text = _("%(count)s 项异议成立，等更正事实、重新计分后登记")
            yield Waiting(text % {"count": due}, f"{listed}&show=accepted")


def _own_facts(person: Person, cycle: Cycle, day: date) -> Found:
    terms = terms_of(cycle)
    own = {code for post in person.posts if post.role == "secretary" for code in post.scope}
    running = [terms[code] for code in sorted(own & set(terms)) if terms[code].runs_on(day)]
    if running:
        text = _("可以核对计分采用的本居民区事实，有差错的提出异议")
        yield dated(text, at("publication:facts", cycle), max(t.last_on for t in running), day)


def _to_be_mended(person: Person, cycle: Cycle, day: date) -> Found:
    own = {code for post in person.posts if post.role == "secretary" for code in post.scope}
    items = RectificationItem.objects.filter(cycle=cycle, area__area_id__in=own, done_on=None)
    if count := items.count():
        first: date = items.aggregate(first=Min("due_on"))["first"]
        text = _("%(count)s 项整改事项在办") % {"count": count}
        yield dated(text, reverse("publication:rectification"), first, day)
