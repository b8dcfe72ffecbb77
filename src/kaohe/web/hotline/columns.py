"""What files of cases may tell beside what the scheme counts: for people who look cases up.

An area may be left empty where a place is told; a table of places gives the case its area later.
"""

from __future__ import annotations

from typing import Final

from kaohe.values.tables import BLANK, Column, Table
from kaohe.web.hotline.facts import AREA_ID

PLACE: Final = "place"
SHARED: Final = frozenset({"callback"})
"""What a call back gave stands in many exports in the column that says whether people were
satisfied."""

_TEXTS: Final = {
    "kind": "类别",
    PLACE: "地点",
    "department": "承办单位",
    "callback": "回访结果",
    "returned": "退单原因",
    "earlier_case": "重复关联办件",
    "summary": "诉求摘要",
}
"""The further columns that hold text, with their headings; ``closed_on`` is a date."""
FURTHER: Final = {
    **{
        name: Column(type="text", heading=heading, required=False)
        for name, heading in _TEXTS.items()
    },
    "closed_on": Column(type="date", heading="办结日期", required=False),
}


def extended(table: Table) -> Table:
    """The scheme's table of cases with the further columns; its own columns come first."""
    further = {name: column for name, column in FURTHER.items() if name not in table.columns}
    columns = {**table.columns, **further}
    columns[AREA_ID] = columns[AREA_ID].model_copy(
        update={"required": False, "required_where": {PLACE: (BLANK,)}}
    )
    return table.model_copy(update={"columns": columns})
