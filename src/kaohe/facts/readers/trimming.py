"""White space around cells, dropped in the database as Python drops it."""

from __future__ import annotations

# What str.strip takes for white space.
SPACE = (
    r"[\x09-\x0d\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}"
    r"\x{3000}]"
)


def trimmed_line(line: str, separator: str) -> str:
    """An expression for a line whose cells are trimmed; quick where there is nothing to trim."""
    edge = f"^{SPACE}|{SPACE}{separator}|{separator}{SPACE}|{SPACE}$"
    # The separator first: an empty match at the start would hide one that stands there.
    around = f"{SPACE}*({separator}|^|$){SPACE}*"
    trimmed = f"regexp_replace({line}, '{around}', '\\1', 'g')"
    return f"CASE WHEN regexp_matches({line}, '{edge}') THEN {trimmed} ELSE {line} END"
