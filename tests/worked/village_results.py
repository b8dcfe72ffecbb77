"""Ranks, grades, prizes, cadres, departments, checks and pay of Tongting, worked out from clauses
五 to 八, and everything printed as result files print it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from tests.worked.village_targets import (
    FEW,
    GRADES,
    NO_DATA,
    NOT_APPLICABLE,
    YEAR,
    Absent,
    Facts,
    Offer,
    Row,
    Values,
    besides,
    between,
    classes_of,
    given_by_place,
    incomes,
    insurance,
    mean,
    months,
    observation,
    placed,
    residents,
    rounded,
    wastes,
    without_ends,
    worked,
)

DEFAULTS = {
    "equal_places": "better",
    "new_improvement": "peers",
    "survey_rounds": "latest",
    "repeated_conduct": "doubled",
    "unfilled_excellent": "empty",
    "part_year": "pro_rata",
}
Decided = Mapping[str, str]


def villages(facts: Facts, decided: Decided) -> dict[str, Values]:
    """Every figure of every village."""
    classes = classes_of(facts)
    income, waste = incomes(facts, classes, decided), wastes(facts, classes)
    month = months(facts, classes)
    found: dict[str, Values] = {}
    for village in classes:
        values: Values = {**income[village], **waste[village], **insurance(facts, village)}
        values["targets"] = _added(values, "income", "waste", "insurance")
        values |= {**month[village], **observation(facts, village)}
        values["work"] = _added(values, "targets", "monthly", "observation")
        values |= residents(facts, village, decided)
        values |= besides(facts, village, decided)
        values["total"] = worked(
            lambda work, heard, more, less, wet: max(Fraction(0), work + heard + more - less - wet),
            *(values[name] for name in ("work", "residents", "bonus", "deduction", "flood")),
        )
        before = facts.number("previous", village, "total")
        values["progress"] = worked(lambda now, then: now - then, values["total"], before)
        found[village] = values
    _compare(facts, found, classes, decided)
    return found


def _added(values: Values, *names: str) -> Any:
    return worked(lambda *parts: sum(parts, Fraction(0)), *(values[name] for name in names))


# 五 Rank, grade, prize


def _compare(
    facts: Facts, found: dict[str, Values], classes: Mapping[str, str], decided: Decided
) -> None:
    """五: each class apart."""
    for village, values in found.items():
        short = facts.number("villages", village, "months", "12") < 6
        absent = values["total"] if isinstance(values["total"], Absent) else NOT_APPLICABLE
        values["rank"] = absent if isinstance(values["total"], Absent) or short else None
        for name in ("grade.earned", "grade", "award", "prize"):
            values[name] = values["rank"]
    for one in set(classes.values()):
        ranked = {
            village: values
            for village, values in found.items()
            if classes[village] == one and values["rank"] is None
        }
        _within_class(facts, ranked, decided)


def _within_class(facts: Facts, ranked: dict[str, Values], decided: Decided) -> None:
    keys = {
        village: (values["veto"] > 0, -values["total"], -values["residents"], values["deduction"])
        for village, values in ranked.items()
    }
    places = placed(keys, "first" if decided["equal_places"] == "better" else "last")

    def total(village: str) -> Fraction:
        return Fraction(ranked[village]["total"])

    def clean(village: str, most: int = 6) -> bool:
        return ranked[village]["veto"] == 0 and ranked[village]["deduction"] <= most

    def excellent(village: str) -> bool:
        last = facts.cell("previous", village, "grade")
        return total(village) >= 85 and clean(village) and last != "poor"

    size = len(ranked)
    earned = given_by_place(
        places,
        [
            Offer(
                "excellent",
                math.floor(Fraction(3, 10) * size),
                excellent,
                hands_on=decided["unfilled_excellent"] == "next",
            ),
            Offer("good", math.floor(Fraction(4, 10) * size), lambda one: total(one) >= 75),
        ],
    )
    prizes = given_by_place(
        places,
        [
            Offer("first", 1, lambda one: total(one) >= 90 and clean(one, 1), hands_on=True),
            Offer("second", 2, lambda one: total(one) >= 85 and clean(one, 3), hands_on=True),
            Offer("third", 3, lambda one: total(one) >= 80 and clean(one), takes_equals=True),
        ],
    )
    for village, values in ranked.items():
        by_value = "qualified" if total(village) >= 60 else "poor"
        values["rank"] = places[village]
        values["grade.earned"] = earned.get(village, by_value)
        values["grade"] = _final_grade(values)
        # Who is vetoed has a grade, but nothing is paid for it.
        values["award"] = NOT_APPLICABLE if values["veto"] else values["grade"]
        values["prize"] = prizes.get(village, NOT_APPLICABLE)


def _final_grade(values: Values) -> str:
    """五(二)5, 6 and 五(三)1, in this order; the toilet veto of 五(三)2 has ended."""
    step = GRADES.index(values["grade.earned"])
    if values["high honours"]:
        step = min(step, GRADES.index("good"))
    if values["residents"] < 36:
        step = min(step + 1, len(GRADES) - 1)
    if values["veto"]:
        step = max(step, GRADES.index("qualified"))
    return GRADES[step]


# 六 Cadres


def cadres(facts: Facts, found: dict[str, Values], decided: Decided) -> dict[str, Values]:
    """六(一), 六(二): a cadre's own marks, the village's total and grade, the role."""
    roles = {row["cadre_id"]: row["role"] for row in facts.rows("cadres")}
    homes = {row["cadre_id"]: row["village_id"] for row in facts.rows("cadres")}
    every = {cadre: _cadre(facts, cadre, roles[cadre], found[homes[cadre]]) for cadre in roles}
    for role in set(roles.values()):
        ranked = {
            cadre: values
            for cadre, values in every.items()
            if roles[cadre] == role and values["cadre.rank"] is None
        }
        _within_role(ranked, {cadre: found[homes[cadre]] for cadre in ranked}, decided)
    for village, values in found.items():
        team = [values for cadre, values in every.items() if homes[cadre] == village]
        scores = [one["cadre.score"] for one in team if not isinstance(one["cadre.score"], Absent)]
        values["team.count"] = len(scores)
        values["team.mean"] = rounded(mean(scores)) if len(scores) >= 3 else FEW
        values["team.months"] = sum(one["cadre.months"] for one in team) if team else NO_DATA
    return every


def _cadre(facts: Facts, cadre: str, role: str, home: Values) -> Values:
    weights = {"leaders": 3, "station": 3, "delegates": 4}
    marks = [
        (weights[row["party"]], Fraction(row["mark"]))
        for row in facts.rows("cadre_marks", cadre_id=cadre)
    ]
    own: Any = NO_DATA
    if len(marks) >= 2:
        whole = sum(weight for weight, _ in marks)
        own = rounded(sum(weight * mark for weight, mark in marks) / whole)
    coefficients = {"excellent": "1.05", "good": "1", "qualified": "0.95", "poor": "0.85"}
    grade = home["grade"]
    coefficient = grade if isinstance(grade, Absent) else Fraction(coefficients[grade])
    duty = Fraction({"secretary": "2", "director": "1.5", "member": "0.5"}[role])
    in_office = sum(int(row["months"]) for row in facts.rows("posts", cadre_id=cadre))
    score = worked(
        lambda village, mine, factor: (
            (Fraction(6, 10) * village + Fraction(4, 10) * mine) * factor + duty
        ),
        home["total"],
        own,
        coefficient,
    )
    place = NOT_APPLICABLE if in_office < 6 else None
    place = score if isinstance(score, Absent) else place
    return {
        "cadre.own": own,
        "cadre.coefficient": coefficient,
        "cadre.duty": duty,
        "cadre.months": in_office,
        "cadre.score": score,
        "cadre.rank": place,
        "cadre.grade": place,
    }


def _within_role(ranked: dict[str, Values], homes: Mapping[str, Values], decided: Decided) -> None:
    """六(二): one in five of a role, at least one."""
    keys = {cadre: (-one["cadre.score"], -one["cadre.own"]) for cadre, one in ranked.items()}
    places = placed(keys, "first" if decided["equal_places"] == "better" else "last")

    def admits(cadre: str) -> bool:
        home = homes[cadre]
        return ranked[cadre]["cadre.own"] >= 80 and home["grade"] != "poor" and not home["veto"]

    number = max(1, math.floor(Fraction(2, 10) * len(ranked)))
    best = given_by_place(places, [Offer("excellent", number, admits)])
    for cadre, values in ranked.items():
        by_value = "competent" if values["cadre.score"] >= 60 else "below"
        values["cadre.rank"] = places[cadre]
        values["cadre.grade"] = best.get(cadre, by_value)


# 七 Departments


def departments(facts: Facts, decided: Decided) -> dict[str, Values]:
    """七: in time, with distinction, of help to the villages."""
    found: dict[str, Values] = {}
    for row in facts.rows("departments"):
        one = row["department_id"]
        ratings = facts.rows("ratings", department_id=one)
        timely: Any = NO_DATA
        spread: Any = NO_DATA
        if ratings:
            late = [rating for rating in ratings if rating["marked_on"] > rating["due_on"]]
            timely = rounded(Fraction(100 * (len(ratings) - len(late)), len(ratings)))
            marks = [Fraction(rating["mark"]) for rating in ratings]
            spread = max(marks) - min(marks)
        even = worked(lambda gap: 20 if gap >= 20 else 14 if gap >= 10 else 6, spread)
        reviews = [
            Fraction(review["mark"])
            for review in facts.rows("department_reviews", department_id=one)
        ]
        service = rounded(mean(without_ends(reviews))) if len(reviews) >= 5 else FEW
        found[one] = {
            "department.marks": len(ratings),
            "department.timely": timely,
            "department.spread": rounded(spread),
            "department.even": even,
            "department.service": service,
            "department.score": worked(
                lambda time, gap, help_: Fraction(4, 10) * (time + help_) + gap,
                timely,
                even,
                service,
            ),
        }
    scored = {
        one: (-values["department.score"], -values["department.timely"])
        for one, values in found.items()
        if not isinstance(values["department.score"], Absent)
    }
    places = placed(scored, "first" if decided["equal_places"] == "better" else "last")
    for one, values in found.items():
        values["department.rank"] = places.get(one, values["department.score"])
    return found


# 八(二) Checks, 六(三) pay


def checks(facts: Facts, found: Mapping[str, Values]) -> dict[tuple[str, str], Row]:
    """What each check asks of a village, what there is, and whether that is enough."""
    every: dict[tuple[str, str], Row] = {}
    waived = {(row["village_id"], row["check"]) for row in facts.rows("waivers")}
    for village, values in found.items():
        homes = facts.number("villages", village, "households")
        requests = [
            row
            for row in facts.rows("requests", village_id=village)
            if between(row["received_on"], YEAR) and not row["excluded"]
        ]
        ballots = [len(facts.rows("ballots", village_id=village, round=one)) for one in "12"]
        sample = min(30, math.ceil(homes / 10))
        audited = not isinstance(values["income.audited"], Absent)
        unclosed = sum(not row["closed_on"] for row in requests)
        asked = {
            "survey.first": (sample, ballots[0], ballots[0] >= sample),
            "survey.second": (sample, ballots[1], ballots[1] >= sample),
            "targets.signed": (1, len(facts.rows("targets", village_id=village)), None),
            "income.audit": (1, int(audited), audited),
            "ratings.complete": (60, len(facts.rows("ratings", village_id=village)), None),
            "requests.closed": (len(requests) // 10, unclosed, unclosed <= len(requests) // 10),
            "staff.months": (36, values["team.months"], values["team.months"] >= 36),
        }
        for check, (required, actual, met) in asked.items():
            met = required == actual if met is None else met
            every[village, check] = {
                "required": str(required),
                "actual": str(actual),
                "met": str(met).lower(),
                "waived": str((village, check) in waived).lower(),
            }
    return every


def pay(facts: Facts, found: Mapping[str, Values], decided: Decided) -> list[Row]:
    """六(三): the highest that any of a cadre's posts brings, in whole yuan."""
    roles = ("secretary", "director", "member")
    best: dict[str, tuple[Any, ...]] = {}
    for row in facts.rows("posts"):
        village, role = row["village_id"], row["role"]
        grade = found[village]["award"]
        amount = rounded(_full(facts, row, found[village]) * _share(row, decided), 0)
        if amount > 0 and not isinstance(grade, Absent):
            claim = (-amount, roles.index(role), village, grade)
            best[row["cadre_id"]] = min(best.get(row["cadre_id"], claim), claim)
    return [
        {
            "cadre_id": cadre,
            "village_id": village,
            "role": roles[role],
            "award": grade,
            "amount": str(-less),
        }
        for cadre, (less, role, village, grade) in sorted(best.items())
    ]


def _full(facts: Facts, post: Row, village: Values) -> Fraction:
    """What a post brings in a whole year."""
    amounts = {
        "concurrent": {"excellent": 15000, "good": 11000, "qualified": 7500},
        "secretary": {"excellent": 12000, "good": 9000, "qualified": 6000},
        "director": {"excellent": 10000, "good": 7500, "qualified": 5000},
    }
    grade = village["award"]
    if post["concurrent"] == "true" or post["role"] != "member":
        rate = "concurrent" if post["concurrent"] == "true" else post["role"]
        return Fraction(amounts[rate].get(grade, 0))
    pool = {"excellent": 24000, "good": 18000, "qualified": 12000}.get(grade, 0)
    heads = len(facts.rows("posts", village_id=post["village_id"], role="member"))
    total = village["total"]
    if isinstance(total, Absent):
        return Fraction(0)
    return pool * (Fraction(1, 2) + Fraction(1, 2) * total / 100) / heads


def _share(post: Row, decided: Decided) -> Fraction:
    """六(三)4: by months from three on; or in full from six on."""
    served = int(post["months"])
    if decided["part_year"] == "half_year":
        return Fraction(int(served >= 6))
    return Fraction(served, 12) if served >= 3 else Fraction(0)


# As files print it


def printed(node: str, value: Any) -> str:
    """Counts and places are whole, points have two decimals, nothing stands for an absence."""
    if isinstance(value, str | Absent):
        return value if isinstance(value, str) else ""
    whole = node.startswith("monthly.exempt") or node in WHOLE
    return str(value) if whole else f"{float(value):.2f}"


WHOLE = {
    *("rank", "veto", "team.count", "team.months"),
    *("cadre.rank", "cadre.months", "department.rank", "department.marks"),
}


def status_of(total: Any) -> str:
    """Complete, incomplete for want of data, or apart because a rule says so."""
    if not isinstance(total, Absent):
        return "complete"
    return "incomplete" if total == NO_DATA else "apart"


def everybody(facts: Facts, decided: Decided) -> Sequence[Mapping[str, Values]]:
    """The villages, the cadres and the departments."""
    found = villages(facts, decided)
    people = cadres(facts, found, decided)
    return found, people, departments(facts, decided)
