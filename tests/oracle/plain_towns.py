"""Plain towns for worked examples: everything is there, nothing is remarkable."""

from tests.oracle.gaojing import DEPARTMENTS, Assessment
from tests.oracle.surveying import TEN_QUESTIONS
from tests.oracle.town_facts import Facts, Row


def ballot(area_id: str, place: str, answer: str, blanks: int = 0) -> Row:
    """Ten times the same answer, the last ones blank; place is `meeting`, `party`, `online.1` …"""
    channel, _, round_ = place.partition(".")
    panel = "party_member" if channel == "party" else "household"
    filled = 10 - blanks
    answers = dict.fromkeys(TEN_QUESTIONS[:filled], answer)
    answers.update(dict.fromkeys(TEN_QUESTIONS[filled:], ""))
    channel = "meeting" if channel == "party" else channel
    return {"area_id": area_id, "channel": channel, "round": round_, "panel": panel, **answers}


def answer_total(area_id: str, place: str, question: str, answered: int, points: str) -> Row:
    """A reported sum of one question, or of `all`."""
    source = ballot(area_id, place, "")
    return {
        "area_id": area_id,
        "channel": source["channel"],
        "round": source["round"],
        "panel": source["panel"],
        "question": question,
        "answered": str(answered),
        "points": points,
    }


def marks(area_id: str, score: str) -> list[Row]:
    """The same mark from every department for every item."""
    return [
        {"area_id": area_id, "item": item, "department": department, "score": score}
        for item, departments in DEPARTMENTS.items()
        for department in departments
    ]


def marks_by_item(area_id: str, scores: dict[str, str]) -> list[Row]:
    """One mark for each item, the same from all of its departments."""
    return [{**row, "score": scores[row["item"]]} for row in marks(area_id, "0")]


def plain_town(area_ids: list[str], answer: str = "8", mark: str = "80") -> Facts:
    """Areas of 1,000 households that differ in nothing, with the tables that must be there."""
    town: Facts = {"areas": [], "ratings": [], "answers": []}
    for area_id in area_ids:
        town["areas"].append(
            {
                "area_id": area_id,
                "name": f"{area_id}居民区",
                "households": "1000",
                "party_members": "50",
                "category": "",
            }
        )
        town["ratings"] += marks(area_id, mark)
        for place in ("meeting", "third_party", "online.1", "online.2"):
            town["answers"].append(ballot(area_id, place, answer))
    return town


def town_in_order(count: int) -> Facts:
    """Areas "01", "02", … that come out in this order: the marks fall by one from area to area."""
    area_ids = [f"{number:02d}" for number in range(1, count + 1)]
    town = plain_town(area_ids)
    town["ratings"] = []
    for number, area_id in enumerate(area_ids):
        town["ratings"] += marks(area_id, str(100 - number))
    return town


def town_with_survey(
    area_id: str, meeting: int, third_party: int, online_1: int, online_2: int
) -> Facts:
    """One area whose channels have these scores, reported as totals of 100 answers each."""
    town = plain_town([area_id])
    del town["answers"]
    scores = {
        "meeting": meeting,
        "third_party": third_party,
        "online.1": online_1,
        "online.2": online_2,
    }
    town["answer_totals"] = [
        answer_total(area_id, place, "all", 100, str(10 * score)) for place, score in scores.items()
    ]
    return town


def spot_checks(area_id: str, false_visits: int, true_visits: int = 0) -> list[Row]:
    """A spot check of so many households."""
    flags = ["false"] * false_visits + ["true"] * true_visits
    return [
        {"area_id": area_id, "household_id": str(number), "visited": flag, "checked_on": ""}
        for number, flag in enumerate(flags)
    ]


def case(case_id: str, area_id: str, **cells: str) -> Row:
    """A responsible, handled and resolved case with a content caller."""
    return {
        "case_id": case_id,
        "area_id": area_id,
        "source": "hotline",
        "received_on": "2024-05-05",
        "responsible": "true",
        "reasonable": "",
        "handled": "true",
        "resolved": "true",
        "satisfied": "true",
        "excluded": "",
        **cells,
    }


def cases_with_composite(area_id: str, percent: int) -> list[Row]:
    """A hundred cases of which so many are handled, resolved and rated well."""
    rows = []
    for number in range(100):
        flag = "true" if number < percent else "false"
        flags = {"handled": flag, "resolved": flag, "satisfied": flag}
        rows.append(case(f"{area_id}-{number}", area_id, **flags))
    return rows


def post(staff_id: str, area_id: str, role: str, **cells: str) -> Row:
    """A row of `staff`, the whole year in post."""
    return {
        "staff_id": staff_id,
        "area_id": area_id,
        "role": role,
        "presiding": "",
        "resident_office": "",
        "months": "",
        **cells,
    }


def result_of(assessment: Assessment, area_id: str) -> Row:
    """The line of results.csv of one area."""
    (row,) = [row for row in assessment.results if row["area_id"] == area_id]
    return row


def check_of(assessment: Assessment, area_id: str, check: str) -> tuple[str, str, str]:
    """What is required, what is actual, and whether it is met."""
    (row,) = [
        row for row in assessment.checks if row["area_id"] == area_id and row["check"] == check
    ]
    return row["required"], row["actual"], row["met"]


def column(assessment: Assessment, name: str) -> list[str]:
    """One column of results.csv in the order of area ids."""
    rows = sorted(assessment.results, key=lambda row: row["area_id"])
    return [row[name] for row in rows]
