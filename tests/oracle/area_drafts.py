"""The rows of one random area: table by table, valid, coarse enough for ties, often at an edge.

A draft has no area id yet, so that a copy of it can stand for another area.
"""

import random
from copy import deepcopy

from tests.oracle.checking import CHECK_ORDER
from tests.oracle.gaojing import DEPARTMENTS
from tests.oracle.odd_texts import area_name
from tests.oracle.paying import ROLES
from tests.oracle.profiles import Draft, Profile, as_text, chance, decimal_text, household
from tests.oracle.survey_drafts import draft_participation, draft_survey, draft_uniform_survey
from tests.oracle.town_facts import Row

# First and last days of the year and of quarters, and their neighbours outside the year.
DAYS = (
    "2024-01-01",
    "2024-02-29",
    "2024-03-31",
    "2024-04-01",
    "2024-06-30",
    "2024-07-01",
    "2024-09-30",
    "2024-10-01",
    "2024-11-11",
    "2024-12-31",
)
DAYS_OUTSIDE = ("2023-12-31", "2025-01-01", "2023-06-30", "2025-03-31")
ONE_DAY_PER_QUARTER = ("2024-03-31", "2024-04-01", "2024-09-30", "2024-10-01")

# The area and its people -------------------------------------------------------


def draft_area(rng: random.Random, profile: Profile) -> Row:
    """The area itself: mostly small, sometimes at the edge of the 100 households."""
    if profile.is_clean:
        households = rng.randint(1, 4)
    elif chance(rng, 0.15):
        households = rng.choice((999, 1999, 2000, 2001, 2500))
    else:
        households = rng.choice((1, 2, 3, 5, 10, 19, 20, 21, 40, 41))
    return {
        "name": area_name(rng),
        "households": str(households),
        "party_members": str(rng.choice((0, 1, 9, 10, 11, 20, 21))),
        "category": rng.choice(("", "ordinary", "new", "old", "old")),
    }


def draft_staff(rng: random.Random, staff_ids: list[str]) -> list[Row]:
    """Posts of few people, so that some have several in one area or in several areas."""
    rows = {}
    for _ in range(rng.randint(0, 7)):
        staff_id = rng.choice(staff_ids)
        role = rng.choice((*ROLES, "deputy_secretary", "social_worker", "social_worker"))
        rows[staff_id, role] = {
            "staff_id": staff_id,
            "role": role,
            "presiding": rng.choice(("", "false", "true")),
            "resident_office": rng.choice(("", "false", "true")),
            "months": rng.choice(("", "12", "12", "0", "1", "5", "6", "7", "11")),
        }
    return list(rows.values())


# Everyday performance ----------------------------------------------------------


def draft_ratings(rng: random.Random, profile: Profile) -> list[Row]:
    """The departments' marks: all the same, from a coarse scale, or with two decimals."""
    style = rng.choice(("same", "coarse", "coarse", "fine"))
    same = rng.choice(("85", "100", "0", "47.5", "60"))
    rows = []
    for item, departments in DEPARTMENTS.items():
        for department in departments:
            if chance(rng, profile.gap_share / 10):
                continue
            if style == "same":
                score = same
            elif style == "coarse":
                score = rng.choice(("80", "85", "90", "95"))
            else:
                score = decimal_text(rng.randint(4000, 10000), 2)
            rows.append({"item": item, "department": department, "score": score})
    return rows


# Spot checks, visits, cases ----------------------------------------------------


def draft_spot_checks(rng: random.Random, profile: Profile) -> list[Row]:
    """Ten households as a rule; some lists are too short, too long or all false."""
    size = 10 if profile.is_clean else rng.choice((10, 10, 10, 10, 9, 11, 0, 25))
    false_share = rng.choice((0.0, 0.0, 0.0, 0.1, 0.4, 1.0))
    return [
        {
            "household_id": household(number),
            "visited": as_text(not chance(rng, false_share)),
            "checked_on": rng.choice(("", "2024-12-20", "2025-01-05")),
        }
        for number in range(1, size + 1)
    ]


def draft_visits(rng: random.Random, profile: Profile, area: Row, staff: list[Row]) -> list[Row]:
    """Visits at the edges of quarters and of the year; a clean area is covered in each quarter."""
    rows = []
    visitors = [row["staff_id"] for row in staff]
    if not visitors:
        return []
    for number in range(1, min(int(area["households"]), 10) + 1):
        days = list(ONE_DAY_PER_QUARTER)
        if not profile.is_clean:
            days = rng.sample(DAYS, rng.randint(0, 4))
        if chance(rng, profile.outside_share):
            days.append(rng.choice(DAYS_OUTSIDE))
        for day in days:
            rows.append(
                {
                    "household_id": household(number),
                    "staff_id": rng.choice(visitors),
                    "visited_on": day,
                }
            )
    return rows


def draft_case(rng: random.Random, profile: Profile) -> Row:
    """One case; its id is given later, since copies of the area need others."""
    is_outside = chance(rng, profile.outside_share)
    handled = chance(rng, 0.8)
    return {
        "source": rng.choice(("hotline", "hotline", "petition", "opinion")),
        "received_on": rng.choice(DAYS_OUTSIDE if is_outside else DAYS),
        "responsible": as_text(chance(rng, 0.85)),
        "reasonable": rng.choice(("", "", "true", "true", "false")),
        "handled": as_text(handled),
        "resolved": rng.choice(("", "true", "true", "false")),
        "satisfied": rng.choice(("", "", "true", "true", "false")),
        "excluded": rng.choice(
            ("", "", "", "", "", "not_statutory", "unfounded", "repeat", "other")
        ),
    }


def draft_cases(rng: random.Random, profile: Profile) -> list[Row]:
    """No case at all for some areas, few for the others, so that rates tie."""
    return [draft_case(rng, profile) for _ in range(rng.choice((0, 0, 1, 2, 3, 6, 9)))]


# What adds, subtracts, compares and excuses ------------------------------------


def draft_honours(rng: random.Random) -> list[Row]:
    """None, one or several commendations; the sum may go beyond the cap."""
    levels = ("national", "municipal", "district", "district")
    return [
        {"level": rng.choice(levels), "title": rng.choice(("文明社区", "先进集体", "a, b"))}
        for _ in range(rng.choice((0, 0, 0, 1, 2, 4)))
    ]


def draft_sanctions(rng: random.Random) -> list[Row]:
    """None, one or several sanctions; the sum may go beyond the cap."""
    return [
        {"points": rng.choice(("1", "2", "3")), "reason": "处分"}
        for _ in range(rng.choice((0, 0, 0, 0, 1, 2, 3)))
    ]


def draft_previous(rng: random.Random) -> list[Row]:
    """Last year's figures, for any category, zeros among them."""
    if chance(rng, 0.3):
        return []
    return [
        {
            "hotline_cases": rng.choice(("0", "1", "2", "3", "7", "52")),
            "satisfaction": rng.choice(("0", "84", "33.33", "66.667", "100", "0.01")),
        }
    ]


def draft_waivers(rng: random.Random, profile: Profile) -> list[Row]:
    """Accepted checks and warnings, met or unmet."""
    return [
        {"check": check, "reason": rng.choice(("领导小组同意", 'agreed, "once"'))}
        for check in CHECK_ORDER
        if chance(rng, profile.waiver_share)
    ]


# The draft as a whole ----------------------------------------------------------


def settle_at_a_grade_edge(rng: random.Random, draft: Draft) -> None:
    """Make the total 85, 70 or 60, if the area has the best hotline composite: 34 + 36s + 24."""
    answer, levels = rng.choice((("7.5", []), ("2.5", ["national"]), ("0", ["municipal"])))
    draft.update(draft_uniform_survey(rng, answer))
    draft["ratings"] = [
        {"item": item, "department": department, "score": "85"}
        for item, departments in DEPARTMENTS.items()
        for department in departments
    ]
    for row in draft["spot_checks"]:
        row["visited"] = "true"
    draft["honours"] = [{"level": level, "title": "文明社区"} for level in levels]
    draft["sanctions"] = []
    draft["cases"] = []


def draft_of_area(rng: random.Random, profile: Profile, staff_ids: list[str]) -> Draft:
    """All rows of one new area."""
    area = draft_area(rng, profile)
    staff = draft_staff(rng, staff_ids)
    if profile.is_clean and not staff:
        staff = [{"staff_id": staff_ids[0], "role": "secretary"}]
    draft = {
        "areas": [area],
        "staff": staff,
        "ratings": draft_ratings(rng, profile),
        **draft_survey(rng, profile),
        **draft_participation(rng, profile, area),
        "spot_checks": draft_spot_checks(rng, profile),
        "visits": draft_visits(rng, profile, area, staff),
        "cases": draft_cases(rng, profile),
        "honours": draft_honours(rng),
        "sanctions": draft_sanctions(rng),
        "previous": draft_previous(rng),
        "waivers": draft_waivers(rng, profile),
    }
    if chance(rng, 0.15):
        settle_at_a_grade_edge(rng, draft)
    return draft


def exchange_third_party_and_online(draft: Draft) -> None:
    """Both weigh 0.4: where the rounds are alike, only the last tie key changes."""
    for table in ("answers", "answer_totals"):
        exchanged = []
        for row in draft[table]:
            if row["channel"] == "third_party":
                exchanged.append({**row, "channel": "online", "round": "1"})
                exchanged.append({**row, "channel": "online", "round": "2"})
            elif row["channel"] == "online" and row["round"] == "1":
                exchanged.append({**row, "channel": "third_party", "round": ""})
            elif row["channel"] != "online":
                exchanged.append(row)
        draft[table] = exchanged


def twin_of(rng: random.Random, draft: Draft) -> Draft:
    """A copy that ties with its original, or that only a later tie key tells apart."""
    twin = deepcopy(draft)
    match rng.choice(("same", "same", "visit for honour", "exchange", "case", "mark")):
        case "visit for honour":
            for row in twin["spot_checks"]:
                if row["visited"] == "true":
                    row["visited"] = "false"
                    twin["honours"].append({"level": "district", "title": "文明社区"})
                    break
        case "exchange":
            exchange_third_party_and_online(twin)
        case "case":
            twin["cases"].append(
                {
                    "source": "petition",
                    "received_on": "2024-12-31",
                    "responsible": "true",
                    "reasonable": "",
                    "handled": "true",
                    "resolved": "false",
                    "satisfied": "",
                    "excluded": "",
                }
            )
        case "mark":
            for row in twin["ratings"][:1]:
                row["score"] = "99.99" if row["score"] == "100" else "100"
    return twin
