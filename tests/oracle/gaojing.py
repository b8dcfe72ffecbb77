"""The assessment of `gaojing-2024`, worked by hand in exact fractions, one function a rule.

It is written to be read beside the policy, not to be fast: each function names its clause,
rounds its node half-up to 2 places and hands the rounded figure on, so that the published
figures re-add with a pocket calculator. Where a figure is absent, what is built on it is too.
"""

from dataclasses import dataclass
from fractions import Fraction

from tests.oracle.checking import CheckResult, bars_a_final_result, checks_of_area
from tests.oracle.paying import pay_list, staff_below_six_months
from tests.oracle.ranking import Standing, standings
from tests.oracle.rounding import Value, half_up, mean, two_places, whole_number
from tests.oracle.surveying import survey_nodes
from tests.oracle.town_facts import Facts, Row, Town, is_in_year, read_town

# Annex 1, rows 4 to 6: the merged cells of its table read as 2 + 2 + 2 + 1,
# 1 + 1 + 1 + 1 + 2 + 1 and 2 + 2 departments.
DEPARTMENTS: dict[str, tuple[str, ...]] = {
    "party.1": ("社建办", "党服中心"),
    "party.2": ("党建办", "党服中心"),
    "party.3": ("党建办", "纪委"),
    "party.4": ("城建中心",),
    "service.1": ("社建办",),
    "service.2": ("社建办",),
    "service.3": ("社建办",),
    "service.4": ("社建办",),
    "service.5": ("社建办", "规生办"),
    "service.6": ("社建办",),
    "stability.1": ("平安办", "平安办（信访）"),
    "stability.2": ("安全办", "城运中心"),
}
BLOCKS: dict[str, int] = {"party": 13, "service": 18, "stability": 9}

HONOUR_POINTS = {"national": 3, "municipal": 2, "district": 1}
MOST_BONUS = 3
MOST_DEDUCTION = 3

FIRST_COLUMNS = ("area_id", "name", "category", "status", "total", "rank", "grade", "tier")

Scores = dict[str, Value]
"""The nodes of one area by id; counts and ranks among them are whole."""

WHOLE_NODES = ("hotline.eligible", "hotline.rank")


@dataclass(frozen=True)
class Warnings:
    """What was left out or deserves a look, without barring anything."""

    cases_out_of_year: int
    visits_out_of_year: int
    areas_without_cases: tuple[str, ...]
    staff_below_six_months: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Assessment:
    """Everything that an assessment yields, as the text that the CSV files print."""

    results: list[Row]
    checks: list[Row]
    pay: list[Row]
    final: bool
    warnings: Warnings


# Residents' evaluation, 60 points ----------------------------------------------


def mass_visits(town: Town, area_id: str, scores: Scores) -> Value:
    """`mass.visits` (18): 18 × survey ÷ 100 − false visits, not below 0 (附件1 第1项)."""
    feed = "survey.visits" if town.options["survey_items"] == "split" else "survey"
    survey = scores[feed]
    if survey is None:
        return None
    false_visits = [row for row in town.rows("spot_checks", area_id) if row["visited"] == "false"]
    loss = Fraction(len(false_visits))
    if town.options["spot_check_target"] == "none":
        loss = Fraction(0)
    if town.options["spot_check_target"] == "meeting_slice":
        meeting = scores[f"{feed}.meeting"]
        if meeting is None:
            return None
        meeting_part = 18 * Fraction(2, 10) * meeting / 100
        loss = min(loss, meeting_part)
    return half_up(max(Fraction(0), 18 * survey / 100 - loss))


def mass_livelihood(town: Town, scores: Scores) -> Value:
    """`mass.livelihood` (18): 18 × survey ÷ 100 (附件1 第2项)."""
    feed = "survey.livelihood" if town.options["survey_items"] == "split" else "survey"
    survey = scores[feed]
    return None if survey is None else half_up(18 * survey / 100)


def eligible_cases(town: Town, area_id: str) -> list[Row]:
    """The cases that count: of the year, responsible, reasonable, not excluded (三(二))."""
    return [
        case
        for case in town.cases_of_year(area_id)
        if case["responsible"] == "true"
        and case["reasonable"] == "true"
        and case.get("excluded", "") == ""
    ]


def rate(cases: list[Row], flag: str) -> Fraction:
    """100 × cases with the flag ÷ cases where the flag has a value; 100 if there is none."""
    known = [case for case in cases if case.get(flag, "") != ""]
    if not known:
        return Fraction(100)
    achieved = [case for case in known if case[flag] == "true"]
    return half_up(Fraction(100 * len(achieved), len(known)))


def hotline_composite(town: Town, area_id: str, scores: Scores) -> Fraction:
    """`hotline.composite`: mean of the three rates, or as `hotline_formula` says (附件1 第3项)."""
    handled, resolved, satisfied = (
        scores["hotline.handled"],
        scores["hotline.resolved"],
        scores["hotline.satisfied"],
    )
    match town.options["hotline_formula"]:
        case "weighted":
            return half_up(
                Fraction(30, 100) * handled
                + Fraction(35, 100) * resolved
                + Fraction(35, 100) * satisfied
            )
        case "per_thousand":
            return half_up(1000 * scores["hotline.eligible"] / town.households(area_id))
        case _:
            return half_up(mean([handled, resolved, satisfied]))


def hotline_nodes(town: Town, area_id: str) -> Scores:
    """The hotline figures that an area has by itself (附件1 第3项)."""
    cases = eligible_cases(town, area_id)
    nodes: Scores = {
        "hotline.eligible": Fraction(len(cases)),
        "hotline.handled": rate(cases, "handled"),
        "hotline.resolved": rate(cases, "resolved"),
        "hotline.satisfied": rate(cases, "satisfied"),
    }
    nodes["hotline.composite"] = hotline_composite(town, area_id, nodes)
    return nodes


def hotline_rank(town: Town, area_id: str, composites: dict[str, Fraction]) -> Fraction:
    """`hotline.rank`: 1 + number of areas with a better composite, incomplete ones included.

    Under `hotline_tie=worse` the number of areas that are better or equal, itself included.
    """
    own = composites[area_id]
    better = 0
    equal = 0
    for other in composites.values():
        if other == own:
            equal += 1
        elif town.options["hotline_formula"] == "per_thousand":
            better += other < own
        else:
            better += other > own
    if town.options["hotline_tie"] == "worse":
        return Fraction(better + equal)
    return Fraction(1 + better)


def mass_hotline(rank: Fraction) -> Fraction:
    """`mass.hotline` (24): rank 1–5: 24, 6–10: 22, 11–20: 20, 21–25: 18, after that 16."""
    if rank <= 5:
        return Fraction(24)
    if rank <= 10:
        return Fraction(22)
    if rank <= 20:
        return Fraction(20)
    if rank <= 25:
        return Fraction(18)
    return Fraction(16)


# Everyday performance, 40 points -----------------------------------------------


def daily_item(town: Town, area_id: str, item: str) -> Value:
    """`daily.ITEM`: mean of the assigned departments' marks, once all have marked (附件1)."""
    marks = []
    for department in DEPARTMENTS[item]:
        for rating in town.rows("ratings", area_id):
            if rating["item"] == item and rating["department"] == department:
                marks.append(Fraction(rating["score"]))
    if len(marks) < len(DEPARTMENTS[item]):
        return None
    return half_up(mean(marks))


def daily_block(block: str, scores: Scores) -> Value:
    """`daily.BLOCK` (13, 18, 9): max × mean of its items ÷ 100 (四(二)1)."""
    items = [scores[f"daily.{item}"] for item in DEPARTMENTS if item.startswith(f"{block}.")]
    if any(item is None for item in items):
        return None
    return half_up(BLOCKS[block] * mean(items) / 100)


def daily_nodes(town: Town, area_id: str) -> Scores:
    """All everyday nodes of an area, the items first (四(二)1)."""
    nodes: Scores = {f"daily.{item}": daily_item(town, area_id, item) for item in DEPARTMENTS}
    for block in BLOCKS:
        nodes[f"daily.{block}"] = daily_block(block, nodes)
    nodes["daily"] = sum_of([nodes[f"daily.{block}"] for block in BLOCKS])
    return nodes


# Bonus, deduction, total, progress ---------------------------------------------


def sum_of(parts: list[Value]) -> Value:
    """A sum of nodes; absent if a part is absent."""
    if any(part is None for part in parts):
        return None
    return half_up(sum(parts, Fraction(0)))


def points_of_several(points: list[int], rule: str, most: int) -> Fraction:
    """What several commendations or sanctions of one area come to under the rule."""
    match rule:
        case "highest":
            return Fraction(max(points, default=0))
        case "sum":
            return Fraction(sum(points))
        case _:
            return Fraction(min(sum(points), most))


def bonus(town: Town, area_id: str) -> Fraction:
    """`bonus` (3): Σ national 3, municipal 2, district 1; at most 3 (三(四))."""
    points = [HONOUR_POINTS[row["level"]] for row in town.rows("honours", area_id)]
    return points_of_several(points, town.options["bonus_rule"], MOST_BONUS)


def deduction(town: Town, area_id: str) -> Fraction:
    """`deduction` (3): Σ points of the sanctions; at most 3 (三(四))."""
    points = [int(row["points"]) for row in town.rows("sanctions", area_id)]
    return points_of_several(points, town.options["deduction_rule"], MOST_DEDUCTION)


def total(scores: Scores) -> Value:
    """`total`: daily + mass + bonus − deduction; no cap at 100, no floor at 0 (四)."""
    if scores["daily"] is None or scores["mass"] is None:
        return None
    return half_up(scores["daily"] + scores["mass"] + scores["bonus"] - scores["deduction"])


def progress(town: Town, area_id: str, survey: Value) -> Value:
    """`progress`: how far a new or old area has come since last year (四(三)).

    The mean of the fall of hotline cases and the rise of satisfaction, in percent; a part whose
    divisor is 0 is left out. Reported, not added to the total.
    """
    if town.area(area_id)["category"] not in ("new", "old"):
        return None
    if not town.rows("previous", area_id):
        return None
    (previous,) = town.rows("previous", area_id)
    previous_cases = Fraction(previous["hotline_cases"])
    previous_satisfaction = Fraction(previous["satisfaction"])
    parts = []
    if previous_cases != 0:
        cases = [case for case in eligible_cases(town, area_id) if case["source"] == "hotline"]
        parts.append(100 * (previous_cases - len(cases)) / previous_cases)
    if previous_satisfaction != 0:
        if survey is None:
            return None
        parts.append(100 * (survey - previous_satisfaction) / previous_satisfaction)
    return half_up(mean(parts)) if parts else None


# The whole town ----------------------------------------------------------------


def scores_of_all_areas(town: Town) -> dict[str, Scores]:
    """Every node of every area but those of the final ranking, in the contract's order."""
    own_hotline = {area_id: hotline_nodes(town, area_id) for area_id in town.area_ids()}
    composites = {area_id: own_hotline[area_id]["hotline.composite"] for area_id in own_hotline}
    all_scores = {}
    for area_id in town.area_ids():
        scores = survey_nodes(town, area_id)
        scores["mass.visits"] = mass_visits(town, area_id, scores)
        scores["mass.livelihood"] = mass_livelihood(town, scores)
        scores.update(own_hotline[area_id])
        scores["hotline.rank"] = hotline_rank(town, area_id, composites)
        scores["mass.hotline"] = mass_hotline(scores["hotline.rank"])
        scores["mass"] = sum_of(
            [scores["mass.visits"], scores["mass.livelihood"], scores["mass.hotline"]]
        )
        scores.update(daily_nodes(town, area_id))
        scores["bonus"] = bonus(town, area_id)
        scores["deduction"] = deduction(town, area_id)
        scores["total"] = total(scores)
        scores["progress"] = progress(town, area_id, scores["survey"])
        all_scores[area_id] = scores
    return all_scores


def result_row(town: Town, area_id: str, scores: Scores, standing: Standing | None) -> Row:
    """One line of results.csv; an area without standing is incomplete."""
    area = town.area(area_id)
    row = {
        "area_id": area_id,
        "name": area["name"],
        "category": area["category"],
        "status": "complete" if standing else "incomplete",
        "total": two_places(scores["total"]),
        "rank": whole_number(standing.rank if standing else None),
        "grade": standing.grade if standing else "",
        "tier": standing.tier if standing else "",
    }
    for node, value in scores.items():
        if node in WHOLE_NODES:
            row[node] = whole_number(int(value))
        elif node not in FIRST_COLUMNS:
            row[node] = two_places(value)
    return row


def result_rows(
    town: Town, all_scores: dict[str, Scores], standing_of: dict[str, Standing]
) -> list[Row]:
    """The lines of results.csv by rank, then area id; incomplete areas last."""
    ranked = sorted(standing_of, key=lambda area_id: (standing_of[area_id].rank, area_id))
    incomplete = [area_id for area_id in town.area_ids() if area_id not in standing_of]
    return [
        result_row(town, area_id, all_scores[area_id], standing_of.get(area_id))
        for area_id in ranked + incomplete
    ]


def check_row(area_id: str, result: CheckResult) -> Row:
    """One line of checks.csv."""
    met = {True: "true", False: "false", None: ""}[result.met]
    return {
        "area_id": area_id,
        "check": result.check,
        "required": str(result.required),
        "actual": result.actual,
        "met": met,
        "waived": "true" if result.waived else "false",
    }


def warnings_of(town: Town) -> Warnings:
    """What was left out, and what deserves a look."""
    cases = town.all_rows("cases")
    visits = town.all_rows("visits")
    without_cases = []
    if town.has("cases"):
        # Without the table nothing is known of any area, and its check says so already.
        without_cases = [area for area in town.area_ids() if not town.cases_of_year(area)]
    return Warnings(
        cases_out_of_year=sum(not is_in_year(case["received_on"]) for case in cases),
        visits_out_of_year=sum(not is_in_year(visit["visited_on"]) for visit in visits),
        areas_without_cases=tuple(without_cases),
        staff_below_six_months=staff_below_six_months(town),
    )


def assess(facts: Facts, decisions: dict[str, str]) -> Assessment:
    """Assess a town whose facts are valid and canonical; a missing decision is its default."""
    town = read_town(facts, decisions)
    all_scores = scores_of_all_areas(town)
    standing_of = standings(all_scores, town.options)
    check_rows = []
    final = len(standing_of) == len(all_scores)
    for area_id in town.area_ids():
        for result in checks_of_area(town, area_id):
            check_rows.append(check_row(area_id, result))
            if bars_a_final_result(town, result):
                final = False
    return Assessment(
        results=result_rows(town, all_scores, standing_of),
        checks=check_rows,
        pay=pay_list(town, {area_id: place.tier for area_id, place in standing_of.items()}),
        final=final,
        warnings=warnings_of(town),
    )
