"""The oracle's checks and pay against numbers worked by hand from the contract."""

import pytest

from tests.oracle.gaojing import assess
from tests.oracle.plain_towns import case, check_of, plain_town, post, town_in_order
from tests.oracle.town_facts import Facts, Row

A = "01"


def participants(place: str, count: int, first: int = 0) -> list[Row]:
    """So many households, or party members, in a channel and round."""
    channel, _, round_ = place.partition(".")
    panel = "party_member" if channel == "party" else ""
    channel = "meeting" if channel == "party" else channel
    return [
        {
            "area_id": A,
            "household_id": str(number),
            "channel": channel,
            "round": round_,
            "panel": panel,
        }
        for number in range(first, first + count)
    ]


def count_of(place: str, households: int) -> Row:
    """A channel and round that reports a count only."""
    channel, _, round_ = place.partition(".")
    return {
        "area_id": A,
        "channel": channel,
        "round": round_,
        "households": str(households),
    }


def town_of_households(households: int) -> Facts:
    """One area of so many households."""
    town = plain_town([A])
    town["areas"][0]["households"] = str(households)
    return town


# Participation -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("households", "meeting", "third_party", "online", "total"),
    [
        (800, "40", "40", "320", "400"),
        (1000, "50", "50", "400", "500"),
        (2000, "100", "100", "800", "1000"),
        (2500, "100", "125", "1000", "1250"),
        (4000, "100", "200", "1600", "2000"),
        (1, "1", "1", "1", "1"),
        (41, "3", "3", "17", "21"),  # 2.05, 16.4 and 20.5 go up
    ],
)
def test_required_households(
    households: int, meeting: str, third_party: str, online: str, total: str
) -> None:
    assessment = assess(town_of_households(households), {})
    assert check_of(assessment, A, "sample.meeting.households") == (meeting, "", "")
    assert check_of(assessment, A, "sample.third_party") == (third_party, "", "")
    assert check_of(assessment, A, "sample.online.2") == (online, "", "")
    assert check_of(assessment, A, "sample.total") == (total, "", "")


def test_counts_that_cannot_be_determined() -> None:
    town = town_of_households(1600)
    places = {"meeting": 80, "third_party": 80, "online.1": 650, "online.2": 620}
    town["participation_counts"] = [count_of(place, n) for place, n in places.items()]
    assessment = assess(town, {})
    assert check_of(assessment, A, "sample.total") == ("800", "650..1430", "")
    assert check_of(assessment, A, "sample.online.2") == ("640", "620", "false")
    # Nothing is known of the members, since only linked rows tell.
    assert check_of(assessment, A, "sample.meeting.party_members") == ("5", "", "")


@pytest.mark.parametrize(
    ("linked", "counted", "actual", "met"),
    [
        (5, 3, "5..8", "true"),  # the linked union alone is enough
        (3, 5, "5..8", "true"),
        (2, 2, "2..4", "false"),
        (2, 3, "3..5", ""),
        (9, 9, "9..10", "true"),  # no more than the area's households
        (12, 4, "12..12", "true"),  # but no less than are known
        (4, 0, "4..4", "false"),
    ],
)
def test_bounds_of_linked_and_counted_households(
    linked: int, counted: int, actual: str, met: str
) -> None:
    town = town_of_households(10)
    town["participation"] = participants("third_party", linked)
    town["participation_counts"] = [count_of("online.1", counted)]
    assert check_of(assess(town, {}), A, "sample.total") == ("5", actual, met)


def test_households_are_distinct_over_channels_and_members_are_apart() -> None:
    town = town_of_households(10)
    town["participation"] = (
        participants("meeting", 2)
        + participants("party", 4)
        + participants("third_party", 2, first=1)
        + participants("online.1", 4)
        + participants("online.2", 3, first=2)
    )
    assessment = assess(town, {})
    assert check_of(assessment, A, "sample.meeting.households") == ("1", "2", "true")
    assert check_of(assessment, A, "sample.meeting.party_members") == ("5", "4", "false")
    assert check_of(assessment, A, "sample.online.1") == ("4", "4", "true")
    assert check_of(assessment, A, "sample.online.2") == ("4", "3", "false")
    assert check_of(assessment, A, "sample.total") == ("5", "5", "true")


def test_more_than_a_hundred_households_at_meetings_is_a_warning() -> None:
    town = town_of_households(1000)
    town["participation"] = participants("meeting", 101)
    assert check_of(assess(town, {}), A, "sample.meeting.ceiling") == ("100", "101", "false")
    town["participation"].pop()
    assert check_of(assess(town, {}), A, "sample.meeting.ceiling") == ("100", "100", "true")


# Visits, spot check, hotline ---------------------------------------------------


def visit(household: str, day: str, staff_id: str = "w1") -> Row:
    """One home visit."""
    return {"area_id": A, "household_id": household, "staff_id": staff_id, "visited_on": day}


def test_visits_by_year_and_quarter() -> None:
    town = town_of_households(2)
    town["visits"] = [
        visit("a", "2024-01-01"),
        visit("b", "2024-03-31"),
        visit("a", "2024-04-01"),
        visit("a", "2024-06-30"),
        visit("c", "2025-01-01"),
    ]
    assessment = assess(town, {})
    assert check_of(assessment, A, "visits.year") == ("2", "2", "true")
    assert check_of(assessment, A, "visits.quarter.1") == ("2", "2", "true")
    assert check_of(assessment, A, "visits.quarter.2") == ("2", "1", "false")
    assert check_of(assessment, A, "visits.quarter.4") == ("2", "0", "false")
    assert assessment.warnings.visits_out_of_year == 1


def test_months_with_a_visit_by_each_social_worker() -> None:
    # w1 due 12, out in January and May; w2 due 1, out in two months; w3 is no social worker
    town = town_of_households(2)
    town["staff"] = [
        post("w1", A, "social_worker"),
        post("w2", A, "social_worker", months="1"),
        post("w3", A, "director"),
    ]
    town["visits"] = [
        visit("a", "2024-01-01"),
        visit("b", "2024-01-31"),
        visit("b", "2024-05-05"),
        visit("b", "2023-07-07"),
        visit("b", "2024-08-01", "w2"),
        visit("b", "2024-09-01", "w2"),
        visit("b", "2024-10-01", "w3"),
    ]
    assert check_of(assess(town, {}), A, "visits.monthly") == ("13", "3", "false")
    del town["visits"]
    assert check_of(assess(town, {}), A, "visits.monthly") == ("13", "", "")
    del town["staff"]
    assert check_of(assess(town, {}), A, "visits.monthly") == ("0", "", "")


def test_spot_check_size_is_exactly_ten() -> None:
    town = town_of_households(2)
    assert check_of(assess(town, {}), A, "spot_check.size") == ("10", "", "")
    for size, met in ((9, "false"), (10, "true"), (11, "false")):
        town["spot_checks"] = [
            {"area_id": A, "household_id": str(number), "visited": "true", "checked_on": ""}
            for number in range(size)
        ]
        assert check_of(assess(town, {}), A, "spot_check.size") == ("10", str(size), met)


def test_hotline_data() -> None:
    town = town_of_households(2)
    assert check_of(assess(town, {}), A, "hotline.data") == ("0", "", "")
    town["cases"] = []
    assert check_of(assess(town, {}), A, "hotline.data") == ("0", "0", "true")
    town["cases"] = [case("1", A), case("2", A, excluded="repeat"), case("3", A)]
    town["cases"][2]["received_on"] = "2025-01-01"
    assert check_of(assess(town, {}), A, "hotline.data") == ("0", "2", "true")


# What bars a final result ------------------------------------------------------


def town_without_fault() -> Facts:
    """One household that did everything; ten were spot-checked."""
    town = town_of_households(1)
    town["areas"][0]["party_members"] = "0"
    places = ("meeting", "third_party", "online.1", "online.2")
    town["participation"] = [row for place in places for row in participants(place, 1)]
    days = ("2024-01-01", "2024-04-01", "2024-07-01", "2024-10-01")
    town["visits"] = [visit("0", day) for day in days]
    town["spot_checks"] = [
        {"area_id": A, "household_id": str(number), "visited": "true", "checked_on": ""}
        for number in range(10)
    ]
    town["cases"] = []
    return town


def test_a_town_without_fault_is_final() -> None:
    assessment = assess(town_without_fault(), {})
    assert assessment.final
    assert [row["check"] for row in assessment.checks][:3] == [
        "sample.meeting.households",
        "sample.meeting.party_members",
        "sample.meeting.ceiling",
    ]
    assert len(assessment.checks) == 15


def test_an_unmet_check_or_no_data_bars_unless_waived() -> None:
    for table, check in (("spot_checks", "spot_check.size"), ("cases", "hotline.data")):
        town = town_without_fault()
        del town[table]
        assert not assess(town, {}).final
        town["waivers"] = [{"area_id": A, "check": check, "reason": "x"}]
        assessment = assess(town, {})
        assert assessment.final
        (row,) = [row for row in assessment.checks if row["check"] == check]
        assert (row["met"], row["waived"]) == ("", "true")


def test_coverage_decides_which_visits_bar() -> None:
    town = town_without_fault()
    town["visits"] = town["visits"][:3]
    assert assess(town, {}).final
    assert not assess(town, {"visit_coverage": "quarter"}).final
    town["waivers"] = [{"area_id": A, "check": "visits.quarter.4", "reason": "x"}]
    assert assess(town, {"visit_coverage": "quarter"}).final


# Pay ---------------------------------------------------------------------------


def posts_of(area_id: str) -> list[Row]:
    """One head, one deputy, one director on site, eight social workers."""
    return [
        post(f"{area_id}-h", area_id, "secretary"),
        post(f"{area_id}-d", area_id, "deputy_secretary"),
        post(f"{area_id}-r", area_id, "director", resident_office="true"),
        *(post(f"{area_id}-{number}", area_id, "social_worker") for number in range(8)),
    ]


def paid(town: Facts, decisions: dict[str, str] | None = None) -> dict[str, tuple[str, str, str]]:
    """Area, role and amount by person."""
    pay = assess(town, decisions or {}).pay
    return {row["staff_id"]: (row["area_id"], row["role"], row["amount"]) for row in pay}


def yuan(amounts: list[str]) -> int:
    """The sum of amounts in whole yuan."""
    return sum(int(amount.removesuffix(".00")) for amount in amounts)


def test_pay_of_a_town() -> None:
    town = town_in_order(13)
    town["staff"] = [row for area in town["areas"] for row in posts_of(area["area_id"])]
    pay = assess(town, {}).pay
    amounts = {area: [] for area in ("01", "06", "13")}
    for row in pay:
        amounts.setdefault(row["area_id"], []).append(row["amount"])
    assert yuan(amounts["01"]) == 21000
    assert yuan(amounts["06"]) == 14000
    assert amounts["13"] == []
    assert yuan([row["amount"] for row in pay]) == 203000
    assert pay[0] == {
        "staff_id": "01-0",
        "area_id": "01",
        "role": "social_worker",
        "tier": "A",
        "amount": "1500.00",
    }


def test_a_presiding_deputy_is_a_head_or_gets_nothing() -> None:
    town = town_in_order(1)
    town["staff"] = posts_of(A)[1:]
    town["staff"][0]["presiding"] = "true"
    assert yuan([amount for _, _, amount in paid(town).values()]) == 19000
    nothing = paid(town, {"presiding_pay": "none"})
    assert yuan([amount for _, _, amount in nothing.values()]) == 14000
    assert "01-d" not in nothing


def test_flags_of_other_roles_are_ignored() -> None:
    town = town_in_order(1)
    town["staff"] = [
        post("a", A, "director", presiding="true"),
        post("b", A, "social_worker", presiding="true", resident_office="true"),
        post("c", A, "other", presiding="true", resident_office="true"),
        post("d", A, "secretary", presiding="true"),
    ]
    assert paid(town) == {
        "b": (A, "social_worker", "1500.00"),
        "d": (A, "secretary", "5000.00"),
    }


def test_several_rows_pay_the_highest_once() -> None:
    town = town_in_order(6)  # "06" is in tier B
    town["staff"] = [
        post("a", "06", "secretary"),
        post("a", "05", "social_worker"),
        post("b", "02", "director", resident_office="true"),
        post("b", "03", "deputy_secretary"),
        post("c", "04", "social_worker"),
        post("c", "02", "social_worker"),
        post("d", "01", "social_worker"),
        post("d", "06", "deputy_secretary"),
    ]
    assert paid(town) == {
        "a": ("06", "secretary", "3000.00"),
        "b": ("03", "deputy_secretary", "2000.00"),
        "c": ("02", "social_worker", "1500.00"),
        # 1,500 in A as a worker and 1,500 in B as a deputy: the role comes first.
        "d": ("06", "deputy_secretary", "1500.00"),
    }


def test_posts_of_part_of_the_year() -> None:
    town = town_in_order(1)
    town["staff"] = [
        post("a", A, "secretary", months="5"),
        post("a", A, "social_worker", months="6"),
        post("b", A, "other", months="0"),
        post("c", A, "secretary", months="0"),
    ]
    assert paid(town) == {"a": (A, "social_worker", "1500.00")}
    assert assess(town, {}).warnings.staff_below_six_months == (
        ("a", A, "secretary"),
        ("b", A, "other"),
        ("c", A, "secretary"),
    )
    # 5,000 x 5 / 12 = 2,083.33 is more than 1,500 x 6 / 12; nobody is paid nothing.
    assert paid(town, {"part_year_pay": "pro_rata"}) == {"a": (A, "secretary", "2083.33")}
    assert assess(town, {"part_year_pay": "pro_rata"}).warnings.staff_below_six_months == ()


def test_incomplete_areas_pay_nothing() -> None:
    town = town_in_order(2)
    town["staff"] = [post("a", "01", "secretary"), post("b", "02", "secretary")]
    town["ratings"] = [row for row in town["ratings"] if row["area_id"] == "02"]
    assert paid(town) == {"b": ("02", "secretary", "5000.00")}
