"""What a scheme has room for: the tables that people on duty fill in here, known by their names."""

from __future__ import annotations

from collections.abc import Set

from kaohe.scheme.formulas import Constant, parse
from kaohe.scheme.model import Check, Scheme
from kaohe.scheme.tallies import Tally
from kaohe.values.tables import Table

KNOWN: dict[str, frozenset[str]] = {
    "spot_checks": frozenset({"household_id", "visited", "checked_on"}),
    "honours": frozenset({"level", "title", "body", "awarded_on"}),
    "sanctions": frozenset({"points", "reason", "decided_on"}),
}
"""What each register can tell besides the area."""


def area_column(scheme: Scheme, table: Table) -> str | None:
    """The column of a table that names the area."""
    refers = f"{scheme.subject.table}.{scheme.subject.id}"
    return next((name for name, one in table.columns.items() if one.refers_to == refers), None)


def offers(scheme: Scheme, register: str) -> bool:
    """Whether a scheme takes what a register tells: it needs no more than is known here.

    ``register`` is a name in ``KNOWN``, or ``waivers`` for whatever table the scheme keeps them in.
    """
    if register == "waivers":
        words = scheme.waivers
        return words is not None and _suffices(scheme, words.table, {words.check, words.reason})
    return _suffices(scheme, register, KNOWN[register])


def _suffices(scheme: Scheme, name: str, known: Set[str]) -> bool:
    table = scheme.fact_tables.get(name)
    if table is None:
        return False
    area = area_column(scheme, table)
    needed = {name for name, column in table.columns.items() if column.required is True}
    return area is not None and needed <= known | {area}


def waivable(scheme: Scheme) -> dict[str, Check]:
    """The checks that bar a final result, by their ids; warnings bar nothing."""
    return {name: check for name, check in scheme.checks.items() if check.level == "check"}


def spot_check_size(scheme: Scheme) -> int | None:
    """How many households of an area the scheme has checked; None where it states no number."""
    for check in scheme.checks.values():
        counted = any(
            isinstance(bound, Tally) and bound.count == "spot_checks"
            for bound in check.bind.values()
        )
        required = parse(check.required) if counted else None
        if isinstance(required, Constant) and required.value.denominator == 1:
            return int(required.value)
    return None


def levels(scheme: Scheme) -> dict[str, str]:
    """The levels of commendations that the scheme knows, by their codes."""
    table = scheme.fact_tables.get("honours")
    column = table.columns.get("level") if table else None
    return dict(column.choices) if column else {}


def point_limits(scheme: Scheme) -> tuple[int, int] | None:
    """The least and the most points of one sanction; None where the scheme states no limits."""
    table = scheme.fact_tables.get("sanctions")
    column = table.columns.get("points") if table else None
    if column is None:
        return None
    least, most = _whole(column.minimum), _whole(column.maximum)
    return None if least is None or most is None else (least, most)


def _whole(limit: object) -> int | None:
    text = str(limit)
    return int(text) if text.isdigit() else None
