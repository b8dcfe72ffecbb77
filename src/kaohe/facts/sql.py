"""Names and literals in the words of the embedded database."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kaohe.values.measures import Stored

ROW = '"#row"'
"""The row number that a spreadsheet shows; no declared column can have this name."""

DETAIL = '"#detail"'
"""Beside a row number: what the words about a fault have to name."""

_GLOB = str.maketrans({"[": "[[]", "*": "[*]", "?": "[?]"})


def name(text: str) -> str:
    """A quoted name."""
    return '"' + text.replace('"', '""') + '"'


def names(texts: Iterable[str], of: str = "") -> str:
    """Quoted names, separated by commas, each with the alias ``of`` before it if one is given."""
    prefix = f"{of}." if of else ""
    return ", ".join(prefix + name(text) for text in texts)


def literal(value: Stored | None) -> str:
    """A stored value as it is written in a query."""
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def file(path: Path) -> str:
    """A file as a table function takes it: no character of its name is a wildcard."""
    return literal(path.absolute().as_posix().translate(_GLOB))
