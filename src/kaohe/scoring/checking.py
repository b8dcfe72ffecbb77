"""Checks and warnings: what was required, what there was, whether that is enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from kaohe.scheme.model import Check, DataNeeded
from kaohe.scheme.sharing import Shared
from kaohe.scoring.evaluating import evaluate
from kaohe.scoring.sheet import Column, Sheet
from kaohe.values.numbers import Absence, Number, Value, shortest
from kaohe.values.once import Once


@dataclass(frozen=True)
class CheckResult:
    """One check of one subject. ``met`` is None where there is no data or it cannot be told."""

    subject: str
    check: str
    required: str
    actual: str
    met: bool | None
    waived: bool
    bars: bool


def check_results(sheet: Sheet, shared: Shared | None = None) -> list[CheckResult]:
    """Every check of every subject: subjects by id, checks in the scheme's order.

    What comes of a check is ``shared`` with other schemes, as columns are.
    """
    known = shared or Shared(sheet.scheme, Once())
    columns = [
        known.of_check("results", name, partial(_results, name, check, sheet))
        for name, check in sheet.scheme.checks.items()
    ]
    return [column[index] for index in range(sheet.size) for column in columns]


def has_data(needed: DataNeeded, present: frozenset[str]) -> bool:
    """Whether the tables that a check needs are there."""
    some = not needed.any_of or any(table in present for table in needed.any_of)
    return some and all(table in present for table in needed.all_of)


def _results(check_id: str, check: Check, sheet: Sheet) -> list[CheckResult]:
    required = evaluate(check.required, check.bind, sheet)
    if has_data(check.data, sheet.figures.present):
        spans = _spans(check, sheet)
    else:
        spans = [None] * sheet.size
    return [
        _result(check_id, check, sheet, index, required[index], spans[index])
        for index in range(sheet.size)
    ]


Span = tuple[Number, Number, bool]
"""The least and the greatest that the actual figure can be, and whether it is only a span."""


def _spans(check: Check, sheet: Sheet) -> Sequence[Span | None]:
    actual = evaluate(check.actual, check.bind, sheet)
    if check.span is None:
        return [_span(value, value, is_span=False) for value in actual]
    given = evaluate(check.span.given, check.bind, sheet)
    lower = evaluate(check.span.lower, check.bind, sheet)
    upper = evaluate(check.span.upper, check.bind, sheet)
    return [
        _span(lower[index], upper[index], is_span=True)
        if _is_positive(given[index])
        else _span(actual[index], actual[index], is_span=False)
        for index in range(sheet.size)
    ]


def _is_positive(value: Value) -> bool:
    return not isinstance(value, str | Absence) and value > 0


def _span(lower: Value, upper: Value, *, is_span: bool) -> Span | None:
    if isinstance(lower, str | Absence) or isinstance(upper, str | Absence):
        return None
    return lower, upper, is_span


def _result(
    check_id: str, check: Check, sheet: Sheet, index: int, required: Value, span: Span | None
) -> CheckResult:
    met = None
    wanted = "" if isinstance(required, str | Absence) else shortest(required)
    if span is not None and not isinstance(required, str | Absence):
        outcomes = {_compare(check.compare, end, required) for end in span[:2]}
        met = outcomes.pop() if len(outcomes) == 1 else None
    waived = sheet.is_waived(index, check_id)
    bars = check.level == "check" and met is not True and not waived
    return CheckResult(sheet.ids[index], check_id, wanted, _shown(span), met, waived, bars)


def _compare(how: str, actual: Number, required: Number) -> bool:
    if how == "exactly":
        return actual == required
    return actual >= required if how == "at_least" else actual <= required


def _shown(span: Span | None) -> str:
    if span is None:
        return ""
    lower, upper, is_span = span
    return f"{shortest(lower)}..{shortest(upper)}" if is_span else shortest(lower)


def subjects_without(check: Check, sheet: Sheet) -> list[str]:
    """Ids of the subjects whose actual figure is 0, where a check wants them named."""
    if check.names_zero is None or not has_data(check.data, sheet.figures.present):
        return []
    column: Column = evaluate(check.actual, check.bind, sheet)
    return [subject for subject, value in zip(sheet.ids, column, strict=True) if value == 0]
