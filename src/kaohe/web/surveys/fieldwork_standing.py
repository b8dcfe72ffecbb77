"""How far a third party is: its draw, what is still to be checked, whom it may ask."""

from __future__ import annotations

from kaohe.web.surveys.fieldwork_models import CHECKS
from kaohe.web.surveys.fieldwork_rules import BEFORE_FIELDWORK
from kaohe.web.surveys.models import SampleDraw, Vendor
from kaohe.web.surveys.return_sample import Sample


def draw_of(vendor: Vendor | None) -> SampleDraw | None:
    """The draw of whom a third party asks, if there is one."""
    return SampleDraw.objects.filter(vendor=vendor).first() if vendor is not None else None


def missing_checks(vendor: Vendor) -> list[str]:
    """What has to be noted before anybody is asked anything, in words."""
    noted = set(vendor.checks.values_list("kind", flat=True))
    return [str(CHECKS[kind]) for kind in BEFORE_FIELDWORK if kind not in noted]


def sample_of(draw: SampleDraw) -> Sample:
    """Who may be in a file: whom it asks, and the reserves that are held back."""
    rows = list(draw.households.select_related("area"))
    asked: dict[str, set[str]] = {}
    held_back: dict[str, set[str]] = {}
    for row in rows:
        to_ask = not row.reserve or row.replaces_id is not None
        lists = asked if to_ask else held_back
        lists.setdefault(row.area.area_id, set()).add(row.household_id)
    return Sample(
        released={area: frozenset(ids) for area, ids in asked.items()},
        held_back={area: frozenset(ids) for area, ids in held_back.items()},
        names={row.area.area_id: row.area.name for row in rows},
    )
