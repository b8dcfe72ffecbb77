"""Types and typed literals in the words of the database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from kaohe.facts import sql
from kaohe.values.tables import Column

TEXT, WHOLE, TRUTH, DAY = "VARCHAR", "BIGINT", "BOOLEAN", "DATE"
_PATTERNS: Mapping[str, str] = {
    WHOLE: r"-?\d{1,15}",
    TRUTH: r"true|false",
    DAY: r"\d{4}-\d{2}-\d{2}",
}
_TYPES: Mapping[str, str] = {"whole": WHOLE, "boolean": TRUTH, "date": DAY}


def column_type(column: Column, places: int) -> str:
    """The type in which a declared column is made; ``places`` where it declares none."""
    if column.type == "decimal":
        return f"DECIMAL(18, {places if column.places is None else column.places})"
    return _TYPES.get(column.type, TEXT)


def type_of_codes(codes: Iterable[str]) -> str:
    """The type of a hidden column that holds these texts."""
    return WHOLE if all(fits(code, WHOLE) for code in codes) else TEXT


def fits(code: str, sql_type: str) -> bool:
    """Whether a text (empty: no value) is one of this type."""
    pattern = _PATTERNS.get(sql_type, r"-?\d{1,12}(\.\d+)?" if "DEC" in sql_type else r"(?s:.*)")
    return not code or re.fullmatch(pattern, code, re.ASCII) is not None


def literal(code: str, sql_type: str) -> str:
    """A text as a value of this type; an empty one is no value."""
    return f"CAST({sql.literal(code or None)} AS {sql_type})"


def places_of(number: Decimal) -> int:
    """How many decimals a number has."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
