"""What a scheme counts, in its own words, and how that becomes a measure for an engine."""

from __future__ import annotations

from pydantic import model_validator

from kaohe.scheme.conditions import Where, conditions
from kaohe.scheme.ground import Ground, Misuse, one_of
from kaohe.values.measures import AnyMeasure, Measure, PeriodsMet, Take
from kaohe.values.text import Frozen, Label


class PeriodsMetWords(Frozen):
    """For each row of ``base``: periods with a matching row of ``table``, at most ``cap``."""

    base: str
    where: Where = {}
    cap: str
    table: str
    match: tuple[str, ...]
    date: str
    periods: str


class Tally(Frozen):
    """Something counted, added up or looked up for each subject.

    Exactly one of: ``count: TABLE`` rows; ``sum: TABLE.COLUMN`` (or a list) cells added;
    ``filled: TABLE.COLUMN`` cells that are not empty; ``greatest: TABLE.COLUMN``;
    ``distinct: TABLE.COLUMN`` different values; ``attribute: TABLE.COLUMN`` the cell of the
    subject's own row; ``periods_met``. ``subject_column`` is the
    column by which rows belong to subjects, where a table has several; ``during`` counts only
    within a named period.
    """

    label: Label | None = None
    count: str | None = None
    sum: tuple[str, ...] | str | None = None
    filled: tuple[str, ...] | str | None = None
    greatest: str | None = None
    distinct: tuple[str, ...] | str | None = None
    attribute: str | None = None
    periods_met: PeriodsMetWords | None = None
    where: Where = {}
    subject_column: str | None = None
    during: str | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Tally:
        given = [name for name in TAKES if getattr(self, name) is not None]
        if len(given) != 1:
            raise Misuse(*one_of(TAKES, given))
        return self

    @property
    def taken(self) -> str:
        """Which of the words is used."""
        return next(name for name in TAKES if getattr(self, name) is not None)


TAKES = ("count", "sum", "filled", "greatest", "distinct", "attribute", "periods_met")


def measure_of(tally: Tally, ground: Ground) -> AnyMeasure:
    """The measure that an engine computes for a tally (``attribute`` has none). Raises Misuse."""
    if tally.periods_met is not None:
        return _periods_met(tally.periods_met, ground)
    table, columns = target(tally)
    ground.table(table)
    for column in columns:
        ground.column(table, column)
    where = (*ground.in_period(table, tally.during), *conditions(tally.where, table, ground))
    take = {"count": Take.ROWS}.get(tally.taken) or Take(tally.taken)
    scale = 1
    if take in (Take.SUM, Take.GREATEST):
        scales = {scale_of(table, name, ground) for name in columns}
        if len(scales) != 1:
            raise Misuse("相加的各列小数位数应相同", "columns added must have the same places")
        scale = scales.pop()
    subject = ground.subject_column(table, tally.subject_column)
    return Measure(table, subject, take, columns, where, scale)


def target(tally: Tally) -> tuple[str, tuple[str, ...]]:
    """The table and the columns that a tally names."""
    named = getattr(tally, tally.taken)
    if tally.taken == "count":
        return named, ()
    references = (named,) if isinstance(named, str) else tuple(named)
    parts = [reference.partition(".") for reference in references]
    tables = {table for table, _, _ in parts}
    if len(tables) != 1 or not all(column for _, _, column in parts):
        raise Misuse("应写成“表.列”，且各列同属一张表", "write TABLE.COLUMN, all of one table")
    return tables.pop(), tuple(column for _, _, column in parts)


def scale_of(table: str, name: str, ground: Ground) -> int:
    """How many stored units make one of a column that can be added. Raises Misuse."""
    column = ground.column(table, name)
    if column.type in ("whole", "boolean"):
        return 1
    if column.type == "decimal" and column.places is not None:
        return int(10**column.places)
    raise Misuse(
        f"{table}.{name} 不能相加：应为整数，或声明了小数位数（places）的数",
        f"{table}.{name} cannot be added: it must be whole, or a decimal with declared places",
    )


def _periods_met(words: PeriodsMetWords, ground: Ground) -> PeriodsMet:
    ground.column(words.base, words.cap)
    ground.column(words.table, words.date)
    for column in words.match:
        ground.column(words.base, column)
        ground.column(words.table, column)
    if words.periods not in ground.periods:
        raise Misuse(f"没有名为 {words.periods} 的时段", f"there are no periods {words.periods}")
    return PeriodsMet(
        base=words.base,
        subject=ground.subject_column(words.base),
        where=conditions(words.where, words.base, ground),
        cap=words.cap,
        table=words.table,
        match=words.match,
        date=words.date,
        periods=tuple(period.days for period in ground.periods[words.periods]),
    )
