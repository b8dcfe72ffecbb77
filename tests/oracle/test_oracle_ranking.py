"""The oracle against ranks, grades, tiers and progress worked by hand from the contract."""

import pytest

from tests.oracle.gaojing import assess
from tests.oracle.plain_towns import (
    case,
    column,
    marks,
    plain_town,
    result_of,
    spot_checks,
    town_in_order,
    town_with_survey,
)
from tests.oracle.ranking import excellent_places
from tests.oracle.surveying import TEN_QUESTIONS
from tests.oracle.town_facts import Facts

A = "01"


# Rank, grade, tier -------------------------------------------------------------


@pytest.mark.parametrize(
    ("areas", "places"),
    [(1, 0), (3, 0), (4, 1), (26, 7), (27, 8), (29, 8), (30, 9), (33, 9), (34, 9), (40, 9)],
)
def test_places_for_excellent(areas: int, places: int) -> None:
    assert excellent_places(areas) == places


def test_grades_and_tiers_by_place() -> None:
    assessment = assess(town_in_order(30), {})
    assert column(assessment, "rank") == [str(number) for number in range(1, 31)]
    assert column(assessment, "grade") == ["excellent"] * 9 + ["qualified"] * 21
    assert column(assessment, "tier") == ["A"] * 5 + ["B"] * 7 + [""] * 18


def test_an_incomplete_area_takes_no_place_but_counts_for_the_quota() -> None:
    town = town_in_order(4)  # Q = 1 of four areas, the first of them incomplete
    town["ratings"] = [row for row in town["ratings"] if row["area_id"] != "01"]
    assessment = assess(town, {})
    assert column(assessment, "rank") == ["", "1", "2", "3"]
    assert column(assessment, "grade") == ["", "excellent", "qualified", "qualified"]
    assert column(assessment, "tier") == ["", "A", "A", "A"]
    assert [row["area_id"] for row in assessment.results] == ["02", "03", "04", "01"]
    assert not assessment.final


def test_a_tie_group_reaching_beyond_the_places_is_not_excellent() -> None:
    town = town_in_order(7)  # Q = 2; the second and third areas tie
    town["ratings"] = [row for row in town["ratings"] if row["area_id"] != "03"]
    town["ratings"] += marks("03", "99")
    assessment = assess(town, {})
    assert column(assessment, "rank") == ["1", "2", "2", "4", "5", "6", "7"]
    assert column(assessment, "grade") == ["excellent"] + ["qualified"] * 6


def test_a_tie_group_at_the_edge_of_a_tier() -> None:
    town = town_in_order(14)
    for area_id, same_as in (("06", "95"), ("13", "88")):  # marks of "06" are "05"'s and so on
        town["ratings"] = [row for row in town["ratings"] if row["area_id"] != area_id]
        town["ratings"] += marks(area_id, {"95": "96", "88": "89"}[same_as])
    included = assess(town, {})
    assert column(included, "rank") == "1 2 3 4 5 5 7 8 9 10 11 12 12 14".split()
    assert column(included, "tier") == ["A"] * 6 + ["B"] * 7 + [""]
    excluded = assess(town, {"tier_tie": "exclude"})
    assert column(excluded, "tier") == ["A"] * 4 + ["B"] * 7 + [""] * 3


@pytest.mark.parametrize(
    ("answer", "levels", "total", "grade"),
    [
        ("7.5", [], "85.00", "qualified"),  # 13.5 + 13.5 + 24 + 34
        ("2.5", ["national"], "70.00", "qualified"),  # 4.5 + 4.5 + 24 + 34 + 3
        ("2.5", ["municipal"], "69.00", "basic"),
        ("0", ["municipal"], "60.00", "basic"),  # 24 + 34 + 2
        ("0", ["district"], "59.00", "unqualified"),
    ],
)
def test_grade_by_total(answer: str, levels: list[str], total: str, grade: str) -> None:
    town = plain_town([A], answer=answer, mark="85")
    town["honours"] = [{"area_id": A, "level": level, "title": "x"} for level in levels]
    row = result_of(assess(town, {}), A)
    assert (row["total"], row["grade"]) == (total, grade)


def test_a_floor_for_excellent_leaves_places_empty() -> None:
    # Q = 2. Survey 60, hotline 24, marks 100, 99, 98: 85.6, 85.2, 84.8
    town = town_in_order(7)
    for row in town["answers"]:
        row.update(dict.fromkeys(TEN_QUESTIONS, "6"))
    floor = {"excellent_floor": "eighty_five"}
    assert column(assess(town, floor), "total")[:3] == ["85.60", "85.20", "84.80"]
    assert column(assess(town, floor), "grade")[:3] == ["excellent", "excellent", "qualified"]
    # A sanction takes the second one to 84.2 and the third to the second place, below the floor.
    town["sanctions"] = [{"area_id": "02", "points": "1", "reason": "x"}]
    assert column(assess(town, floor), "grade")[:3] == ["excellent", "qualified", "qualified"]
    assert column(assess(town, {}), "grade")[:3] == ["excellent", "qualified", "excellent"]


def test_later_keys_break_equal_totals() -> None:
    # 02 loses a point to a false visit and regains it by an honour: mass decides.
    # 03 has the same mass, but one unsatisfied case: the composite decides.
    # 04 has third party 70 and online 90 where the others have 80 and 80: third party decides.
    town = plain_town(["01", "02", "03", "04", "05"])
    town["spot_checks"] = spot_checks("02", 1)
    town["honours"] = [{"area_id": "02", "level": "district", "title": "x"}]
    town["cases"] = [case("1", "03", satisfied="false")]
    for row in town["answers"]:
        if row["area_id"] == "04" and row["channel"] != "meeting":
            answer = "7" if row["channel"] == "third_party" else "9"
            row.update(dict.fromkeys(TEN_QUESTIONS, answer))
    assessment = assess(town, {})
    assert len(set(column(assessment, "total"))) == 1
    assert column(assessment, "rank") == ["1", "5", "4", "3", "1"]


# Progress ----------------------------------------------------------------------


def town_with_progress(previous_cases: str, previous_satisfaction: str) -> Facts:
    """An old area with survey 88.2 and 39 hotline cases, one petition beside."""
    town = town_with_survey(A, 88, 88, 88, 88)
    for row in town["answer_totals"]:
        row["points"] = "882"
    town["areas"][0]["category"] = "old"
    town["cases"] = [case(str(number), A) for number in range(39)]
    town["cases"].append(case("p", A, source="petition"))
    town["previous"] = [
        {"area_id": A, "hotline_cases": previous_cases, "satisfaction": previous_satisfaction}
    ]
    return town


@pytest.mark.parametrize(
    ("cases", "satisfaction", "progress"),
    [
        ("52", "84", "15.00"),  # fall 25, rise 5
        ("0", "84", "5.00"),
        ("52", "0", "25.00"),
        ("0", "0", ""),
        ("26", "100", "-30.90"),  # (-50 - 11.8) / 2
        ("39", "88.2", "0.00"),
    ],
)
def test_progress(cases: str, satisfaction: str, progress: str) -> None:
    assert column(assess(town_with_progress(cases, satisfaction), {}), "progress") == [progress]


def test_progress_is_only_for_new_and_old_areas() -> None:
    town = town_with_progress("52", "84")
    town["areas"][0]["category"] = ""
    assert column(assess(town, {}), "progress") == [""]


def test_progress_without_survey() -> None:
    town = town_with_progress("52", "84")
    town["answer_totals"] = []
    assert column(assess(town, {}), "progress") == [""]
    town["previous"][0]["satisfaction"] = "0"
    assert column(assess(town, {}), "progress") == ["25.00"]
