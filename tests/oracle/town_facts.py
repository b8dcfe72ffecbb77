"""The facts of one town as the arithmetic reads them: defaults filled in, sorted by area."""

from dataclasses import dataclass
from datetime import date

from tests.oracle.decisions import with_defaults

Row = dict[str, str]
Facts = dict[str, list[Row]]

YEAR_BEGINS = date(2024, 1, 1)
YEAR_ENDS = date(2024, 12, 31)

# An empty optional cell takes the default (section 2).
DEFAULTS: dict[str, dict[str, str]] = {
    "areas": {"category": "ordinary"},
    "staff": {"presiding": "false", "resident_office": "false", "months": "12"},
    "answers": {"panel": "household"},
    "answer_totals": {"panel": "household"},
    "participation": {"panel": "household"},
    "cases": {"reasonable": "true"},
}


def with_default_cells(table: str, row: Row) -> Row:
    """The row with the default in every empty cell that has one."""
    filled = dict(row)
    for column, default in DEFAULTS.get(table, {}).items():
        if filled.get(column, "") == "":
            filled[column] = default
    return filled


def is_in_year(day: str) -> bool:
    """Whether the day lies in the scheme's year, 2024-01-01 to 2024-12-31."""
    return YEAR_BEGINS <= date.fromisoformat(day) <= YEAR_ENDS


def month_of(day: str) -> int:
    """The calendar month, 1 to 12."""
    return date.fromisoformat(day).month


def quarter_of(day: str) -> int:
    """The calendar quarter, 1 to 4."""
    return (month_of(day) + 2) // 3


@dataclass(frozen=True)
class Town:
    """All facts and all decisions of one assessment."""

    facts: Facts
    rows_by_area: dict[tuple[str, str], list[Row]]
    options: dict[str, str]

    def has(self, table: str) -> bool:
        """Whether the table is present; one without rows is present too."""
        return table in self.facts

    def all_rows(self, table: str) -> list[Row]:
        """All rows of a table; an absent table is an empty one."""
        return self.facts.get(table, [])

    def rows(self, table: str, area_id: str) -> list[Row]:
        """The rows of one area in a table."""
        return self.rows_by_area.get((table, area_id), [])

    def area_ids(self) -> list[str]:
        """All areas, by code point."""
        return sorted(row["area_id"] for row in self.all_rows("areas"))

    def area(self, area_id: str) -> Row:
        """The one row of the area itself."""
        (row,) = self.rows("areas", area_id)
        return row

    def households(self, area_id: str) -> int:
        """The number of households of the area."""
        return int(self.area(area_id)["households"])

    def is_waived(self, area_id: str, check: str) -> bool:
        """Whether the leading group has accepted the unmet check of the area."""
        return any(row["check"] == check for row in self.rows("waivers", area_id))

    def cases_of_year(self, area_id: str) -> list[Row]:
        """The area's cases received within the year; the others are left out everywhere."""
        return [row for row in self.rows("cases", area_id) if is_in_year(row["received_on"])]

    def visits_of_year(self, area_id: str) -> list[Row]:
        """The area's home visits within the year; the others are left out everywhere."""
        return [row for row in self.rows("visits", area_id) if is_in_year(row["visited_on"])]


def read_town(facts: Facts, decisions: dict[str, str]) -> Town:
    """Fill in the defaults of cells and decisions and sort the rows by table and area."""
    filled = {
        table: [with_default_cells(table, row) for row in rows] for table, rows in facts.items()
    }
    rows_by_area: dict[tuple[str, str], list[Row]] = {}
    for table, rows in filled.items():
        for row in rows:
            rows_by_area.setdefault((table, row["area_id"]), []).append(row)
    return Town(facts=filled, rows_by_area=rows_by_area, options=with_defaults(decisions))
