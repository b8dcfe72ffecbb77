"""`property-credit` by hand: the estates, what was found there and what residents say (二)."""

from fractions import Fraction

from tests.worked.property_values import (
    GRADES,
    District,
    Row,
    Value,
    Why,
    from_limits,
    half_even,
    half_up,
    in_year,
    mean,
    median,
    why,
)

PROJECT = ["good", "fair", "poor"]
QUESTIONS = ("order", "cleaning", "repairs", "facilities", "openness")
ANSWERS = {
    "very_satisfied": 10,
    "satisfied": 8,
    "fair": 6,
    "dissatisfied": 3,
    "very_dissatisfied": 0,
}


def marks(rows: list[Row]) -> list[Fraction]:
    return [Fraction(row["mark"]) for row in rows]


def on_day(rows: list[Row], which: object) -> Value:
    """The mean mark of the first or the last day on which there was an inspection."""
    if not rows:
        return Why.NO_DATA
    wanted = which(row["inspected_on"] for row in rows)
    return mean(marks([row for row in rows if row["inspected_on"] == wanted]))


def satisfaction(ballots: list[Row], totals: list[Row], least: int) -> Value:
    """二(三)1: points over points possible, of ballots with three answers, and of totals."""
    counting = [row for row in ballots if sum(row[one] != "" for one in QUESTIONS) >= 3]
    points = [Fraction(ANSWERS[row[one]]) for row in counting for one in QUESTIONS if row[one]]
    answered = len(points)
    reported = sum(int(row["answered"]) for row in totals)
    if len(counting) < least and not reported:
        return Why.TOO_FEW
    whole = sum(points, Fraction(0)) + sum(Fraction(row["points"]) for row in totals)
    number = answered + reported
    return half_up(100 * whole / (10 * number)) if number else Why.NO_DATA


def estate_figures(district: District, estate: str) -> dict[str, Value]:
    """All figures of an estate but its inspections of next year."""
    visits = [
        one for one in district.of_estate("inspections", estate) if in_year(one["inspected_on"])
    ]
    regular = [one for one in visits if one["kind"] == "regular"]
    rechecks = [one for one in visits if one["kind"] == "recheck"]
    score = {
        "median": median(marks(regular)),
        "mean": mean(marks(regular)),
        "latest": on_day(regular, max),
    }[district.options["inspection_rule"]]
    found: dict[str, Value] = {
        "estates.score": half_even(score, 1),
        "estates.recheck": half_up(on_day(rechecks, max)),
        "estates.first": half_up(on_day(regular, min)) if len(regular) >= 2 else Why.TOO_FEW,
        "estates.latest": half_up(on_day(regular, max)) if len(regular) >= 2 else Why.TOO_FEW,
    }
    first, latest = found["estates.first"], found["estates.latest"]
    found["estates.progress"] = why(first, latest) or latest - first
    safety = [Fraction(one["safety"]) for one in visits]
    found["estates.safety"] = half_up(min(safety)) if safety else Why.NO_DATA
    found["estates.spread"] = (
        half_up(max(marks(visits)) - min(marks(visits))) if visits else Why.NO_DATA
    )
    limits = [(85, "good"), (70, "fair")]
    found["estates.mark_grade"] = from_limits(found["estates.score"], limits, "poor")
    found["estates.recheck_grade"] = from_limits(found["estates.recheck"], limits, "poor")
    found["estates.better_grade"] = better_grade(found)
    found["estates.safety_grade"] = safety_grade(found["estates.safety"])
    both = [found["estates.better_grade"], found["estates.safety_grade"]]
    found["estates.grade"] = why(*both) or max(both, key=PROJECT.index)
    found["estates.satisfaction"] = satisfaction(
        district.of_estate("answers", estate), district.of_estate("answer_totals", estate), 10
    )
    return found


def better_grade(found: dict[str, Value]) -> Value:
    """二(二)3: a recheck can only help."""
    grades = [found["estates.mark_grade"], found["estates.recheck_grade"]]
    there = [one for one in grades if not isinstance(one, Why)]
    return min(there, key=PROJECT.index) if there else Why.NO_DATA


def safety_grade(safety: Value) -> Value:
    """二(二)5: good only above 80, fair only above 60."""
    if isinstance(safety, Why):
        return safety
    return "good" if safety > 80 else "fair" if safety > 60 else "poor"


def estate_frequency(own: Value, enterprise: Value) -> Value:
    """六(三)1: by both grades; without a grade of the enterprise by its own."""
    table = {
        "good": dict(zip(GRADES, (1, 2, 2, 4, 6), strict=True)),
        "fair": dict(zip(GRADES, (2, 3, 4, 6, 8), strict=True)),
        "poor": dict(zip(GRADES, (4, 4, 6, 8, 12), strict=True)),
    }
    if isinstance(own, Why):
        return own
    if isinstance(enterprise, Why):
        return Fraction({"good": 2, "fair": 4, "poor": 8}[own])
    return Fraction(table[own][enterprise])
