"""The quarterly hotline scorecard worked out again from the policy, slowly and without the program.

Clause by clause over the fact tables as text. A figure is a fraction, a label, or why it is absent.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

from tests.worked.hotline_figures import (
    FEW,
    NO_DATA,
    NOT_MEANT,
    SUPPRESSED,
    band,
    day,
    dense_places,
    half_even,
    half_up,
    mean,
    median,
    places,
    printed,
    root,
    slope,
    there,
    unless_absent,
    within,
    working_days,
)

QUARTER = (date(2025, 4, 1), date(2025, 6, 30))
NOT_HANDLED = ("consult", "praise")
POINTS = ("sign", "on_time", "resolved", "satisfied", "callback", "quality", "analysis")

AS_THEY_ARE = ("cases.", "monthly.", "late.closed", "late.open", "sign.filled", "returns.total")
AS_THEY_ARE += ("returns.most", "callback.low", "notices", "bonus", "deduction", "stats.count")
WHOLE = ("percentile", "rank", "place.on_time", "place.returns", "last.rank", "change.rank")


class Scorecard:
    """All figures of a quarter, by unit and name; ``taken`` are the options of the decisions."""

    def __init__(self, folder: Path, **taken):
        self.taken = taken
        self.tables = {file.stem: self.read(file) for file in folder.glob("*.csv")}
        self.units = {row["unit_id"]: row for row in self.tables["units"]}
        self.approved = {
            row["case_id"] for row in self.tables["exclusions"] if row["status"] == "approved"
        }
        self.waived = {(row["unit_id"], row["check"]) for row in self.tables["waivers"]}
        self.cases = [row for row in self.tables["cases"] if self.in_quarter(row["received_on"])]
        self.callbacks = [
            row for row in self.tables["callbacks"] if self.in_quarter(row["called_on"])
        ]
        self.last_year = {row["unit_id"]: row for row in self.tables["last_year"]}
        self.figures = {unit: {} for unit in self.units}
        self.count_cases()
        self.classes = self.put_into_classes()
        self.rate_indicators()
        self.tell_how_cases_were_handled()
        self.give_points()
        self.add_up()
        self.put_on_levels()
        self.rank_units()
        self.compare()
        self.write_statistics_page()

    @staticmethod
    def read(file):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))

    @staticmethod
    def in_quarter(text):
        return QUARTER[0] <= day(text) <= QUARTER[1]

    def of(self, table, unit, column="unit_id"):
        rows = {"cases": self.cases, "callbacks": self.callbacks}.get(table, self.tables.get(table))
        return [row for row in rows if row[column] == unit]

    def column(self, name):
        return {unit: figures[name] for unit, figures in self.figures.items()}

    def filled(self, name, units=None):
        """The figure of every unit that has it."""
        return {
            unit: value
            for unit, value in self.column(name).items()
            if there(value) and (units is None or unit in units)
        }

    def class_of(self, unit):
        return [other for other in self.units if self.classes[other] == self.classes[unit]]

    # 二: what counts.

    def counts(self, case):
        return case["category"] not in NOT_HANDLED and case["case_id"] not in self.approved

    def eligible(self, unit):
        return [case for case in self.of("cases", unit) if self.counts(case)]

    def count_cases(self):
        for unit, figures in self.figures.items():
            cases, eligible = self.of("cases", unit), self.eligible(unit)
            months = Counter(day(case["received_on"]).month for case in cases)
            by_month = Counter(day(case["received_on"]).month for case in eligible)
            figures["cases.received"] = len(cases)
            figures["cases.requested"] = len(self.of("exclusions", unit, "requester_id"))
            figures["cases.excluded"] = sum(
                case["category"] not in NOT_HANDLED and case["case_id"] in self.approved
                for case in cases
            )
            figures["cases.eligible"] = len(eligible)
            for number, month in enumerate((4, 5, 6), start=1):
                figures[f"monthly.{number}"] = by_month[month]
            figures["cases.trend"] = months[6] - months[4]
            figures["cases.callers"] = len({case["caller_id"] for case in cases} - {""})
            figures["cases.assisted"] = len(self.of("cases", unit, "assisting_id"))

    def put_into_classes(self):
        """五(一): by kind and number of cases; a class of fewer than four joins its neighbour."""
        found = {}
        for unit, row in self.units.items():
            number = self.figures[unit]["cases.eligible"]
            volume = "many" if number >= 120 else "middle" if number >= 50 else "few"
            own = {"street": "local", "town": "local"}.get(row["type"], row["type"])
            if own == "bureau":
                found[unit] = "bureau_few" if volume == "few" else "bureau_many"
            else:
                found[unit] = own if own == "utility" else f"local_{volume}"
            self.figures[unit].update({"volume": volume, "class": found[unit]})
        for small, neighbour in (
            ("local_many", "local_middle"),
            ("local_few", "local_middle"),
            ("local_middle", "local_few"),
            ("utility", "bureau_few"),
            ("bureau_many", "bureau_few"),
            ("bureau_few", "bureau_many"),
        ):
            if Counter(found.values())[small] < 4:
                found = {one: neighbour if own == small else own for one, own in found.items()}
        return found

    # 三: indicators and their points.

    def rate_indicators(self):
        for unit, figures in self.figures.items():
            eligible = self.eligible(unit)
            signed = sum(self.days(case, "signed_on", 1) for case in eligible)
            figures["sign.rate"] = self.rate(signed, len(eligible), 5)
            in_time = sum(self.closed_in_time(case) for case in eligible)
            figures["on_time.rate"] = self.rate(in_time, len(eligible), 5)
            answers = [
                row for row in self.of("callbacks", unit) if row["case_id"] not in self.approved
            ]
            resolved = [row["resolved"] for row in answers if row["resolved"]]
            figures["resolved.rate"] = self.rate(resolved.count("true"), len(resolved), 10)
            said = [row["answer"] for row in answers if row["answer"]]
            good = ["satisfied"]
            if self.taken.get("fair_answers", "counted") == "counted":
                good.append("fair")
            figures["satisfied.rate"] = self.rate(sum(one in good for one in said), len(said), 10)
            scores = sorted(Fraction(row["score"]) for row in answers if row["score"])
            cut = len(scores) // 10
            figures["callback.mean"] = (
                half_up(mean(scores[cut : len(scores) - cut])) if len(scores) >= 10 else FEW
            )
            for month in ("1", "2", "3"):
                for name, table in (("inspection", "inspections"), ("report", "reports")):
                    marks = [
                        Fraction(row["mark"])
                        for row in self.of(table, unit)
                        if row["month"] == month
                    ]
                    figures[f"{name}.{month}"] = half_up(mean(marks))
        for unit, figures in self.figures.items():
            district = self.taken.get("resolved_par", "class") == "district"
            peers = None if district else self.class_of(unit)
            figures["resolved.par"] = half_up(mean(self.filled("resolved.rate", peers).values()))

    @staticmethod
    def rate(part, whole, least):
        return half_up(Fraction(100 * part, whole)) if whole >= least else FEW

    @staticmethod
    def days(case, column, most):
        return within(working_days(day(case["received_on"]), day(case[column])), most)

    def closed_in_time(self, case):
        """三(二): five working days, ten for a complex case, one calendar day for an urgent one."""
        if case["urgency"] == "urgent":
            closed = day(case["closed_on"])
            return closed is not None and within((closed - day(case["received_on"])).days, 1)
        return self.days(case, "closed_on", 10 if case["urgency"] == "complex" else 5)

    def give_points(self):
        half = Fraction(1, 2)
        for unit, figures in self.figures.items():
            figures["sign.points"] = slope(
                figures["sign.rate"], Fraction(98), Fraction(10), below=(-half, "started", 0)
            )
            figures["on_time.points"] = slope(
                figures["on_time.rate"], Fraction(95), Fraction(25), below=(-half, "full", 12.5)
            )
            # Where the own rate is missing the sample was too small, whatever became of the par.
            figures["resolved.points"] = FEW
            if there(figures["resolved.rate"]):
                figures["resolved.points"] = slope(
                    figures["resolved.rate"],
                    figures["resolved.par"],
                    Fraction(16),
                    above=(Fraction(1, 5), "exact", 20),
                    below=(Fraction(-2, 5), "exact", 8),
                )
            figures["satisfied.points"] = slope(
                figures["satisfied.rate"], Fraction(90), Fraction(20), below=(-half, "full", 10)
            )
            figures["callback.points"] = unless_absent(
                [figures["callback.mean"]],
                lambda score: half_up(min(max(6 + (score - 6) * Fraction(4, 3), 0), 10)),
            )
            figures["quality.points"] = self.quality(unit, figures)
            reports = [figures[f"report.{month}"] for month in (1, 2, 3)]
            handed_in = [mark if there(mark) else Fraction(0) for mark in reports]
            figures["analysis.points"] = half_up(mean(handed_in) * 5 / 100)

    def quality(self, unit, figures):
        """三(六): every month is inspected, unless the leading group accepts that it was not."""
        marks = {month: figures[f"inspection.{month}"] for month in (1, 2, 3)}
        for month, mark in marks.items():
            if not there(mark) and (unit, f"inspected.{month}") not in self.waived:
                return NO_DATA
        inspected = [mark for mark in marks.values() if there(mark)]
        return half_up(mean(inspected) * 10 / 100) if len(inspected) >= 2 else FEW

    # 三(八): told, without points.

    def tell_how_cases_were_handled(self):
        for unit, figures in self.figures.items():
            cases, eligible = self.of("cases", unit), self.eligible(unit)
            late = [
                working_days(day(case["received_on"]), day(case["closed_on"]))
                for case in eligible
                if case["urgency"] == "ordinary"
            ]
            figures["late.closed"] = sum(days is not None and days > 5 for days in late)
            figures["late.open"] = sum(not case["closed_on"] for case in eligible)
            not_closed = figures["late.closed"] + figures["late.open"]
            figures["late.share"] = (
                half_up(Fraction(100 * not_closed, len(eligible))) if eligible else NOT_MEANT
            )
            figures["sign.filled"] = sum(bool(case["signed_on"]) for case in cases)
            returns = [int(case["returns"] or 0) for case in cases]
            figures["returns.total"], figures["returns.most"] = sum(returns), max([0, *returns])
            back = sum(int(case["returns"] or 0) > 0 for case in eligible)
            figures["returns.rate"] = self.rate(back, len(eligible), 1) if eligible else NO_DATA
            assisted = self.of("cases", unit, "assisting_id")
            prompt = sum(self.days(case, "assisted_on", 3) for case in assisted)
            figures["assist.on_time"] = (
                half_up(Fraction(100 * prompt, len(assisted))) if assisted else Fraction(100)
            )
            heard = self.scores(self.of("callbacks", unit, "assisting_id"))
            figures["assist.mean"] = half_up(mean(heard)) if len(heard) >= 3 else FEW
            own = self.scores(self.of("callbacks", unit))
            figures["callback.median"] = half_up(median(own))
            figures["callback.low"] = sum(score < 6 for score in own)
            sums = self.of("answer_sums", unit)
            answered = sum(int(row["answered"]) for row in sums)
            points = sum((Fraction(row["points"]) for row in sums), Fraction(0))
            figures["sms.mean"] = half_up(points / answered) if answered else NOT_MEANT
            figures["notices"] = sum(
                row["kind"] == "notice" and date(2024, 7, 1) <= day(row["dated"]) <= QUARTER[1]
                for row in self.of("events", unit)
            )

    @staticmethod
    def scores(rows):
        return [Fraction(row["score"]) for row in rows if row["score"]]

    # 四: bonus, deduction, total and score.

    def add_up(self):
        for unit, figures in self.figures.items():
            events = [row for row in self.of("events", unit) if self.in_quarter(row["dated"])]
            best = defaultdict(Fraction)
            worth = {"city_example": Fraction(1), "district_example": Fraction(1, 2)}
            for row in events:
                best[row["matter"]] = max(best[row["matter"]], worth.get(row["kind"], Fraction(0)))
            figures["bonus"] = min(sum(best.values(), Fraction(0)), Fraction(2))
            kinds = Counter(row["kind"] for row in events)
            false = kinds["false_closure"]
            lost = (2 + 4 * (false - 1) if false else 0) + kinds["rude"]
            figures["deduction"] = Fraction(min(lost, 10))
        for unit, figures in self.figures.items():
            values = [self.part(f"{part}.points", unit) for part in POINTS]
            more = figures["bonus"] - figures["deduction"]
            total = unless_absent(values, lambda *points: sum(points, Fraction(0)))
            least = 10 if self.taken.get("least_cases") == "ten" else 20
            if figures["cases.eligible"] < least:
                figures["score"] = FEW
            else:
                figures["score"] = half_up(max(total + more, 0)) if there(total) else total

    def part(self, name, unit):
        """四(二): what stands in where too few were called back."""
        value = self.figures[unit][name]
        if value is not FEW:
            return value
        match self.taken.get("small_survey", "peers"):
            case "peers":
                peers = self.filled(name, self.class_of(unit))
                return mean(peers.values()) if peers else value
            case "zero":
                return Fraction(0)
        return value

    # 五: levels, places and what follows from them.

    def put_on_levels(self):
        for figures in self.figures.values():
            rest = (lambda _: True, "red")
            figures["level.sign"] = band(
                figures["sign.rate"],
                (lambda rate: rate > 98, "green"),
                (lambda rate: rate > 90, "yellow"),
                rest,
            )
            for name, least in (("on_time", 80), ("satisfied", 75)):
                green = 95 if name == "on_time" else 90
                figures[f"level.{name}"] = band(
                    figures[f"{name}.rate"],
                    (lambda rate, green=green: rate >= green, "green"),
                    (lambda rate, least=least: rate >= least, "yellow"),
                    rest,
                )
            par = figures["resolved.par"]
            figures["level.resolved"] = band(
                figures["resolved.rate"],
                (lambda rate: rate >= 85, "green"),
                (lambda rate, par=par: rate >= par, "yellow"),
                rest,
            )
            figures["level.returns"] = band(
                figures["returns.rate"],
                (lambda rate: rate < 5, "green"),
                (lambda rate: rate < 12, "yellow"),
                rest,
            )
            figures["grade"] = band(
                figures["score"],
                (lambda score: score >= 90, "excellent"),
                (lambda score: score >= 80, "good"),
                (lambda score: score >= 65, "fair"),
                (lambda _: True, "poor"),
            )

    def takes_part(self, unit):
        """五(二): in charge all quarter, and no more than 30% of its cases excluded."""
        figures = self.figures[unit]
        too_many = 100 * figures["cases.excluded"] > 30 * figures["cases.received"]
        return int(self.units[unit]["months"] or 3) == 3 and not too_many

    def rank_units(self):
        worse = self.taken.get("equal_places") == "worse"
        scored = self.filled("score")
        keys = {
            unit: (score, -self.figures[unit]["late.share"], self.figures[unit]["on_time.rate"])
            for unit, score in scored.items()
            if self.takes_part(unit)
        }
        rank = places(keys, self.classes, last=worse)
        last_place = places(keys, self.classes, last=True)
        for unit, figures in self.figures.items():
            figures["rank"] = rank.get(unit, NOT_MEANT)
            ranked = sum(self.classes[other] == self.classes[unit] for other in keys)
            fits = unit in keys and last_place[unit] <= ranked // 3
            figures["commended"] = "commended" if fits and figures["notices"] == 0 else NOT_MEANT
            figures["public.on_time"] = (
                SUPPRESSED if figures["cases.eligible"] < 10 else figures["on_time.rate"]
            )
            heard = [
                row
                for row in self.of("callbacks", unit)
                if row["answer"] and row["case_id"] not in self.approved
            ]
            figures["public.satisfied"] = (
                SUPPRESSED if len(heard) < 15 else figures["satisfied.rate"]
            )

    # 六: comparisons.

    def compare(self):
        rates = self.filled("on_time.rate")
        everywhere = dict.fromkeys(self.units, "")
        for unit, figures in self.figures.items():
            row = self.last_year.get(unit, {})
            for name in ("on_time", "score"):
                cell = row.get(name) or ""
                figures[f"last.{name}"] = Fraction(cell) if cell else NO_DATA
            peers = self.filled("on_time.rate", self.class_of(unit))
            figures["peers.on_time"] = half_up(
                mean(value for other, value in peers.items() if other != unit)
            )
            best = sorted(peers.values(), reverse=True)[: -(-len(peers) // 3)]
            figures["top.on_time"] = half_up(mean(best))
            own = figures["on_time.rate"]
            for name, other in (
                ("gap.peers", "peers.on_time"),
                ("gap.top", "top.on_time"),
                ("change.on_time", "last.on_time"),
            ):
                figures[name] = unless_absent([own, figures[other]], lambda one, two: one - two)
            figures["direction.on_time"] = band(
                figures["change.on_time"],
                (lambda change: change > 0, "up"),
                (lambda change: change == 0, "level"),
                (lambda change: change < 0, "down"),
            )
            figures["density"] = (
                half_up(
                    Fraction(1000 * figures["cases.eligible"], int(self.units[unit]["residents"]))
                )
                if self.units[unit]["type"] in ("street", "town")
                else NOT_MEANT
            )
        closing = dense_places(rates, self.classes)
        returns = dense_places(
            {unit: -rate for unit, rate in self.filled("returns.rate").items()}, everywhere
        )
        worse = self.taken.get("equal_places") == "worse"
        last = places(self.filled("last.score"), self.classes, last=worse)
        lowest = sorted(self.filled("density").values())[:3]
        for unit, figures in self.figures.items():
            figures["place.on_time"] = closing.get(unit, FEW)
            figures["place.returns"] = returns.get(unit, NO_DATA)
            figures["last.rank"] = last.get(unit, NO_DATA)
            figures["change.rank"] = unless_absent(
                [figures["last.rank"], figures["rank"]], lambda before, now: before - now
            )
            figures["density.lowest"] = half_up(mean(lowest))

    # 七: the statistics page.

    def write_statistics_page(self):
        scored = self.filled("score")
        scores = sorted(scored.values())
        average = mean(scores)
        spread = mean((score - average) ** 2 for score in scores)
        at = Fraction(len(scores) - 1, 4)
        low, high = scores[floor(at)], scores[ceil(at)]
        for unit, figures in self.figures.items():
            others = [score for other, score in scored.items() if other != unit]
            figures["percentile"] = unless_absent(
                [figures["score"]],
                lambda own, others=others: floor(
                    Fraction(100 * sum(other < own for other in others), len(others))
                ),
            )
            figures["stats.count"] = len(scores)
            figures["stats.sum"] = half_even(sum(scores, Fraction(0)))
            figures["stats.mean"] = half_even(average)
            figures["stats.median"] = half_even(median(scores))
            figures["stats.least"], figures["stats.greatest"] = scores[0], scores[-1]
            figures["stats.quarter"] = half_even(low + (at - floor(at)) * (high - low))
            figures["stats.variance"] = half_even(spread)
            figures["stats.sd"] = root(spread)
            figures["stats.best_three"] = half_even(mean(scores[-3:]))
            own_class = self.filled("score", self.class_of(unit))
            figures["stats.class_mean"] = half_even(mean(own_class.values()))

    def row(self, unit):
        """A row of results.csv by column, without the names."""
        figures = self.figures[unit]
        status = {NO_DATA: "incomplete"}.get(figures["score"], "apart")
        cells = {"status": "complete" if there(figures["score"]) else status}
        for name, value in figures.items():
            decimals = 0 if name in WHOLE else None if name.startswith(AS_THEY_ARE) else 2
            cells[name] = printed(value, decimals=decimals)
        return cells
