"""What cases ask of people."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.cycles.calendar import step_of
from kaohe.web.cycles.models import Cycle
from kaohe.web.desk.matters import Found, at, dated
from kaohe.web.hotline.place_rules import PLACING
from kaohe.web.hotline.place_views import unplaced_of


def unplaced_cases(person: Person, cycle: Cycle, day: date) -> Found:
    """Cases that lie in no area yet and so count nowhere."""
    count = unplaced_of(person, cycle).count() if cycle.stage in PLACING else 0
    if count:
        due = step_of(cycle, "data_cut").closes_on
        text = _("%(count)s 件办件还没有归入居民区") % {"count": count}
        yield dated(text, at("placing:unplaced", cycle), due, day)
