"""When it can be told how many are to be asked, who sees it, what a union's verdict comes to."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.results.models import Study

STATES = {
    "certain": "reached",
    "likely": "reached",
    "open": "open",
    "unlikely": "not_reached",
    "impossible": "not_reached",
}
"""What each verdict on a union comes to: it reaches what the scheme asks, it does not, or nobody
can tell."""


def may_see_plan(person: Person) -> bool:
    """Whoever sees what hangs on the decisions also sees how many are to be asked."""
    return person.may_read(Study)


def why_no_plan(*, samples: bool, frozen: bool, areas: int) -> str:
    """Why nothing can be planned; an empty text if it can.

    ``samples`` says whether the scheme asks for any, ``frozen`` whether there is a frozen count of
    the year, ``areas`` how many assessed areas have one.
    """
    if not samples:
        return _("这个方案没有规定测评至少要完成多少，没有要算的。")
    if not frozen:
        return _("本年度还没有冻结的户数快照。居民区确认户数、党建办冻结以后，才能算。")
    if not areas:
        return _("冻结的快照里没有参加考核的居民区。")
    return ""
