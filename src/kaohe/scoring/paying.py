"""Pay: the highest rate of a person's rows, once, by the label of the subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from kaohe.scheme.model import Pay, Rate
from kaohe.scheme.tallies import conditions
from kaohe.scoring.conditions import Row, meets
from kaohe.scoring.sheet import Sheet
from kaohe.values.measures import Condition
from kaohe.values.numbers import fixed, round_half_up, shortest
from kaohe.values.text import Text


@dataclass(frozen=True)
class PayLine:
    """What one person gets, for which row, with the sentence that says why."""

    person: str
    subject: str
    role: str
    label: str
    amount: str
    reason: Text


@dataclass(frozen=True)
class ShortPost:
    """A row that pays nothing because the post was held for too few months."""

    person: str
    subject: str
    role: str
    months: int


@dataclass(frozen=True)
class _Claim:
    """A row with its amount, ordered so that the row that is paid comes first."""

    amount: Fraction
    role_order: int
    subject: str
    line: PayLine

    def order(self) -> tuple[Fraction, int, str]:
        return -self.amount, self.role_order, self.subject


def pay_lines(pay: Pay, rows: Sequence[Row], sheet: Sheet) -> list[PayLine]:
    """One line for each person who gets something, in the order of the persons' ids."""
    ground = sheet.scheme.ground
    rates = [(rate, conditions(rate.where, pay.table, ground)) for rate in pay.rates]
    roles = list(ground.column(pay.table, pay.role).choices)
    subject_column = ground.subject_column(pay.table)
    labels = dict(zip(sheet.ids, sheet.values[pay.by], strict=True))
    best: dict[str, _Claim] = {}
    for row in rows:
        label = labels[str(row[subject_column])]
        claim = None
        if isinstance(label, str):
            claim = _claim(pay, row, label, rates, roles, subject_column)
        if claim is not None:
            known = best.get(claim.line.person)
            if known is None or claim.order() < known.order():
                best[claim.line.person] = claim
    return [best[person].line for person in sorted(best)]


def _claim(
    pay: Pay,
    row: Row,
    label: str,
    rates: Sequence[tuple[Rate, tuple[Condition, ...]]],
    roles: Sequence[str],
    subject_column: str,
) -> _Claim | None:
    rate = next((rate for rate, wanted in rates if meets(row, wanted)), None)
    if rate is None or label not in rate.amounts:
        return None
    full = Fraction(rate.amounts[label])
    amount = round_half_up(full * share_of_year(pay, row), pay.places)
    if not amount:
        return None
    person, subject, role = str(row[pay.person]), str(row[subject_column]), str(row[pay.role])
    text = fixed(amount, pay.places)
    reason = _reason(pay, row, rate.label, label, full, text)
    line = PayLine(person, subject, role, label, text, reason)
    return _Claim(amount, roles.index(role), subject, line)


def share_of_year(pay: Pay, row: Row) -> Fraction:
    """What share of the rate the months of a row earn."""
    if pay.months is None:
        return Fraction(1)
    months = int(row[pay.months.column] or 0)
    if pay.months.at_least is not None and months < pay.months.at_least:
        return Fraction(0)
    return Fraction(months, pay.months.out_of) if pay.months.out_of is not None else Fraction(1)


def _reason(pay: Pay, row: Row, name: Text, label: str, full: Fraction, text: str) -> Text:
    rate = shortest(full)
    if pay.months is None or pay.months.out_of is None:
        return Text(zh=f"{name.zh}，{label}档，{rate} 元。", en=f"{name.en}, {label}: {rate} yuan.")
    months = row[pay.months.column]
    work = f"{rate} × {months} ÷ {pay.months.out_of} = {text}"
    return Text(zh=f"{name.zh}，{label}档，{work} 元。", en=f"{name.en}, {label}: {work} yuan.")


def short_posts(pay: Pay, rows: Sequence[Row], subject_column: str) -> list[ShortPost]:
    """Every row with fewer months than the least that pays, in order of person, subject, role."""
    if pay.months is None or pay.months.at_least is None:
        return []
    found = [
        ShortPost(str(row[pay.person]), str(row[subject_column]), str(row[pay.role]), int(months))
        for row in rows
        if (months := row[pay.months.column]) is not None and int(months) < pay.months.at_least
    ]
    return sorted(found, key=lambda post: (post.person, post.subject, post.role))
