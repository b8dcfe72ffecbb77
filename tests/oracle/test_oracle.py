"""The oracle against scores worked by hand from the contract."""

from fractions import Fraction

import pytest

from tests.oracle.gaojing import assess
from tests.oracle.plain_towns import (
    answer_total,
    ballot,
    case,
    cases_with_composite,
    column,
    marks_by_item,
    plain_town,
    result_of,
    spot_checks,
    town_with_survey,
)
from tests.oracle.rounding import half_up, two_places

A = "01"


# Rounding ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1.005", "1.01"),
        ("1.00499", "1.00"),
        ("-1.005", "-1.01"),
        ("-0.004", "0.00"),
        ("-0.005", "-0.01"),
        ("12", "12.00"),
    ],
)
def test_a_half_goes_away_from_zero(value: str, text: str) -> None:
    assert two_places(half_up(Fraction(value))) == text


# The survey --------------------------------------------------------------------


def test_blend_and_two_false_visits() -> None:
    # online (90 + 86) / 2 = 88; 0.2 x 92 + 0.4 x 85 + 0.4 x 88 = 18.4 + 34 + 35.2 = 87.6
    # livelihood 18 x 0.876 = 15.768; visits 15.768 - 2 = 13.768
    town = town_with_survey(A, 92, 85, 90, 86)
    town["spot_checks"] = spot_checks(A, 2, 8)
    row = result_of(assess(town, {}), A)
    assert row["survey.online"] == "88.00"
    assert row["survey"] == "87.60"
    assert row["mass.visits"] == "13.77"
    assert row["mass.livelihood"] == "15.77"


def test_false_visits_cost_at_most_the_meeting_slice() -> None:
    # slice 18 x 0.2 x 92 / 100 = 3.312 < 4 false visits: 15.768 - 3.312 = 12.456
    town = town_with_survey(A, 92, 85, 90, 86)
    town["spot_checks"] = spot_checks(A, 4)
    assert column(assess(town, {"spot_check_target": "meeting_slice"}), "mass.visits") == ["12.46"]
    assert column(assess(town, {"spot_check_target": "none"}), "mass.visits") == ["15.77"]
    assert column(assess(town, {}), "mass.visits") == ["11.77"]


def test_false_visits_do_not_go_below_zero() -> None:
    town = town_with_survey(A, 92, 85, 90, 86)
    town["spot_checks"] = spot_checks(A, 16)
    assert column(assess(town, {}), "mass.visits") == ["0.00"]


def test_ballots_count_by_their_answers() -> None:
    # ten answers of 10, six of 5, five of 0, one of 2
    town = plain_town([A])
    town["answers"] = [row for row in town["answers"] if row["channel"] != "meeting"]
    town["answers"] += [
        ballot(A, "meeting", "10"),
        ballot(A, "meeting", "5", blanks=4),
        ballot(A, "meeting", "0", blanks=5),
        ballot(A, "meeting", "2", blanks=9),
    ]
    # six: (100 + 30) / 160 = 81.25%; any: (100 + 30 + 0 + 2) / 220 = 60%; all: 100%
    assert column(assess(town, {}), "survey.meeting") == ["81.25"]
    assert column(assess(town, {"blank_answers": "any"}), "survey.meeting") == ["60.00"]
    assert column(assess(town, {"blank_answers": "all"}), "survey.meeting") == ["100.00"]


def test_panels_pooled_or_halved() -> None:
    # three households 10, 10, 10 and one party member 5: (300 + 50) / 400 or (100 + 50) / 2
    town = plain_town([A])
    town["answers"] = [row for row in town["answers"] if row["channel"] != "meeting"]
    town["answers"] += [ballot(A, "meeting", "10")] * 3 + [ballot(A, "party", "5")]
    assert column(assess(town, {}), "survey.meeting") == ["87.50"]
    row = result_of(assess(town, {"meeting_panels": "halves"}), A)
    assert row["survey.meeting"] == "75.00"
    assert row["survey.meeting.household"] == "100.00"
    assert row["survey.meeting.party_member"] == "50.00"
    columns = list(row)
    place = columns.index("survey.meeting")
    assert columns[place + 1 : place + 4] == [
        "survey.meeting.household",
        "survey.meeting.party_member",
        "survey.third_party",
    ]


def test_one_absent_panel_leaves_the_other_alone() -> None:
    row = result_of(assess(plain_town([A]), {"meeting_panels": "halves"}), A)
    assert row["survey.meeting"] == "80.00"
    assert row["survey.meeting.party_member"] == ""


def test_rounds_as_mean_or_pooled() -> None:
    # first round three ballots of 10, second one of 8: (100 + 80) / 2 = 90 or 380 / 400 = 95
    town = plain_town([A])
    town["answers"] += [ballot(A, "online.1", "10")] * 3
    town["answers"].remove(ballot(A, "online.1", "8"))
    assert column(assess(town, {}), "survey.online") == ["90.00"]
    assert column(assess(town, {"online_rounds": "pooled"}), "survey.online") == ["95.00"]


@pytest.mark.parametrize("rounds", ["mean", "pooled"])
def test_an_absent_round_needs_its_own_waiver(rounds: str) -> None:
    town = plain_town([A])
    town["answers"].remove(ballot(A, "online.1", "8"))
    decisions = {"online_rounds": rounds}
    assert column(assess(town, decisions), "status") == ["incomplete"]
    town["waivers"] = [{"area_id": A, "check": "sample.online.2", "reason": "x"}]
    assert column(assess(town, decisions), "survey.online") == [""]
    town["waivers"] = [{"area_id": A, "check": "sample.online.1", "reason": "x"}]
    row = result_of(assess(town, decisions), A)
    assert row["survey.online.1"] == ""
    assert row["survey.online"] == "80.00"
    assert row["status"] == "complete"


def test_split_feeds_each_item_with_its_own_questions() -> None:
    # q1 q2 q3 q4 q6 are 10, the others 5, everywhere: survey 75, visits 100, livelihood 50
    town = plain_town([A])
    for row in town["answers"]:
        for question in ("q1", "q2", "q3", "q4", "q6"):
            row[question] = "10"
        for question in ("q5", "q7", "q8", "q9", "q10"):
            row[question] = "5"
    row = result_of(assess(town, {"survey_items": "split"}), A)
    assert row["survey"] == "75.00"
    assert row["survey.visits"] == "100.00"
    assert row["survey.livelihood"] == "50.00"
    assert row["mass.visits"] == "18.00"
    assert row["mass.livelihood"] == "9.00"
    columns = list(row)
    place = columns.index("survey")
    names = ("meeting", "third_party", "online.1", "online.2", "online")
    assert columns[place + 1 : place + 14] == [
        *(f"survey.visits.{name}" for name in names),
        "survey.visits",
        *(f"survey.livelihood.{name}" for name in names),
        "survey.livelihood",
        "mass.visits",
    ]


def test_totals_of_all_questions_feed_no_split_node() -> None:
    row = result_of(assess(town_with_survey(A, 92, 85, 90, 86), {"survey_items": "split"}), A)
    assert row["survey"] == "87.60"
    assert row["survey.visits.meeting"] == ""
    assert row["survey.livelihood"] == ""
    assert row["status"] == "incomplete"


def test_totals_and_ballots_of_two_panels_pool() -> None:
    # household ballot 80 of 100; party members reported: q1 three answers, 15 points
    town = plain_town([A])
    town["answer_totals"] = [answer_total(A, "party", "q1", 3, "15")]
    # (80 + 15) / 130 = 73.0769...
    assert column(assess(town, {}), "survey.meeting") == ["73.08"]
    # q5 q7 q8 q9 q10 have no total: 40 / 50
    row = result_of(assess(town, {"survey_items": "split", "blank_answers": "all"}), A)
    assert row["survey.visits.meeting"] == "68.75"  # (40 + 15) / 80
    assert row["survey.livelihood.meeting"] == "80.00"


# Everyday performance and total ------------------------------------------------


def test_everyday_blocks_and_total() -> None:
    # party 13 x (90 + 85 + 88 + 80) / 4 / 100 = 11.1475; stability 9 x 92 / 100 = 8.28
    # service 18 x 511 / 6 / 100 = 15.33; daily 11.15 + 15.33 + 8.28 = 34.76
    # mass 13.77 + 15.77 + 22 = 51.54; a municipal honour: 34.76 + 51.54 + 2 = 88.30
    town = town_with_survey(A, 92, 85, 90, 86)
    others = plain_town(["02", "03", "04", "05", "06"])
    town["areas"] += others["areas"]
    town["answers"] = others["answers"]
    town["spot_checks"] = spot_checks(A, 2, 8)
    town["cases"] = [case("1", A, resolved="false")]
    town["honours"] = [{"area_id": A, "level": "municipal", "title": "x"}]
    items = {"party.1": "90", "party.2": "85", "party.3": "88", "party.4": "80"}
    items |= {"service.1": "88", "service.2": "92", "service.3": "80", "service.4": "75"}
    items |= {"service.5": "90", "service.6": "86", "stability.1": "95", "stability.2": "89"}
    town["ratings"] = others["ratings"] + marks_by_item(A, items)
    row = result_of(assess(town, {}), A)
    assert row["daily.party"] == "11.15"
    assert row["daily.service"] == "15.33"
    assert row["daily.stability"] == "8.28"
    assert row["daily"] == "34.76"
    assert (row["hotline.rank"], row["mass.hotline"], row["mass"]) == ("6", "22.00", "51.54")
    assert row["total"] == "88.30"


def test_departments_of_an_item_weigh_the_same_and_all_must_mark() -> None:
    town = plain_town([A])
    rating = next(row for row in town["ratings"] if row["item"] == "party.3")
    rating["score"] = "80.01"  # (80.01 + 80) / 2 = 80.005
    assert column(assess(town, {}), "daily.party.3") == ["80.01"]
    town["ratings"].remove(rating)
    row = result_of(assess(town, {}), A)
    assert (row["daily.party.3"], row["daily.party"], row["daily"], row["total"]) == ("",) * 4
    assert row["daily.service"] == "14.40"
    assert row["mass"] != ""
    assert row["hotline.rank"] == "1"


@pytest.mark.parametrize(
    ("rule", "bonus", "deduction"),
    [("capped_sum", "3.00", "3.00"), ("highest", "2.00", "2.00"), ("sum", "5.00", "4.00")],
)
def test_several_commendations_and_sanctions(rule: str, bonus: str, deduction: str) -> None:
    town = plain_town([A, "02"])
    levels = ("municipal", "municipal", "district")
    town["honours"] = [{"area_id": A, "level": level, "title": "x"} for level in levels]
    points = ("1", "2", "1")
    town["sanctions"] = [{"area_id": A, "points": number, "reason": "x"} for number in points]
    assessment = assess(town, {"bonus_rule": rule, "deduction_rule": rule})
    assert column(assessment, "bonus") == [bonus, "0.00"]
    assert column(assessment, "deduction") == [deduction, "0.00"]


# The hotline -------------------------------------------------------------------


def test_exclusion_of_four_cases() -> None:
    # 40 cases: handled 36, resolved 30, rated 32, satisfied 24: (90 + 75 + 75) / 3 = 80
    # without 4 handled, unresolved ones (3 unsatisfied, 1 unrated): 32/36, 30/36, 24/29
    # = 88.89, 83.33, 82.76; mean 84.9933
    town = plain_town([A])
    rows = [case(f"s{n}", A) for n in range(24)]
    rows += [case(f"u{n}", A, satisfied="false") for n in range(5)]
    rows += [case("r", A, satisfied="")]
    rows += [case(f"x{n}", A, resolved="false", satisfied="false") for n in range(3)]
    rows += [case("x3", A, resolved="false", satisfied="")]
    rows += [case(f"n{n}", A, handled="false", resolved="false", satisfied="") for n in range(4)]
    rows += [case(f"m{n}", A, resolved="false", satisfied="") for n in range(2)]
    town["cases"] = rows
    assert column(assess(town, {}), "hotline.composite") == ["80.00"]
    for row in rows:
        if row["case_id"].startswith("x"):
            row["excluded"] = "repeat"
    row = result_of(assess(town, {}), A)
    assert row["hotline.eligible"] == "36"
    assert row["hotline.handled"] == "88.89"
    assert row["hotline.resolved"] == "83.33"
    assert row["hotline.satisfied"] == "82.76"
    assert row["hotline.composite"] == "84.99"
    # 0.30 x 88.89 + 0.35 x 83.33 + 0.35 x 82.76 = 26.667 + 29.1655 + 28.966 = 84.7985
    weighted = assess(town, {"hotline_formula": "weighted"})
    assert column(weighted, "hotline.composite") == ["84.80"]


def test_cases_that_do_not_count() -> None:
    town = plain_town([A, "02"])
    bad = {"handled": "false", "resolved": "false", "satisfied": "false"}
    town["cases"] = [
        case("1", A, **bad, responsible="false"),
        case("2", A, **bad, reasonable="false"),
        case("3", A, **bad, excluded="other"),
        case("4", A, **bad, received_on="2023-12-31"),
        case("5", A, **bad, received_on="2025-01-01"),
    ]
    assessment = assess(town, {})
    assert column(assessment, "hotline.eligible") == ["0", "0"]
    assert column(assessment, "hotline.composite") == ["100.00", "100.00"]
    assert assessment.warnings.cases_out_of_year == 2
    assert assessment.warnings.areas_without_cases == ("02",)


def test_a_rate_without_denominator_is_a_hundred() -> None:
    # handled 0, nothing known of the rest: (0 + 100 + 100) / 3
    town = plain_town([A])
    town["cases"] = [case("1", A, handled="false", resolved="", satisfied="")]
    assert column(assess(town, {}), "hotline.composite") == ["66.67"]


COMPOSITES = (97, 96, 95, 94, 93, 93, 91, 90, 89, 88, 88, 86)


def test_bands_and_ties_of_the_hotline() -> None:
    area_ids = [f"{number:02d}" for number in range(1, 13)]
    town = plain_town(area_ids)
    town["cases"] = []
    for area_id, percent in zip(area_ids, COMPOSITES, strict=True):
        town["cases"] += cases_with_composite(area_id, percent)
    better = assess(town, {})
    assert column(better, "hotline.rank") == "1 2 3 4 5 5 7 8 9 10 10 12".split()
    assert column(better, "mass.hotline") == ["24.00"] * 6 + ["22.00"] * 5 + ["20.00"]
    worse = assess(town, {"hotline_tie": "worse"})
    assert column(worse, "hotline.rank") == "1 2 3 4 6 6 7 8 9 11 11 12".split()
    assert column(worse, "mass.hotline") == ["24.00"] * 4 + ["22.00"] * 5 + ["20.00"] * 3


def test_cases_per_thousand_turn_the_order_round() -> None:
    # 2 cases in 1,000 households, 1 in 1,500 (0.666...), none
    town = plain_town(["01", "02", "03"])
    town["areas"][1]["households"] = "1500"
    town["cases"] = [case("1", "01"), case("2", "01"), case("3", "02")]
    assessment = assess(town, {"hotline_formula": "per_thousand"})
    assert column(assessment, "hotline.composite") == ["2.00", "0.67", "0.00"]
    assert column(assessment, "hotline.rank") == ["3", "2", "1"]
    # All three have 24 points, so the composite is the tie key and turns round as well.
    assert column(assessment, "total") == [column(assessment, "total")[0]] * 3
    assert column(assessment, "rank") == ["3", "2", "1"]


def test_the_last_band_begins_after_place_25() -> None:
    area_ids = [f"{number:02d}" for number in range(1, 28)]
    town = plain_town(area_ids)
    town["cases"] = []
    for number, area_id in enumerate(area_ids):
        town["cases"] += cases_with_composite(area_id, 100 - number)
    points = column(assess(town, {}), "mass.hotline")
    expected = ["24.00"] * 5 + ["22.00"] * 5 + ["20.00"] * 10 + ["18.00"] * 5 + ["16.00"] * 2
    assert points == expected
