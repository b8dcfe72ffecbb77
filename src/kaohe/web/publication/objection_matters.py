"""What objections have to say in the pack of the leading group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.web.publication.models import Objection
from kaohe.web.publication.pack_facts import OPEN_MATTERS, TOLD_OF_OBJECTIONS, Matter, Page
from kaohe.web.results.models import Run
from kaohe.web.ui.language import in_a_row, named, sentences

CLAUSE = "五(一)"


def _effects() -> dict[str, tuple[str, str]]:
    """By state: what is open, and what follows."""
    return {
        "open": (
            _("决定异议是否成立"),
            _("成立的，更正事实后退回计分、重新计分；不成立的写明理由，结果不变。"),
        ),
        "accepted": (
            _("异议成立，等待更正"),
            _("更正事实、重新计分并登记更正情况以后，才能公布。"),
        ),
    }


def open_objections(run: Run) -> Iterator[Matter]:
    """Those of the year that wait for deciders, and those that wait to be corrected."""
    rows = Objection.objects.filter(cycle=run.cycle).unsettled().select_related("area")
    by_state: dict[str, list[str]] = {}
    for one in rows.order_by("area__area_id", "pk"):
        by_state.setdefault(one.state, []).append(f"{one.area} {one.kind}")
    address = f"{reverse('publication:objections')}?cycle={run.cycle_id}"
    for state, (what, effect) in _effects().items():
        if state in by_state:
            told = named(what, in_a_row(by_state[state]))
            yield Matter(told, effect, CLAUSE, Page(_("异议"), address))


def told_of_objections(run: Run) -> Iterator[str]:
    """How many there were, and how they ended."""
    states = Counter(Objection.objects.filter(cycle=run.cycle).values_list("state", flat=True))
    if states:
        listed = sentences(
            _("%(state)s %(count)s 项") % {"state": name, "count": states[state]}
            for state, name in Objection.STATES
            if states[state]
        )
        given = {"all": sum(states.values()), "listed": listed}
        yield _("收到 %(all)s 项：%(listed)s。") % given


def speak_in_the_pack() -> None:
    """Put them into the pack; called when the app is loaded."""
    OPEN_MATTERS.append(open_objections)
    TOLD_OF_OBJECTIONS.append(told_of_objections)
