"""What can be wrong with facts, said so that a person can mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kaohe.values.text import Language, Text

SHOWN_FAULTS = 1000
SHOWN_CHARACTERS = 80


@dataclass(frozen=True)
class Fault:
    """One thing wrong in the facts: where it stands, what stands there, what was expected.

    ``row`` is the number a spreadsheet shows, None for a fault of a whole table;
    ``column`` is the English name, None for a fault of a whole row or table.
    """

    table: str
    row: int | None
    column: str | None
    value: str
    expected: Text

    @property
    def shown(self) -> str:
        """What stands there, on one line and cut short."""
        return " ".join(self.value.splitlines())[:SHOWN_CHARACTERS]

    def line(self, language: Language) -> str:
        """``TABLE:ROW:COLUMN: VALUE: what was expected``, on one line."""
        row = "" if self.row is None else str(self.row)
        shown = self.shown or '""'
        return f"{self.table}:{row}:{self.column or ''}: {shown}: {self.expected[language]}"


def fault_lines(faults: Sequence[Fault], total: int, language: Language) -> list[str]:
    """The first thousand faults, a line each, and how many more there are."""
    lines = [fault.line(language) for fault in faults[:SHOWN_FAULTS]]
    if total > len(lines):
        lines.append(f"… and {total - len(lines)} more")
    return lines
