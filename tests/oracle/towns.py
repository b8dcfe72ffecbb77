"""Small towns at random: valid by section 2 of the contract and as nasty as that allows."""

import csv
import random
from pathlib import Path

from tests.oracle.area_drafts import draft_of_area, twin_of
from tests.oracle.decisions import DECISIONS
from tests.oracle.odd_texts import distinct_area_ids, distinct_staff_ids
from tests.oracle.profiles import Draft, Profile, chance, random_profile
from tests.oracle.surveying import TEN_QUESTIONS
from tests.oracle.town_facts import Facts

__all__ = ["COLUMNS", "DECISIONS", "random_decisions", "random_town", "write_csv"]

COLUMNS: dict[str, tuple[str, ...]] = {
    "areas": ("area_id", "name", "households", "party_members", "category"),
    "staff": ("staff_id", "area_id", "role", "presiding", "resident_office", "months"),
    "ratings": ("area_id", "item", "department", "score"),
    "answers": ("area_id", "channel", "round", "panel", *TEN_QUESTIONS),
    "answer_totals": (
        "area_id",
        "channel",
        "round",
        "panel",
        "question",
        "answered",
        "points",
    ),
    "participation": ("area_id", "household_id", "channel", "round", "panel"),
    "participation_counts": ("area_id", "channel", "round", "households"),
    "spot_checks": ("area_id", "household_id", "visited", "checked_on"),
    "visits": ("area_id", "household_id", "staff_id", "visited_on"),
    "cases": (
        "case_id",
        "area_id",
        "source",
        "received_on",
        "responsible",
        "reasonable",
        "handled",
        "resolved",
        "satisfied",
        "excluded",
    ),
    "honours": ("area_id", "level", "title"),
    "sanctions": ("area_id", "points", "reason"),
    "previous": ("area_id", "hotline_cases", "satisfaction"),
    "waivers": ("area_id", "check", "reason"),
}

# One of `answers` and `answer_totals` must be there as well; that is seen to apart.
NEVER_ABSENT = ("areas", "ratings", "answers", "answer_totals")

# Around the places where quotas, tiers and bands change.
AREA_COUNTS = (1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 21, 26, 27, 30, 31, 34, 40)


def random_drafts(rng: random.Random, profile: Profile, count: int) -> list[Draft]:
    """New areas and twins of earlier ones."""
    staff_ids = distinct_staff_ids(3 * count + 1)
    twin_share = rng.choice((0.0, 0.3, 0.6, 0.9))
    drafts: list[Draft] = []
    for _ in range(count):
        if drafts and chance(rng, twin_share):
            drafts.append(twin_of(rng, rng.choice(drafts)))
        else:
            drafts.append(draft_of_area(rng, profile, staff_ids))
    return drafts


def town_of(rng: random.Random, area_ids: list[str], drafts: list[Draft]) -> Facts:
    """All drafts in one set of tables, each row with every column, in no order."""
    town: Facts = {table: [] for table in COLUMNS}
    for area_id, draft in zip(area_ids, drafts, strict=True):
        for table, rows in draft.items():
            for row in rows:
                complete = {column: row.get(column, "") for column in COLUMNS[table]}
                complete["area_id"] = area_id
                town[table].append(complete)
    for number, case in enumerate(town["cases"], start=1):
        case["case_id"] = rng.choice(("{n}", "0{n}", "12345-{n}", "件{n}")).format(n=number)
    for rows in town.values():
        rng.shuffle(rows)
    return town


def let_staff_visit_elsewhere(rng: random.Random, town: Facts) -> None:
    """Some visits by people of other areas: they count for the household, not for the post."""
    known = [row["staff_id"] for row in town["staff"]]
    for visit in town["visits"]:
        if known and chance(rng, 0.1):
            visit["staff_id"] = rng.choice(known)


def drop_tables(rng: random.Random, town: Facts) -> None:
    """Make some tables absent and some empty, and keep the town valid."""
    share = rng.choice((0.0, 0.0, 0.05, 0.2))
    for table in COLUMNS:
        if table in NEVER_ABSENT:
            continue
        if chance(rng, share):
            del town[table]
        elif chance(rng, share / 3):
            town[table] = []
    if "staff" not in town:
        # Nobody checks who visited then, so it may be anybody.
        for visit in town.get("visits", []):
            if chance(rng, 0.2):
                visit["staff_id"] = "nobody"
    elif not town["staff"] and "visits" in town:
        town["visits"] = []


def drop_one_form_of_answers(rng: random.Random, town: Facts) -> None:
    """A table of answers without rows may be absent; rarely one with rows is lost as well."""
    for table, other in (("answers", "answer_totals"), ("answer_totals", "answers")):
        is_spare = not town[table] or chance(rng, 0.03)
        if is_spare and other in town and chance(rng, 0.5):
            del town[table]
            return


def random_town(seed: int, areas: int | None = None) -> Facts:
    """A valid town of 1 to 40 areas, always the same for the same arguments."""
    rng = random.Random(f"town {seed} {areas}")
    count = areas if areas is not None else rng.choice(AREA_COUNTS)
    profile = random_profile(rng)
    drafts = random_drafts(rng, profile, count)
    town = town_of(rng, distinct_area_ids(rng, count), drafts)
    let_staff_visit_elsewhere(rng, town)
    if not profile.is_clean:
        drop_tables(rng, town)
    drop_one_form_of_answers(rng, town)
    return town


def random_decisions(seed: int) -> dict[str, str]:
    """Some decisions named, with any option; the others missing and so at their defaults."""
    rng = random.Random(f"decisions {seed}")
    named_share = rng.choice((0.0, 0.3, 0.6, 1.0))
    return {
        decision: rng.choice(options)
        for decision, options in DECISIONS.items()
        if chance(rng, named_share)
    }


def write_csv(town: Facts, folder: Path) -> None:
    """Write TABLE.csv for each table that is present, with all of its columns."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in town.items():
        with open(folder / f"{table}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS[table])
            writer.writeheader()
            writer.writerows(rows)
