"""What objections to facts have to say about the stages of a cycle."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kaohe.web import clock
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.rules import add_condition
from kaohe.web.publication.models import Objection
from kaohe.web.publication.objection_terms import last_day, terms_of


def no_objection_unsettled(cycle: Cycle) -> list[str]:
    """Nothing is published or archived while somebody says that a fact is wrong."""
    states = Objection.objects.filter(cycle=cycle).unsettled().values_list("state", flat=True)
    counts = {state: list(states).count(state) for state in ("open", "accepted")}
    reasons = []
    if counts["open"]:
        reasons.append(_("还有 %(count)s 项异议没有决定。") % {"count": counts["open"]})
    if counts["accepted"]:
        text = _("有 %(count)s 项异议成立，还没有登记更正情况。")
        reasons.append(text % {"count": counts["accepted"]})
    return reasons


def days_are_over(cycle: Cycle) -> list[str]:
    """Every area has had its days to check its facts, or has said that they are right."""
    last_on = last_day(terms_of(cycle), clock.today())
    if last_on is None:
        return []
    text = _("异议期到 %(day)s 才结束；各居民区都核对无误的，可以提前。")
    return [text % {"day": last_on.isoformat()}]


def speak_of_objections() -> None:
    """Put them into the table of stages; called when the app is loaded."""
    add_condition("scoring", "review", no_objection_unsettled, bars=False)
    for leaves, enters in (("review", "published"), ("published", "archived")):
        add_condition(leaves, enters, no_objection_unsettled)
        add_condition(leaves, enters, days_are_over)
