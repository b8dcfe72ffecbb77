"""What was told of a case, as plain data for its page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kaohe.scheme.model import Scheme
from kaohe.values.tables import Column
from kaohe.web.cycles.delivery_doors import taken_table
from kaohe.web.cycles.delivery_headings import YES_OR_NO
from kaohe.web.hotline.columns import FURTHER
from kaohe.web.hotline.facts import AREA_ID, CASE_ID, CASES, RECEIVED_ON
from kaohe.web.hotline.models import Case

SHOWN_APART = (CASE_ID, AREA_ID, RECEIVED_ON, "source")


def told_of(case: Case, scheme: Scheme) -> list[tuple[str, str]]:
    """Heading and value of all that a file may tell of a case beside its area, source and day."""
    columns = taken_table(scheme, CASES).columns
    return [
        (column.heading, _further(case, name) if name in FURTHER else _told(case, name, column))
        for name, column in columns.items()
        if name not in SHOWN_APART
    ]


def _further(case: Case, name: str) -> str:
    value = getattr(case, name)
    return str(value) if value else ""


def _told(case: Case, name: str, column: Column) -> str:
    value: str = case.told.get(name, "")
    if column.type == "boolean" and value:
        return _(YES_OR_NO[value])
    return column.choices.get(value, value)
