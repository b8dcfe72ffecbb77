"""A second reading of facts, slow and obvious: which cells are at fault, row by row."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from kaohe.values.tables import Bound, Codes, Column, Table

Place = tuple[int, int, int]
"""Table, row, column; -1 stands for the whole of it."""


@dataclass
class PlainTable:
    """One table: its declaration, the texts of its cells, and their canonical values."""

    index: int
    table: Table
    readable: set[str] = field(default_factory=set)
    texts: dict[int, dict[str, str]] = field(default_factory=dict)
    values: dict[int, dict[str, str]] = field(default_factory=dict)
    at_fault: set[tuple[int, str]] = field(default_factory=set)

    def sound(self, row: int, *columns: str) -> bool:
        return all(one in self.readable and (row, one) not in self.at_fault for one in columns)

    def blame(self, row: int, column: str) -> None:
        self.at_fault.add((row, column))


@dataclass
class PlainReading:
    """All tables of a folder of CSV texts."""

    declared: Mapping[str, Table]
    contents: Mapping[str, str]
    tables: dict[str, PlainTable] = field(default_factory=dict)
    others: set[Place] = field(default_factory=set)

    def faults(self) -> list[Place]:
        """Where the faults stand, in order."""
        for index, (name, table) in enumerate(self.declared.items()):
            if name in self.contents:
                self._read(index, name, table)
            elif table.required:
                self.others.add((index, -1, -1))
        for check in (self._same_row, self._references, self._keys, self._limits, self._beside):
            for table in self.tables.values():
                check(table)
        found = set(self.others)
        for table in self.tables.values():
            columns = list(table.table.columns)
            found |= {(table.index, row, columns.index(one)) for row, one in table.at_fault}
        return sorted(found)

    def _read(self, index: int, name: str, table: Table) -> None:
        rows = [
            [cell.strip() for cell in row]
            for row in csv.reader(io.StringIO(self.contents[name], newline=""))
        ]
        if not any(cell for row in rows for cell in row):
            self.others.add((index, -1, -1))
            return
        plain = self.tables[name] = PlainTable(index, table)
        header, *data = rows
        places = self._places(plain, header)
        for number, row in enumerate(data, 2):
            if any(row):
                if any(row[len(header) :]):
                    self.others.add((index, number, -1))
                cells = dict(enumerate(row))
                plain.texts[number] = {
                    one: cells.get(places[one], "") if one in places else ""
                    for one in table.columns
                }
                plain.values[number] = {}
                for one in sorted(plain.readable):
                    self._read_cell(plain, number, one, one in places)
        if not table.may_be_empty and not plain.texts:
            self.others.add((index, -1, -1))

    def _places(self, plain: PlainTable, header: list[str]) -> dict[str, int]:
        places = {}
        for index, (name, column) in enumerate(plain.table.columns.items()):
            found = [at for at, text in enumerate(header) if text in (name, column.heading)]
            if len(found) > 1 or (not found and column.required):
                self.others.add((plain.index, 1, index))
                continue
            plain.readable.add(name)
            if found:
                places[name] = found[0]
        return places

    def _read_cell(self, plain: PlainTable, row: int, name: str, in_file: bool) -> None:
        column, text = plain.table.columns[name], plain.texts[row][name]
        if not text:
            plain.values[row][name] = column.default or ""
            if column.required is True and in_file:
                plain.blame(row, name)
            return
        value = canonical(column, text)
        plain.values[row][name] = value or ""
        if value is None:
            plain.blame(row, name)

    def _same_row(self, plain: PlainTable) -> None:
        for row, values in plain.values.items():
            for name, column in plain.table.columns.items():
                if not plain.sound(row, name):
                    continue
                if self._breaks_condition(plain, row, name, column) or any(
                    plain.sound(row, bound.column)
                    and breaks(values[name], bound, is_least, values[bound.column])
                    for bound, is_least in bounds(column)
                    if bound.of is None
                ):
                    plain.blame(row, name)

    def _breaks_condition(self, plain: PlainTable, row: int, name: str, column: Column) -> bool:
        text, value = plain.texts[row][name], plain.values[row][name]
        asked = column.required_where
        if asked is not None and self._holds(plain, row, asked) is True and not text:
            return True
        allowed = column.filled_only_where
        if allowed is not None and self._holds(plain, row, allowed) is False and text:
            return True
        where = column.choice_only_where.get(value)
        return where is not None and self._holds(plain, row, where) is False

    def _holds(self, plain: PlainTable, row: int, where: Mapping[str, Codes]) -> bool | None:
        if not plain.sound(row, *where):
            return None
        return all(plain.values[row][name] in codes for name, codes in where.items())

    def _references(self, plain: PlainTable) -> None:
        for name, column in plain.table.columns.items():
            if column.refers_to is None:
                continue
            target, key = column.refers_to.split(".")
            other = self.tables.get(target)
            if other is None or key not in other.readable:
                continue
            known = {other.values[row][key] for row in other.values if other.sound(row, key)}
            for row, values in plain.values.items():
                if plain.sound(row, name) and values[name] and values[name] not in known:
                    plain.blame(row, name)

    def _keys(self, plain: PlainTable) -> None:
        seen = set()
        for row in plain.values if plain.table.key else ():
            if plain.sound(row, *plain.table.key):
                key = tuple(plain.values[row][name] for name in plain.table.key)
                if key in seen:
                    plain.blame(row, plain.table.key[0])
                seen.add(key)

    def _limits(self, plain: PlainTable) -> None:
        for name, column in plain.table.columns.items():
            for bound, is_least in bounds(column):
                for row in plain.values if bound.of is not None else ():
                    for other in self._referred(plain, row, name, bound):
                        if breaks(plain.values[row][name], bound, is_least, other):
                            plain.blame(row, name)

    def _referred(self, plain: PlainTable, row: int, name: str, bound: Bound) -> Iterator[str]:
        assert bound.of is not None
        target, key = (plain.table.columns[bound.of].refers_to or ".").split(".")
        other = self.tables.get(target)
        if other is not None and plain.sound(row, name, bound.of):
            for at, values in other.values.items():
                if other.sound(at, key, bound.column):
                    if values[key] == plain.values[row][bound.of]:
                        yield values[bound.column]

    def _beside(self, plain: PlainTable) -> None:
        blamed = set()
        for rule in plain.table.alone:
            rows = [row for row in plain.values if plain.sound(row, rule.column, *rule.within)]
            for row in rows:
                group = [plain.values[row][one] for one in rule.within]
                others = [at for at in rows if [plain.values[at][x] for x in rule.within] == group]
                if plain.values[row][rule.column] == rule.value and len(others) > 1:
                    blamed.add((row, rule.column))
        plain.at_fault |= blamed
        for exclusion in plain.table.excludes:
            other = self.tables.get(exclusion.table)
            taken = set()
            for row in other.values if other is not None else ():
                assert other is not None
                if other.sound(row, *exclusion.match) and self._holds(other, row, exclusion.where):
                    taken.add(tuple(other.values[row][one] for one in exclusion.match))
            for row, values in plain.values.items():
                if plain.sound(row, exclusion.at, *exclusion.match):
                    if tuple(values[one] for one in exclusion.match) in taken:
                        plain.blame(row, exclusion.at)


def bounds(column: Column) -> list[tuple[Bound, bool]]:
    """The limits that another cell sets; True for a least value."""
    pairs = ((column.minimum, True), (column.maximum, False))
    return [(one, is_least) for one, is_least in pairs if isinstance(one, Bound)]


def breaks(value: str, bound: Bound, is_least: bool, other: str) -> bool:
    """Whether a value is beyond the limit that ``other`` sets."""
    if not value or not other:
        return False
    limit = Fraction(other) * Fraction(bound.times)
    return Fraction(value) < limit if is_least else Fraction(value) > limit


def canonical(column: Column, text: str) -> str | None:
    """The canonical text of a value, or None."""
    if column.type in ("id", "text"):
        return text
    if column.type == "boolean":
        lowered = text.lower()
        return {"true": "true", "1": "true", "是": "true"}.get(
            lowered, "false" if lowered in ("false", "0", "否") else None
        )
    if column.type == "choice":
        folded = unicodedata.normalize("NFKC", text)
        for code, label in column.choices.items():
            if folded in (unicodedata.normalize("NFKC", one) for one in (code, label)):
                return code
        return None
    if column.type == "date":
        return canonical_day(text)
    return canonical_number(column, text)


def canonical_day(text: str) -> str | None:
    """A date as ISO 8601 writes it, if there is such a day."""
    match = re.fullmatch(r"(\d{4})(?:-(\d\d?)-|/(\d\d?)/)(\d\d?)", text, re.ASCII)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2] or match[3]), int(match[4])).isoformat()
    except ValueError:
        return None


def canonical_number(column: Column, text: str) -> str | None:
    """A number in its shortest form, if it is one that the column may hold."""
    if not re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII):
        return None
    value = Fraction(text)
    places = 0 if column.type == "whole" else column.places
    if places is not None and (value * 10**places).denominator != 1:
        return None
    for bound, is_least in ((column.minimum, True), (column.maximum, False)):
        if bound is not None and not isinstance(bound, Bound):
            if (value < Fraction(bound)) if is_least else (value > Fraction(bound)):
                return None
    if column.above is not None and not value > Fraction(column.above):
        return None
    if abs(value) >= 10 ** (18 - (column.places or 0)):
        return None
    sign, digits = "-" * (value < 0), text.lstrip("-0")
    whole, _, decimals = digits.partition(".")
    decimals = decimals.rstrip("0")
    return f"{sign}{whole or '0'}{'.' * bool(decimals)}{decimals}"
