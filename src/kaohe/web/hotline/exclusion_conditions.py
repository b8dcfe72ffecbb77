"""What requests to leave cases out have to do with files in force and with stages."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.cycles.delivering import add_consequence
from kaohe.web.cycles.models import Cycle, Delivery
from kaohe.web.cycles.rules import add_condition
from kaohe.web.hotline.exclusion_by_file import requests_of_file
from kaohe.web.hotline.exclusion_models import Exclusion
from kaohe.web.hotline.placing import place_anew


def no_exclusion_open(cycle: Cycle) -> list[str]:
    """What stands against review: requests on which a side has not spoken yet."""
    rows = Exclusion.objects.filter(cycle=cycle)
    asked = _("还有 %(count)s 项剔除申请没有决定。请先在“诉求剔除”里决定。")
    undone = _("还有 %(count)s 项恢复计入没有决定。请先在“诉求剔除”里决定。")
    counts = {asked: rows.open().count(), undone: rows.being_undone().count()}
    return [text % {"count": count} for text, count in counts.items() if count]


def _ask(delivery: Delivery, by: Person, at: datetime) -> None:
    requests_of_file(delivery, by=by, at=at)
    # Also an older version that counts again: it does not know of places that came since.
    place_anew(delivery.cycle)


def watch_exclusions() -> None:
    """Ask what files ask, hold back review; called when the app is loaded."""
    add_consequence(_ask)
    add_condition("scoring", "review", no_exclusion_open)
