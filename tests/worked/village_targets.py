"""The targets of Tongting's villages worked out a second time, slowly, from the policy's clauses.

Every named figure is rounded to two decimals when it is made. What is not there is one of the four
``Absent``; nothing here knows how the program goes about it.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

Row = dict[str, str]
Values = dict[str, Any]


@dataclass(frozen=True)
class Absent:
    """Why a figure is not there; the lower number weighs more."""

    weight: int


NO_DATA, FEW, NOT_APPLICABLE = Absent(0), Absent(2), Absent(3)

DEPARTMENTS = ("农业农村办", "村镇建设办", "社会事务办", "平安建设办", "党建工作办")
QUESTIONS = ("disclosure", "errands", "surroundings", "disputes", "income", "cadres")
POINTS = {
    **{"satisfied": 10, "fair": 7, "dissatisfied": 3, "very_dissatisfied": 0},
    **{"both": 10, "one": 5, "neither": 0},
}
GRADES = ("excellent", "good", "qualified", "poor")
YEAR = (date(2025, 1, 1), date(2025, 12, 31))
FLOOD = (date(2025, 5, 15), date(2025, 9, 30))


class Facts:
    """The fact tables of a folder, by village and by whatever else is asked."""

    def __init__(self, folder: Path) -> None:
        self.tables: dict[str, list[Row]] = {}
        for file in sorted(folder.glob("*.csv")):
            with file.open(encoding="utf-8-sig", newline="") as lines:
                self.tables[file.stem] = list(csv.DictReader(lines))
        self.of_villages: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for table, rows in self.tables.items():
            for row in rows:
                self.of_villages[table, row.get("village_id", "")].append(row)

    def rows(self, table: str, village_id: str | None = None, **wanted: str) -> list[Row]:
        """The rows of a village, or of all, with these cells."""
        every = self.tables.get(table, [])
        rows = every if village_id is None else self.of_villages[table, village_id]
        return [row for row in rows if all(row[name] == cell for name, cell in wanted.items())]

    def cell(self, table: str, village: str, column: str, default: str = "") -> str | Absent:
        """A cell of the village's own row; no data without the row, or where it is empty."""
        found = self.rows(table, village_id=village)
        if not found:
            return NO_DATA
        return found[0].get(column) or default or NO_DATA

    def number(self, table: str, village: str, column: str, default: str = "") -> Any:
        """The same as a number."""
        cell = self.cell(table, village, column, default)
        return cell if isinstance(cell, Absent) else Fraction(cell)


def between(text: str, days: tuple[date, date]) -> bool:
    """Whether a date lies within a stretch of days, both ends included."""
    return days[0] <= date.fromisoformat(text) <= days[1]


def rounded(value: Any, places: int = 2) -> Any:
    """A half away from zero; a label or an absence as it is."""
    if isinstance(value, str | Absent):
        return value
    scaled = abs(Fraction(value)) * 10**places + Fraction(1, 2)
    whole = Fraction(math.floor(scaled), 10**places)
    return -whole if value < 0 else whole


def weightiest(values: Iterable[Any]) -> Absent | None:
    """The weightiest absence among values, if there is one."""
    found = [value for value in values if isinstance(value, Absent)]
    return min(found, key=lambda one: one.weight) if found else None


def worked(rule: Callable[..., Any], *values: Any) -> Any:
    """What a rule makes of values, rounded; absent if one of them is."""
    return weightiest(values) or rounded(rule(*values))


def mean(numbers: Sequence[Any]) -> Fraction:
    """The plain mean."""
    return sum(numbers, Fraction(0)) / len(numbers)


def without_ends(numbers: Iterable[Any]) -> list[Any]:
    """The numbers without the one lowest and the one highest."""
    return sorted(numbers)[1:-1]


# 一(二) Classes


def classes_of(facts: Facts) -> dict[str, str]:
    """Villages by class; a class of fewer than four joins: mountain the hill, hill the plain."""
    found = {row["village_id"]: row["terrain"] for row in facts.rows("villages")}
    for small, other in (("mountain", "hill"), ("hill", "plain")):
        if list(found.values()).count(small) < 4:
            found = {village: other if own == small else own for village, own in found.items()}
    return found


def with_peers(values: Mapping[str, Any], classes: Mapping[str, str], absent: Absent) -> Values:
    """Values in which one absent for this reason is the mean of its class, if that has any."""
    found: Values = {}
    for village, value in values.items():
        peers = [
            other
            for one, other in values.items()
            if classes[one] == classes[village] and not isinstance(other, Absent)
        ]
        found[village] = mean(peers) if value == absent and peers else value
    return found


# 二(一) Yearly targets


def on_the_line(value: Any, base: Any, challenge: Any, full: int) -> Any:
    """Nothing at 0, 60% of the points at the base, all from the challenge on."""

    def height(value: Fraction, base: Fraction, challenge: Fraction) -> Fraction:
        at_base = Fraction(6, 10) * full
        if value <= base:
            return at_base * value / base
        if value >= challenge:
            return Fraction(full)
        return at_base + (full - at_base) * (value - base) / (challenge - base)

    return worked(height, value, base, challenge)


def incomes(
    facts: Facts, classes: Mapping[str, str], decided: Mapping[str, str]
) -> dict[str, Values]:
    """二(一)1 for every village."""
    found: dict[str, Values] = {village: _income(facts, village) for village in classes}
    improvements = {village: values["income.improvement"] for village, values in found.items()}
    helped = with_peers(improvements, classes, NOT_APPLICABLE)
    for village, values in found.items():
        parts = [values["income.achievement"], improvements[village]]
        if parts[1] == NOT_APPLICABLE:
            alone = decided["new_improvement"] == "none"
            parts = parts[:1] if alone else [parts[0], helped[village]]
        values["income.better"] = worked(max, *parts) if len(parts) > 1 else parts[0]
        finding = facts.cell("actuals", village, "income_finding", "clean")
        values["income"] = _checked_income(values, finding)
    return found


def _income(facts: Facts, village: str) -> Values:
    audited = facts.number("actuals", village, "income_audited")
    reported = facts.number("actuals", village, "income_reported")
    actual = reported if isinstance(audited, Absent) else audited
    before = facts.number("previous", village, "income")
    growth: Any = NOT_APPLICABLE
    if not isinstance(before, Absent) and before > 0:
        growth = worked(lambda now: 100 * (now - before) / before, actual)
    base = facts.number("targets", village, "income_base")
    challenge = facts.number("targets", village, "income_goal")
    return {
        "income.audited": audited,
        "income.reported": reported,
        "income.actual": actual,
        "income.before": before,
        "income.achievement": on_the_line(actual, base, challenge, 8),
        "income.growth": growth,
        # 0.4 for every full per cent, at most 8.
        "income.improvement": worked(
            lambda rise: min(Fraction(8), math.floor(max(rise, 0)) * Fraction(4, 10)), growth
        ),
    }


def _checked_income(values: Values, finding: str | Absent) -> Any:
    """False figures give nothing, corrected ones 80%, figures without an audit at most 6.4."""
    better = values["income.better"]
    if isinstance(finding, Absent):
        return finding
    if finding == "fabricated":
        return Fraction(0)
    if finding == "corrected":
        return worked(lambda points: points * Fraction(8, 10), better)
    if isinstance(values["income.audited"], Absent):
        return worked(lambda points: min(points, Fraction("6.4")), better)
    return better


def wastes(facts: Facts, classes: Mapping[str, str]) -> dict[str, Values]:
    """二(一)2: a village that is being moved has the mean of its class."""
    found: dict[str, Values] = {}
    for village in classes:
        samples = [
            row
            for row in facts.rows("samples", village_id=village)
            if between(row["sampled_on"], YEAR)
        ]
        correct = [row for row in samples if row["correct"] == "true"]
        rate = rounded(Fraction(100 * len(correct), len(samples))) if samples else NO_DATA
        base = facts.number("targets", village, "waste_base")
        challenge = facts.number("targets", village, "waste_goal")
        line = on_the_line(rate, base, challenge, 6)
        if facts.cell("villages", village, "relocating", "false") == "true":
            line = NOT_APPLICABLE
        found[village] = {"waste.rate": rate, "waste.line": line}
    lines = {village: values["waste.line"] for village, values in found.items()}
    for village, points in with_peers(lines, classes, NOT_APPLICABLE).items():
        found[village]["waste"] = rounded(points)
    return found


def insurance(facts: Facts, village: str) -> Values:
    """二(一)3: 10% off below last year, then 0.3 for many far hamlets, at most 6."""
    insured = facts.number("actuals", village, "insured")
    eligible = facts.number("actuals", village, "eligible")
    rate = worked(lambda part, whole: 100 * part / whole, insured, eligible)
    base = facts.number("targets", village, "insurance_base")
    challenge = facts.number("targets", village, "insurance_goal")
    line = on_the_line(rate, base, challenge, 6)
    before = facts.number("previous", village, "insurance")
    hamlets = facts.number("villages", village, "hamlets", "0")

    def changed(points: Fraction) -> Fraction:
        if not isinstance(before, Absent) and rate < before:
            points = points * Fraction(9, 10)
        if hamlets >= 5:
            points += Fraction(3, 10)
        return min(points, Fraction(6))

    points = worked(changed, line)
    return {"insurance.rate": rate, "insurance.line": line, "insurance": points}


# 二(二) Monthly work


def ladder(number: int, points: Any, free: int = 0, later: int = 1) -> Fraction:
    """Points of so many events: some are free, the first of the others counts once, the rest
    ``later`` times."""
    counting = max(0, number - free)
    return Fraction(points) * (0 if not counting else 1 + later * (counting - 1))


def capped(points: Fraction, cap: int) -> Fraction:
    """At most so much."""
    return min(points, Fraction(cap))


def month_of(facts: Facts, village: str, month: int) -> Values:
    """The figures of one month of one village."""
    marks = [
        Fraction(row["mark"])
        for row in facts.rows("ratings", village_id=village, month=str(month))
        if row["department_id"] in DEPARTMENTS
    ]
    score = rounded(mean(marks)) if len(marks) >= 4 else NO_DATA
    kinds = [
        row["kind"]
        for row in facts.rows("inspections", village_id=village)
        if between(row["found_on"], YEAR) and date.fromisoformat(row["found_on"]).month == month
    ]
    lost = (
        capped(ladder(kinds.count("litter"), 2, free=1), 6)
        + capped(ladder(kinds.count("ditch"), 2), 6)
        + ladder(kinds.count("burning"), 5, later=2)
        + capped(ladder(kinds.count("disclosure"), 3), 6)
    )
    deduction = capped(lost, 15)
    left = worked(lambda points: max(Fraction(0), points - deduction), score)
    exempt = len(facts.rows("exemptions", village_id=village, month=str(month)))
    return {
        "marks": score,
        "deduction": deduction,
        "score": left,
        "exempt": exempt,
        "counted": NOT_APPLICABLE if exempt else left,
    }


def months(facts: Facts, classes: Mapping[str, str]) -> dict[str, Values]:
    """二(二)4: the twelve months without the best and the worst, 12 points."""
    every = {
        number: {village: month_of(facts, village, number) for village in classes}
        for number in range(1, 13)
    }
    helped = {
        number: with_peers(
            {village: values["counted"] for village, values in of_month.items()}, classes, NO_DATA
        )
        for number, of_month in every.items()
    }
    found: dict[str, Values] = {}
    for village in classes:
        values = {
            f"monthly.{name}.{number}": every[number][village][name]
            for number in every
            for name in ("marks", "deduction", "score", "exempt", "counted")
        }
        own = [every[number][village]["counted"] for number in every]
        parts = [helped[number][village] for number in every]
        parts = [part for part in parts if part != NOT_APPLICABLE]
        there = [part for part in own if not isinstance(part, Absent)]
        if not parts or weightiest(parts):
            year: Any = weightiest(parts or own)
        elif len(there) < 4 or len(parts) < 3:
            year = FEW
        else:
            year = rounded(mean(without_ends(parts)) * 12 / 100)
        values["monthly"] = year
        found[village] = values
    return found


def observation(facts: Facts, village: str) -> Values:
    """二(三): of at least four judges the middle ones; 8 points for the mean of the quarters."""
    rounds: list[Any] = []
    for quarter in range(1, 5):
        rows = facts.rows("observations", village_id=village, quarter=str(quarter))
        marks = [Fraction(row["mark"]) for row in rows]
        rounds.append(rounded(mean(without_ends(marks))) if len(marks) >= 4 else NO_DATA)
    there = [one for one in rounds if not isinstance(one, Absent)]
    year: Any = FEW if there else NO_DATA
    if len(there) >= 2:
        year = rounded(mean(there) * 8 / 100)
    values = {f"observation.round.{quarter}": one for quarter, one in enumerate(rounds, start=1)}
    return {**values, "observation": year}


# 三 Residents' judgement


def residents(facts: Facts, village: str, decided: Mapping[str, str]) -> Values:
    """三(一), 三(二): the survey and the requests."""
    rounds = [_survey(facts.rows("ballots", village_id=village, round=one)) for one in "12"]
    valid = [one for one in rounds if not isinstance(one, Absent)]
    survey: Any = weightiest(rounds)
    if valid:
        survey = valid[-1] if decided["survey_rounds"] == "latest" else rounded(mean(valid))
    called = [
        row["satisfied"]
        for row in facts.rows("requests", village_id=village)
        if between(row["received_on"], YEAR) and not row["excluded"] and row["satisfied"]
    ]
    rate: Any = FEW
    if len(called) >= 5:
        rate = rounded(Fraction(100 * called.count("true"), len(called)))
    points = worked(lambda score: 36 * score / 100, survey)
    requests = worked(lambda share: 24 * share / 100, survey if rate == FEW else rate)
    return {
        "survey.round.1": rounds[0],
        "survey.round.2": rounds[1],
        "survey": survey,
        "survey.points": points,
        "requests.rate": rate,
        "requests": requests,
        "residents": worked(lambda one, two: one + two, points, requests),
    }


def _survey(ballots: Sequence[Row]) -> Any:
    """Points of the answers on ballots with four answers or more, of those possible; 100 is all."""
    answers = [[row[question] for question in QUESTIONS if row[question]] for row in ballots]
    counting = [one for one in answers if len(one) >= 4]
    if len(counting) < 20:
        return FEW
    points = [POINTS[answer] for one in counting for answer in one]
    return rounded(Fraction(100 * sum(points), 10 * len(points)))


# 四 Bonus and deductions


def besides(facts: Facts, village: str, decided: Mapping[str, str]) -> Values:
    """四: what lies outside the hundred, and the matters that limit a grade."""
    worth = {"national": 3, "provincial": 2, "city": 1, "county": Fraction(1, 2)}
    honours = [
        row for row in facts.rows("honours", village_id=village) if between(row["given_on"], YEAR)
    ]
    awards: dict[str, Fraction] = defaultdict(Fraction)
    for row in honours:
        awards[row["award"]] = max(awards[row["award"]], Fraction(worth[row["level"]]))
    kinds = [
        row["kind"]
        for row in facts.rows("incidents", village_id=village)
        if between(row["happened_on"], YEAR)
    ]
    later = 2 if decided["repeated_conduct"] == "doubled" else 1
    lost = (
        capped(ladder(kinds.count("overdue"), Fraction(1, 2), free=2), 2)
        + ladder(kinds.count("conduct"), 1, later=later)
        + capped(ladder(kinds.count("disclosure"), Fraction(3, 2)), 3)
    )
    unmanned = [
        row
        for row in facts.rows("inspections", village_id=village, kind="unmanned")
        if between(row["found_on"], FLOOD)
    ]
    vetoes = [
        row["kind"]
        for row in facts.rows("vetoes", village_id=village)
        if between(row["found_on"], YEAR) and row["kind"] != "toilets"
    ]
    return {
        "bonus": rounded(capped(sum(awards.values(), Fraction(0)), 3)),
        "deduction": rounded(capped(lost, 6)),
        "flood": rounded(capped(ladder(len(unmanned), Fraction(1, 2), free=1, later=2), 2)),
        "veto": len(vetoes),
        "high honours": sum(row["level"] in ("national", "provincial") for row in honours),
    }


# Comparing, for villages, cadres and departments alike


def placed(keys: Mapping[str, Any], ties: str) -> dict[str, int]:
    """Places by keys that are sorted the best first; full equals share one."""
    every = list(keys.values())
    found = {}
    for one, key in keys.items():
        better, equal = sum(other < key for other in every), every.count(key)
        found[one] = better + (1 if ties == "first" else equal)
    return found


@dataclass(frozen=True)
class Offer:
    """Places for a label: how many, for whom, whether equals at the end are taken in, and whether
    what stays free goes to the next label."""

    label: str
    number: int
    admits: Callable[[str], bool]
    takes_equals: bool = False
    hands_on: bool = False


def given_by_place(places: Mapping[str, int], offers: Sequence[Offer]) -> dict[str, str]:
    """Labels by place, the best first; equals that do not fit close the label."""
    labels: dict[str, str] = {}
    handed_on = 0
    for offer in offers:
        number, taken = offer.number + handed_on, 0
        for place in sorted(set(places.values())):
            equals = [
                one for one in places if places[one] == place and one not in labels
            ]  # those of a place who have nothing better
            admitted = [one for one in equals if offer.admits(one)]
            if not admitted:
                continue
            if taken >= number or (taken + len(admitted) > number and not offer.takes_equals):
                break
            labels.update(dict.fromkeys(admitted, offer.label))
            taken += len(admitted)
        handed_on = max(0, number - taken) if offer.hands_on else 0
    return labels
