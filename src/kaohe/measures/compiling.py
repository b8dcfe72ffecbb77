"""Measures become SQL: one grouped query for a table, however many measures stand on it.

Measures that add up (rows, sums, filled cells, greatest cells) share one query in two steps. The
inner step groups by subject and by *facets*, the few values that conditions ask about, and adds
up each column once; the outer step picks the groups that a measure wants. Distinct counts share
one query per counted thing: the inner step groups by subject and thing and marks which measures it
meets, the outer step adds the marks. So no condition multiplies the work on the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from sqlglot import exp

from kaohe.values.measures import (
    AnyMeasure,
    Between,
    Blank,
    Condition,
    DaysBetween,
    FilledAtLeast,
    Grouping,
    ListedIn,
    Measure,
    OneOf,
    PeriodsMet,
    Stored,
    Take,
    WorkingDaysBetween,
)
from kaohe.values.tables import Table

SUBJECT = "the subject"
"""Names with a space cannot meet the name of a declared column."""


@dataclass(frozen=True)
class Query:
    """One statement: the subject's id, then a whole number for each of ``measures``."""

    measures: tuple[AnyMeasure, ...]
    select: exp.Select


def compile_measures(measures: Iterable[AnyMeasure], tables: Mapping[str, Table]) -> list[Query]:
    """The queries that compute all measures. ``tables`` says which columns have few values."""
    added: dict[tuple[str, str], list[Measure]] = {}
    distinct: dict[tuple[str, str, tuple[str, ...]], list[Measure]] = {}
    queries: list[Query] = []
    for measure in measures:
        if isinstance(measure, PeriodsMet):
            queries.append(_periods_met(measure))
        elif measure.take is Take.DISTINCT:
            thing = (measure.table, measure.subject, measure.columns)
            distinct.setdefault(thing, []).append(measure)
        else:
            added.setdefault((measure.table, measure.subject), []).append(measure)
    queries += [_added(group, tables[group[0].table]) for group in added.values()]
    queries += [_distinct(group) for group in distinct.values()]
    return queries


def _column(name: str) -> exp.Column:
    return exp.column(name, quoted=True)


def _table(name: str) -> exp.Table:
    return exp.table_(name, quoted=True)


def _value(value: Stored) -> exp.Expr:
    return exp.Literal.string(value) if isinstance(value, str) else exp.Literal.number(value)


def _is_blank(column: exp.Expr) -> exp.Expr:
    return exp.Is(this=column, expression=exp.Null())


def _is_filled(column: exp.Expr) -> exp.Expr:
    return exp.Not(this=_is_blank(column))


def _named(expression: exp.Expr, name: str) -> exp.Expr:
    return exp.alias_(expression, name, quoted=True, copy=False)


def _case(condition: exp.Expr, then: exp.Expr, otherwise: int = 0) -> exp.Expr:
    chosen = exp.If(this=condition, true=then)
    return exp.Case(ifs=[chosen], default=exp.Literal.number(otherwise))


def _all(conditions: Sequence[exp.Expr]) -> exp.Expr:
    return exp.and_(*conditions, copy=False) if conditions else exp.true()


def _plus(terms: Sequence[exp.Expr]) -> exp.Expr:
    return reduce(lambda left, right: exp.Add(this=left, expression=right), terms)


def condition_sql(condition: Condition) -> exp.Expr:
    """A condition on stored values; never NULL for what it says of a blank cell."""
    match condition:
        case OneOf(name, values, negated):
            inside = exp.In(this=_column(name), expressions=[_value(value) for value in values])
            if negated:
                return exp.paren(exp.or_(_is_blank(_column(name)), exp.not_(inside)))
            return inside
        case Blank(name, negated):
            blank = _is_blank(_column(name))
            return exp.not_(blank) if negated else blank
        case Between(name, low, high):
            return _within(_column(name), low, high)
        case DaysBetween(start, end, low, high):
            days = exp.paren(exp.Sub(this=_column(end), expression=_column(start)))
            return _within(days, low, high)
        case FilledAtLeast(columns, least):
            filled = [_case(_is_filled(_column(name)), _value(1)) for name in columns]
            return exp.GTE(this=exp.paren(_plus(filled)), expression=_value(least))
        case WorkingDaysBetween(start, end, low, high, free):
            return _within(_working_days(start, end, free), low, high)
        case ListedIn():
            return _listed_in(condition)
    raise AssertionError(condition)


def _working_days(start: str, end: str, free: Sequence[int]) -> exp.Expr:
    """The days between less the free ones: only comparisons, for no engine divides."""
    days = exp.Sub(this=_column(end), expression=_column(start))
    passed = exp.Sub(this=_free_days_until(end, free), expression=_free_days_until(start, free))
    return exp.paren(exp.Sub(this=days, expression=exp.paren(passed, copy=False)), copy=False)


def _free_days_until(date: str, free: Sequence[int]) -> exp.Expr:
    """How many free days there are up to a date, that day included."""
    steps = [
        exp.If(this=exp.LT(this=_column(date), expression=_value(day)), true=_value(number))
        for number, day in enumerate(sorted(free))
    ]
    return exp.Case(ifs=steps, default=_value(len(free))) if steps else _value(0)


def _listed_in(condition: ListedIn) -> exp.Expr:
    listed = exp.select(_column(condition.listed)).from_(_table(condition.table))
    listed = listed.where(_is_filled(_column(condition.listed)))
    if condition.where:
        listed = listed.where(*(condition_sql(one) for one in condition.where))
    inside = exp.In(this=_column(condition.column), query=exp.Subquery(this=listed))
    if condition.negated:
        return exp.paren(exp.or_(_is_blank(_column(condition.column)), exp.not_(inside)))
    return inside


def _within(amount: exp.Expr, low: int | None, high: int | None) -> exp.Expr:
    limits: list[exp.Expr] = []
    if low is not None:
        limits.append(exp.GTE(this=amount.copy(), expression=_value(low)))
    if high is not None:
        limits.append(exp.LTE(this=amount.copy(), expression=_value(high)))
    return _all(limits) if limits else _is_filled(amount.copy())


def _shared(group: Sequence[Measure]) -> tuple[Condition, ...]:
    """Conditions that all measures of a group have: rows that fail them are not read on."""
    first, *rest = group
    return tuple(
        condition
        for condition in first.where
        if all(condition in measure.where for measure in rest)
    )


class _Facets:
    """The values that conditions ask about, as columns of the inner step.

    Working days are long to write, so each pair of dates has them reckoned once, in a step below.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.columns: dict[str, exp.Expr] = {}
        self.names: dict[Condition, str] = {}
        self.spans: dict[tuple[str, str, tuple[int, ...]], str] = {}

    def sql(self, condition: Condition) -> exp.Expr:
        """A condition on the rows of the inner step."""
        if not isinstance(condition, WorkingDaysBetween):
            return condition_sql(condition)
        pair = (condition.start, condition.end, condition.free)
        name = self.spans.setdefault(pair, f"working days {len(self.spans)}")
        return _within(_column(name), condition.low, condition.high)

    def rows(self, table: str) -> exp.Expr:
        """What the inner step reads: the table, with the working days that it asks for."""
        if not self.spans:
            return _table(table)
        days = [_named(_working_days(*pair), name) for pair, name in self.spans.items()]
        every = exp.select("*", *days, copy=False).from_(_table(table), copy=False)
        return every.subquery("dated", copy=False)

    def ask(self, condition: Condition) -> exp.Expr:
        """The condition on the inner step's columns, which are added as needed."""
        if isinstance(condition, OneOf | Blank) and self._has_few_values(condition.column):
            self.columns.setdefault(condition.column, _column(condition.column))
            return condition_sql(condition)
        if condition not in self.names:
            name = self.names[condition] = f"facet {len(self.columns)}"
            self.columns[name] = _case(self.sql(condition), _value(1))
        return exp.EQ(this=_column(self.names[condition]), expression=_value(1))

    def _has_few_values(self, name: str) -> bool:
        return self.table.columns[name].type in ("choice", "boolean")


def _added(group: Sequence[Measure], table: Table) -> Query:
    shared = _shared(group)
    facets = _Facets(table)
    amounts: dict[str, exp.Expr] = {}
    outer: list[exp.Expr] = []
    for index, measure in enumerate(group):
        conditions = [facets.ask(one) for one in measure.where if one not in shared]
        amount = _plus([_amount(measure, name, amounts) for name in measure.columns or ("",)])
        outer.append(_named(_picked(measure, _all(conditions), amount), f"m{index}"))
    limits = [facets.sql(one) for one in shared]
    subject = _named(_column(group[0].subject), SUBJECT)
    keys = [_named(facet, name) for name, facet in facets.columns.items()]
    sums = [_named(amount, name) for name, amount in amounts.items()]
    inner = (
        exp.select(subject, *keys, *sums, copy=False)
        .from_(facets.rows(group[0].table), copy=False)
        .group_by(
            _column(group[0].subject),
            *(facet.copy() for facet in facets.columns.values()),
            copy=False,
        )
    )
    if limits:
        inner = inner.where(*limits, copy=False)
    return Query(tuple(group), _outer(outer, inner))


def _picked(measure: Measure, condition: exp.Expr, amount: exp.Expr) -> exp.Expr:
    """The amounts of the groups that a measure wants, put together; no group is no amount."""
    if measure.take is Take.GREATEST:
        return exp.Max(this=exp.Case(ifs=[exp.If(this=condition, true=amount)]))
    return exp.Sum(this=_case(condition, amount))


def _amount(measure: Measure, name: str, amounts: dict[str, exp.Expr]) -> exp.Expr:
    """The inner step's column that a measure adds up, made as needed; blank cells are nothing."""
    match measure.take:
        case Take.ROWS:
            column, amount = "all rows", exp.func("COUNT", exp.Star())
        case Take.FILLED:
            column, amount = f"filled {name}", exp.func("COUNT", _column(name))
        case Take.GREATEST:
            column, amount = f"greatest {name}", exp.Max(this=_column(name))
        case _:
            total = exp.Sum(this=_column(name))
            column, amount = f"sum {name}", exp.func("COALESCE", total, _value(0))
    amounts.setdefault(column, amount)
    return _column(column)


def _outer(columns: Sequence[exp.Expr], inner: exp.Select) -> exp.Select:
    return (
        exp.select(_column(SUBJECT), *columns, copy=False)
        .from_(inner.subquery("grouped", copy=False), copy=False)
        .group_by(_column(SUBJECT), copy=False)
    )


def _distinct(group: Sequence[Measure]) -> Query:
    shared = _shared(group)
    first = group[0]
    things = [_column(name) for name in first.columns]
    marks = []
    for index, measure in enumerate(group):
        conditions = [condition_sql(one) for one in measure.where if one not in shared]
        marks.append(exp.alias_(exp.Max(this=_case(_all(conditions), _value(1))), f"d{index}"))
    filled = [_is_filled(thing.copy()) for thing in things]
    inner = (
        exp.select(_named(_column(first.subject), SUBJECT), *marks)
        .from_(_table(first.table))
        .where(*(condition_sql(one) for one in shared), *filled)
        .group_by(_column(first.subject), *things)
    )
    sums = [
        exp.alias_(exp.Sum(this=_column(f"d{index}")), f"m{index}") for index in range(len(group))
    ]
    return Query(tuple(group), _outer(sums, inner))


def _periods_met(measure: PeriodsMet) -> Query:
    number = exp.Case()
    for index, (low, high) in enumerate(measure.periods):
        period = _within(_column(measure.date), low, high)
        number = number.when(period, _value(index), copy=False)
    every = (
        exp.select(*(_column(name) for name in measure.match), _named(number, "period number"))
        .distinct()
        .from_(_table(measure.table))
    )
    met = (
        exp.select(
            *(_column(name) for name in measure.match),
            _named(exp.Count(this=_column("period number")), "periods met"),
        )
        .from_(every.subquery("periods"))
        .group_by(*(_column(name) for name in measure.match))
    )
    cap = exp.column(measure.cap, table="base", quoted=True)
    found = exp.func("COALESCE", exp.column("periods met", table="met", quoted=True), _value(0))
    lesser = _case(exp.LT(this=found, expression=cap), found.copy())
    lesser.set("default", cap.copy())
    joined = exp.and_(
        *(
            exp.EQ(
                this=exp.column(name, table="base", quoted=True),
                expression=exp.column(name, table="met", quoted=True),
            )
            for name in measure.match
        )
    )
    rows = exp.select("*").from_(_table(measure.base))
    if measure.where:
        rows = rows.where(*(condition_sql(one) for one in measure.where))
    subject = exp.column(measure.subject, table="base", quoted=True)
    select = (
        exp.select(_named(subject, SUBJECT), exp.alias_(exp.Sum(this=lesser), "m0"))
        .from_(rows.subquery("base"))
        .join(met.subquery("met"), on=joined, join_type="left")
        .group_by(subject.copy())
    )
    return Query((measure,), select)


def compile_row_amounts(
    measures: Sequence[Measure], parts: Sequence[Sequence[Condition]], keys: Sequence[str]
) -> exp.Select:
    """Row by row what it adds to measures of one table that add up, in an order of its own.

    The columns: those of ``keys``, then the number of the first of ``parts`` whose conditions hold
    (blank where none does), then a whole number for each measure.
    """
    number = exp.Case()
    for index, part in enumerate(parts):
        number = number.when(_all([condition_sql(one) for one in part]), _value(index), copy=False)
    amounts = [
        _case(_all([condition_sql(one) for one in measure.where]), _row_amount(measure))
        for measure in measures
    ]
    columns = [*map(_column, keys), number if parts else exp.Null(), *amounts]
    select = exp.select(*(_named(one, f"c{index}") for index, one in enumerate(columns)))
    order = [exp.column(f"c{index}", quoted=True) for index in range(len(columns))]
    return select.from_(_table(measures[0].table)).order_by(*order)


def _row_amount(measure: Measure) -> exp.Expr:
    """What one row adds to a measure whose conditions it fulfils."""
    if measure.take is Take.ROWS:
        return _value(1)
    if measure.take is Take.FILLED:
        cells = [_case(_is_filled(_column(name)), _value(1)) for name in measure.columns]
    else:
        cells = [exp.func("COALESCE", _column(name), _value(0)) for name in measure.columns]
    return exp.paren(_plus(cells), copy=False)


def compile_grouping(grouping: Grouping) -> exp.Select:
    """The subject, the cells that rows have in common, and how many rows there are of each."""
    cells = [exp.alias_(_column(name), f"c{index}") for index, name in enumerate(grouping.columns)]
    select = (
        exp.select(
            _named(_column(grouping.subject), SUBJECT),
            *cells,
            exp.alias_(exp.func("COUNT", exp.Star()), "rows counted", quoted=True),
        )
        .from_(_table(grouping.table))
        .group_by(_column(grouping.subject), *(_column(name) for name in grouping.columns))
    )
    if grouping.where:
        select = select.where(*(condition_sql(one) for one in grouping.where))
    return select
