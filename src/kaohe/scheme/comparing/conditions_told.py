"""Conditions as people read them: “有责为是且剔除原因为空”, “总分 ≥ 85”."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kaohe.scheme.comparing.names import Names
from kaohe.scheme.comparing.wording import beside, both, bracketed, listed, number
from kaohe.scheme.conditions import Listed, Test
from kaohe.scheme.durations import WRITTEN
from kaohe.scheme.nodes import Limits
from kaohe.values.text import Text, spaced

ANY = Text(zh="不限", en="any")
"""A condition that asks for nothing."""
IS, IS_NOT = Text(zh="为", en="is"), Text(zh="不为", en="is not")
YES, NO = Text(zh="是", en="yes"), Text(zh="否", en="no")
EMPTY = Text(zh="空", en="empty")
UNITS = {"day": "天", "month": "个月", "year": "年"}
SIGNS = {"above": ">", "at_least": "≥", "below": "<", "at_most": "≤"}


def duration(text: Any) -> Text | None:
    """A stretch of time; None for anything else."""
    found = WRITTEN.fullmatch(text) if isinstance(text, str) else None
    return None if found is None else Text(zh=f"{found[1]} {UNITS[found[2]]}", en=text)


@dataclass(frozen=True)
class Conditions:
    """Tells conditions in the names of a scheme."""

    names: Names

    def rows(self, where: Mapping[str, Any], table: str | None) -> Text:
        """Conditions on the rows of a table."""
        parts = [part for name, test in where.items() for part in self._row(name, test, table)]
        return listed(parts, "且", " and ") if parts else ANY

    def _row(self, column: str, test: Any, table: str | None) -> Iterator[Text]:
        heading = self.names.heading(column, table) or both(column)
        if not isinstance(test, Test):
            yield beside(heading, IS, self._cells(test, column, table))
            return
        for other, zh, en in (
            (test.days_after, "天数", "days"),
            (test.working_days_after, "工作日数", "working days"),
        ):
            if other is not None:
                start = self.names.heading(other, table) or both(other)
                zh = spaced(heading.zh, "距", start.zh, f"的{zh}")
                heading = Text(zh=zh, en=f"{en} from {start.en} to {heading.en}")
        for name, sign in SIGNS.items():
            if (end := getattr(test, name)) is not None:
                yield beside(heading, both(sign), self._cells(end, column, table))
        if test.blank is not None:
            yield beside(heading, IS if test.blank else IS_NOT, EMPTY)
        if test.none_of is not None:
            yield beside(heading, IS_NOT, self._cells(test.none_of, column, table))
        if test.period is not None:
            zh, en = f"在时段 {test.period} 内", f"lies in {test.period}"
            yield beside(heading, Text(zh=zh, en=en))
        if (stretch := duration(test.within)) is not None:
            yield Text(
                zh=f"{heading.zh}在期末前 {stretch.zh}内",
                en=f"{heading.en} lies in the last {stretch.en}",
            )
        if test.listed is not None:
            yield beside(heading, Text(zh="列入", en="is listed in"), self._list(test.listed))
        if test.unlisted is not None:
            yield beside(heading, Text(zh="未列入", en="is not in"), self._list(test.unlisted))

    def _list(self, found: Listed) -> Text:
        place = self.names.word(f"{found.table}.{found.column}")
        if not found.where:
            return place
        return beside(place, bracketed(self.rows(found.where, found.table)))

    def _cells(self, values: Any, column: str, table: str | None) -> Text:
        several = values if isinstance(values, tuple) else (values,)
        return listed([self._cell(one, column, table) for one in several], "或", " or ")

    def _cell(self, value: Any, column: str, table: str | None) -> Text:
        if isinstance(value, bool):
            return YES if value else NO
        if isinstance(value, int | Decimal):
            return number(value)
        return self.names.cell(column, value, table)

    def values(self, given: Any) -> Text:
        """Conditions on values; of several sets any one must hold."""
        several = given if isinstance(given, tuple) else (given,)
        sets = [
            listed(
                [part for name, demand in one.items() for part in self._value(name, demand)],
                "且",
                " and ",
            )
            for one in several
        ]
        return listed(sets, "，或者", ", or ")

    def _value(self, name: str, demand: Any) -> Iterator[Text]:
        node = self.names.nodes.get(name, both(name))
        if not isinstance(demand, Limits):
            yield beside(node, IS, self._labels(demand))
            return
        for field, sign in SIGNS.items():
            if (end := getattr(demand, field)) is not None:
                yield beside(node, both(f"{sign} {end}"))
        if demand.none_of is not None:
            yield beside(node, IS_NOT, self._labels(demand.none_of))
        if demand.absent is not None:
            there = Text(zh="有结果", en="has a value")
            yield beside(node, Text(zh="没有结果", en="has no value") if demand.absent else there)

    def _labels(self, values: Any) -> Text:
        several = values if isinstance(values, tuple) else (values,)
        told = [
            number(one) if isinstance(one, Decimal) else self.names.word(one) for one in several
        ]
        return listed(told, "或", " or ")
