"""Pay: the highest rate of a person's rows, once, by the label of the subject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from kaohe.scheme.conditions import own_conditions
from kaohe.scheme.model import Hold, Pay, Rate
from kaohe.scheme.nodes import labels_of
from kaohe.scoring.conditions import Row, meets
from kaohe.scoring.demands import holds
from kaohe.scoring.evaluating import evaluate
from kaohe.scoring.reasons import shown
from kaohe.scoring.sheet import Column, Sheet
from kaohe.values.measures import Condition
from kaohe.values.numbers import Absence, Value, fixed, round_half_up, shortest
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
class Held:
    """Whose pay waits for a decision, with the line that is proposed and every reason to wait.

    Its amount is 0 where the person would be paid but for the months in post.
    """

    line: PayLine
    reasons: tuple[Hold, ...]


@dataclass(frozen=True)
class _Claim:
    """A row with its amount, ordered so that the row that is paid comes first."""

    amount: Fraction
    role_order: int
    row: Row
    line: PayLine

    def order(self) -> tuple[Fraction, int, str]:
        return -self.amount, self.role_order, self.line.subject


def pay_lines(pay: Pay, rows: Sequence[Row], sheet: Sheet) -> list[PayLine]:
    """One line for each person who gets something, in the order of the persons' ids."""
    lines = []
    for own in _Claims(pay, sheet).by_person(rows):
        paid = [claim for claim in own if claim.amount]
        if paid:
            lines.append(min(paid, key=_Claim.order).line)
    return lines


def held_posts(pay: Pay, rows: Sequence[Row], sheet: Sheet) -> list[Held]:
    """Everybody whose pay is held, in the order of the persons' ids.

    Those too who get nothing, but for the months that they were in post; nobody whom no rate of
    the subject's label is about, since there is nothing to decide.
    """
    ground = sheet.scheme.ground
    posts = Counter(str(row[pay.person]) for row in rows)
    wanted = [(hold, own_conditions(hold.where, pay.table, ground)) for hold in pay.hold]
    found = []
    for own in _Claims(pay, sheet).by_person(rows):
        several = posts[own[0].line.person] > 1
        reasons = [
            hold
            for hold, conditions in wanted
            if (several or not hold.several)
            and any(_holds(hold, conditions, claim, pay, sheet) for claim in own)
        ]
        if reasons:
            found.append(Held(min(own, key=_Claim.order).line, tuple(reasons)))
    return found


def _holds(
    hold: Hold, conditions: Sequence[Condition], claim: _Claim, pay: Pay, sheet: Sheet
) -> bool:
    """Whether a row gives the reason; also where for lack of data it cannot be told."""
    if not meets(claim.row, conditions):
        return False
    index = sheet.places[claim.line.subject]
    return hold.given is None or holds(hold.given, pay.bind, sheet, index) is not False


class _Claims:
    """What rows may claim under the rates of a scheme."""

    def __init__(self, pay: Pay, sheet: Sheet) -> None:
        self.pay = pay
        self.sheet = sheet
        ground = sheet.scheme.ground
        self.rates = [(rate, own_conditions(rate.where, pay.table, ground)) for rate in pay.rates]
        self.roles = list(ground.column(pay.table, pay.role).choices)

    def by_person(self, rows: Sequence[Row]) -> list[list[_Claim]]:
        """Of each person who has any, in the order of their ids, the rows that claim something."""
        subject_column = self.sheet.scheme.ground.subject_column(self.pay.table)
        found: dict[str, list[_Claim]] = {}
        for row in rows:
            claim = self._of(row, str(row[subject_column]))
            if claim is not None:
                found.setdefault(claim.line.person, []).append(claim)
        return [found[person] for person in sorted(found)]

    def _of(self, row: Row, subject: str) -> _Claim | None:
        """What a row claims, be it 0 for its months; None where no rate gives anything."""
        pay = self.pay
        index = self.sheet.places[subject]
        label = self.sheet.values[pay.by][index]
        if isinstance(label, Absence):
            return None
        fitting = [rate for rate, wanted in self.rates if meets(row, wanted)]
        given = [(self._full(rate, label, index), rate) for rate in fitting]
        if pay.match == "highest":
            given.sort(key=lambda one: -1 if one[0] is None else one[0], reverse=True)
        full, rate = given[0] if given else (None, None)
        if rate is None or not full:
            return None
        amount = round_half_up(full * share_of_year(pay, row), pay.places)
        text = fixed(amount, pay.places)
        person, role = str(row[pay.person]), str(row[pay.role])
        code = label if isinstance(label, str) else ""
        reason = _reason(pay, row, rate, self._label_name(code), full, text)
        line = PayLine(person, subject, role, code, text, reason)
        return _Claim(amount, self.roles.index(role), row, line)

    def _full(self, rate: Rate, label: Value, index: int) -> Fraction | None:
        """What a rate gives for a whole year."""
        if rate.amount is not None:
            column = self.sheet.kept(rate, "amount", lambda: self._formula(rate))
            value = column[index]
            return None if isinstance(value, str | Absence) else Fraction(value)
        amount = rate.amounts.get(label) if isinstance(label, str) else None
        return None if amount is None else Fraction(amount)

    def _formula(self, rate: Rate) -> Column:
        assert rate.amount is not None
        return evaluate(rate.amount, self.pay.bind, self.sheet)

    def _label_name(self, code: str) -> Text:
        labels = labels_of(self.sheet.scheme.nodes[self.pay.by])
        return labels.get(code, Text(zh=code, en=code))


def share_of_year(pay: Pay, row: Row) -> Fraction:
    """What share of the rate the months of a row earn."""
    if pay.months is None:
        return Fraction(1)
    months = int(row[pay.months.column] or 0)
    if pay.months.at_least is not None and months < pay.months.at_least:
        return Fraction(0)
    return Fraction(months, pay.months.out_of) if pay.months.out_of is not None else Fraction(1)


def _reason(pay: Pay, row: Row, rate: Rate, label: Text, full: Fraction, text: str) -> Text:
    """Role, label, and how the amount came about."""
    amount = shown(full) if rate.amount is not None else shortest(full)
    zh, en = rate.label.zh, rate.label.en
    if rate.amount is None or label.zh:
        zh, en = f"{zh}，{label.zh}", f"{en}, {label.en}"
    if not share_of_year(pay, row):
        few = _too_few(pay, row)
        return Text(zh=f"{zh}，{few.zh}，不发放。", en=f"{en}: {few.en}, not paid.")
    if pay.months is None or pay.months.out_of is None:
        told = text if amount.startswith("≈") else amount
        return Text(zh=f"{zh}，{told} 元。", en=f"{en}: {told} yuan.")
    work = f"{amount} × {row[pay.months.column]} ÷ {pay.months.out_of} = {text}"
    return Text(zh=f"{zh}，{work} 元。", en=f"{en}: {work} yuan.")


def _too_few(pay: Pay, row: Row) -> Text:
    """How long somebody was in post who is not paid for it."""
    assert pay.months is not None
    months, least = row[pay.months.column] or 0, pay.months.at_least
    zh, en = f"任职 {months} 个月", f"{months} months in post"
    if not least:
        return Text(zh=zh, en=en)
    return Text(zh=f"{zh}（须满 {least} 个月）", en=f"{en} of at least {least}")


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
