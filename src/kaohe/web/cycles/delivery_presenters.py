"""The state of all files of a year, and one file, as plain data for pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kaohe.facts.parsing import Wrong, parser_of
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import MarksNode
from kaohe.values.tables import Column, Table
from kaohe.values.text import Text
from kaohe.web.cycles.delivery_checking import Checked
from kaohe.web.cycles.delivery_doors import Passage
from kaohe.web.cycles.delivery_headings import codes_of
from kaohe.web.cycles.delivery_rules import ballot_table, tables_to_hand_in
from kaohe.web.cycles.models import Delivery
from kaohe.web.registry.models import Source
from kaohe.web.ui.templatetags.ui import told

SHOWN = 100
"""So many faults stand on a page; the marked workbook has more."""

MOST_WORDS = 40
"""So many words of one column are asked about; a column with more of them is another column."""

FORMED_HERE = frozenset({"areas", "staff", "spot_checks", "honours", "sanctions"})
"""Well-known tables that the town's registers fill."""


@dataclass(frozen=True)
class Line:
    """One source's part of one table: the version that counts, and a newer one that does not."""

    table: str
    label: Text
    source: Source | None
    part: str = ""
    counts: Delivery | None = None
    waits: Delivery | None = None
    missing: str = ""

    @property
    def waiting(self) -> str:
        """What is the matter with the newer version."""
        if self.waits is None:
            return ""
        figures = {"number": self.waits.number, "faults": self.waits.faults}
        if self.waits.state == "faulty":
            return _("第%(number)s版有 %(faults)s 处错误") % figures
        return _("第%(number)s版已校验，等待生效") % figures


def lines_of(
    scheme: Scheme, sources: Iterable[Source], deliveries: Iterable[Delivery], due: str
) -> list[Line]:
    """Every table that a source hands in, with what there is of it; ``due`` says what is missing.

    Tables in the order of the scheme, sources by code, parts by name.
    """
    ordered = sorted(deliveries, key=lambda one: (one.part, one.number))
    by_place: dict[tuple[int, str], dict[str, list[Delivery]]] = {}
    for one in ordered:
        parts = by_place.setdefault((one.source_id, one.table), {})
        parts.setdefault(one.part, []).append(one)
    found = []
    every = list(sources)
    for table in scheme.fact_tables:
        for source in every:
            if table in tables_to_hand_in(scheme, source.tables):
                label = scheme.fact_tables[table].label
                parts = by_place.get((source.pk, table), {})
                lines = [_line(table, label, source, part, parts[part], due) for part in parts]
                shown = [line for line in lines if line.counts or line.waits]
                told_otherwise = any(
                    one.state in ("applied", "checked")
                    for other in instead_of(scheme, table)
                    for versions in by_place.get((source.pk, other), {}).values()
                    for one in versions
                )
                missing = [] if told_otherwise else [Line(table, label, source, missing=due)]
                found += shown or missing
    return found


def instead_of(scheme: Scheme, table: str) -> frozenset[str]:
    """The tables that tell the same another way, so that a source hands in one of them."""
    own = {one.table for one in scheme.fact_tables[table].excludes}
    others = {
        name
        for name, declared in scheme.fact_tables.items()
        if any(one.table == table for one in declared.excludes)
    }
    return frozenset(own | others)


def _line(
    table: str, label: Text, source: Source, part: str, versions: list[Delivery], due: str
) -> Line:
    counts = next((one for one in reversed(versions) if one.state == "applied"), None)
    newest = versions[-1]
    waits = newest if newest.state in ("checked", "faulty") else None
    missing = "" if counts is not None else due
    return Line(table, label, source, part, counts, waits, missing)


def without_source(scheme: Scheme, sources: Iterable[Source]) -> list[Text]:
    """The tables that nobody hands in, though nothing in the program fills them."""
    provided = {table for source in sources for table in source.tables}
    filled = provided | formed_here(scheme) | {ballot_table(scheme)}
    return [table.label for name, table in scheme.fact_tables.items() if name not in filled]


def formed_here(scheme: Scheme) -> frozenset[str]:
    """The tables of a scheme that the program's own registers and sheets fill."""
    marks = {node.table for node in scheme.nodes.values() if isinstance(node, MarksNode)}
    waivers = {scheme.waivers.table} if scheme.waivers is not None else set()
    known = FORMED_HERE | {scheme.subject.table} | marks | waivers
    return frozenset(known & scheme.fact_tables.keys())


def due_by(day: date, today: date) -> str:
    """What there is to say of a table that nobody has handed in."""
    figures = {"day": day.isoformat(), "days": abs((day - today).days)}
    if today > day:
        return _("应于 %(day)s 前报送，已逾期 %(days)s 天") % figures
    return _("应于 %(day)s 前报送，还有 %(days)s 天") % figures


# -- one file -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FaultLine:
    """One fault as a page shows it."""

    row: int | None
    heading: str
    shown: str
    expected: Text


def fault_lines(checked: Checked, table: Table) -> list[FaultLine]:
    """The first faults, each under the heading that its column has in the file."""
    return [
        FaultLine(one.row, _heading(checked, table, one.column), one.shown, one.expected)
        for one in checked.faults[:SHOWN]
    ]


def faults_by_column(checked: Checked, table: Table) -> list[tuple[str, int]]:
    """How many of the faults noted lie in each column, for those who may not see the content."""
    counted = Counter(_heading(checked, table, one.column) for one in checked.faults)
    return [(heading or _("整行或整表"), number) for heading, number in counted.items()]


def _heading(checked: Checked, table: Table, column: str | None) -> str:
    if column is None:
        return ""
    columns: Mapping[str, str] = checked.layout.columns if checked.layout is not None else {}
    return columns.get(column, table.columns[column].heading)


def masked_lines(passage: Passage | None, table: Table) -> list[tuple[str, str, int]]:
    """Column, kind and how often it was masked, columns by their headings in the declaration where
    the file has their English names."""
    if passage is None:
        return []
    return [
        (table.columns[heading].heading if heading in table.columns else heading, told(kind), count)
        for heading, kind, count in passage.masked
    ]


def words_asked(
    checked: Checked, table: Table, known: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str | None]]:
    """The words for codes: those that are known, and those of the file that are not, with the code
    that is likely, if there is one."""
    found: dict[str, dict[str, str | None]] = {
        name: dict(words) for name, words in known.items() if name in table.columns
    }
    for one in checked.faults:
        column = table.columns.get(one.column or "")
        if one.column is None or column is None or not codes_of(column) or not one.value:
            continue
        words = found.setdefault(one.column, {})
        if isinstance(parser_of(column)(one.value), Wrong) and len(words) < MOST_WORDS:
            words.setdefault(one.value, _likely(one.value, column))
    return found


def _likely(word: str, column: Column) -> str | None:
    """The code whose label holds a word or is part of it, if there is just one; of yes and no the
    one that the heading says."""
    if column.type == "boolean":
        meant = column.heading.removeprefix("是否").removeprefix("已").removeprefix("有")
        if word in (meant, column.heading):
            return "true"
        return "false" if word in {f"{no}{meant}" for no in ("不", "未", "无", "没有")} else None
    alike = [code for code, label in column.choices.items() if word in label or label in word]
    return alike[0] if len(alike) == 1 else None


def title_of(delivery: Delivery, scheme: Scheme) -> str:
    """What a page calls a version: table, part and number."""
    part = f" {delivery.part}" if delivery.part else ""
    label = told(scheme.fact_tables[delivery.table].label)
    number = _("第%(number)s版") % {"number": delivery.number}
    return f"{label}{part} {number}"
