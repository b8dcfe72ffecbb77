"""Facts for `property-credit` at random, so dense that caps, ties, repeats and expiry all bite.

A demonstration district is believable and therefore seldom at an edge; here records crowd around
the days on which they run out, and every enterprise has many of them.
"""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

QUESTIONS = ("order", "cleaning", "repairs", "facilities", "openness")
ANSWERS = ("", "very_satisfied", "satisfied", "fair", "dissatisfied", "very_dissatisfied")
MOODS = ((1, 6, 3, 1, 0, 0), (1, 2, 3, 3, 2, 1), (4, 1, 1, 1, 1, 1), (1, 12, 2, 0, 0, 0))
# The first day on which a record counts, and the day before it, for every validity there is.
EDGES = [
    date(year, month, day)
    for year, month, day in (
        (2026, 1, 1), (2025, 12, 31), (2025, 7, 1), (2025, 6, 30), (2025, 1, 1), (2024, 12, 31),
        (2024, 1, 1), (2023, 12, 31), (2023, 1, 1), (2022, 12, 31), (2021, 1, 1), (2020, 12, 31),
    )
]  # fmt: skip


class Dice(random.Random):
    """Days and marks as they stand in tables."""

    def old_day(self) -> date:
        """Some day since the middle of 2020, often one on which a validity ends."""
        if self.random() < 0.3:
            return self.choice(EDGES)
        return date(2020, 6, 1) + timedelta(days=self.randrange(2100))

    def day_of_year(self) -> date:
        """A day of 2025, now and then just outside."""
        if self.random() < 0.15:
            return self.choice([date(2024, 12, 31), date(2025, 1, 1), date(2026, 1, 1)])
        return date(2025, 1, 1) + timedelta(days=self.randrange(365))

    def mark(self) -> str:
        """A mark of a check, which is not always given."""
        return "" if self.random() < 0.2 else f"{self.randint(50, 99)}.{self.randint(0, 9)}"


def write_facts(seed: int, folder: Path, enterprises: int = 10) -> Path:
    """A folder of tables."""
    dice = Dice(seed)
    companies = [f"c{number}" for number in range(enterprises)]
    estates = [(f"e{number}", dice.choice(companies)) for number in range(2 * enterprises)]
    tables = {
        **registers(dice, companies, estates),
        **of_estates(dice, companies, estates),
        **records(dice, companies),
    }
    known = [row["record_id"] for table in ("penalties", "orders") for row in tables[table]]
    tables["revoked"] = [
        {"record_id": one, "outcome": dice.choice(["revoked", "pending"])}
        for one in known
        if dice.random() < 0.2
    ]
    tables.update(lists(dice, companies))
    folder.mkdir(parents=True)
    for table, rows in tables.items():
        if rows:
            with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
    return folder


def registers(dice: Dice, companies: list[str], estates: list[tuple[str, str]]) -> dict:
    """Enterprises and estates, what was filed, last year, what was reviewed and waived."""
    filings = []
    for company in companies:
        managers = dice.randint(1, 9)
        filings.append(
            {
                "company_id": company,
                "filed_on": dice.day_of_year(),
                "managers": managers,
                "certified": dice.randint(0, managers),
                "insured": dice.choice(["true", "false"]),
            }
        )
    return {
        "companies": [
            {
                "company_id": company,
                "name": f"企业{company}",
                "credit_code": f"k{company}",
                "months": dice.choice([5, 6, 11, 12, 50, 50, 50, 50]),
                "investigated": dice.choice(["", "", "", "false", "false", "true"]),
            }
            for company in companies
        ],
        "filings": [one for one in filings if dice.random() < 0.95],
        "audits": [
            {"company_id": one, **{who: dice.mark() for who in ("street", "association", "bureau")}}
            for one in companies
        ],
        "estates": [
            {
                "estate_id": estate,
                "name": f"项目{estate}",
                "company_id": company,
                "households": dice.randint(1, 300),
                "trusteeship": dice.choice(["", "", "", "true", "false"]),
            }
            for estate, company in estates
        ],
        "previous": [
            {"company_id": one, "satisfaction": dice.choice(["70", "84.99", "85", "66.67"])}
            for one in companies
            if dice.random() < 0.6
        ],
        "reviews": [
            {"company_id": one, "grade": dice.choice(["AAA", "AA", "C"])}
            for one in companies
            if dice.random() < 0.1
        ],
        "waivers": [
            {"company_id": one, "check": check, "reason": "演示"}
            for one in companies
            for check in ("inspection.coverage", "satisfaction.sample")
            if dice.random() < 0.3
        ],
    }


def of_estates(dice: Dice, companies: list[str], estates: list[tuple[str, str]]) -> dict:
    """Inspections, ballots, totals; some were answered under another enterprise."""
    inspections, answers, totals = [], [], []
    for estate, company in estates:
        usual, days = dice.randint(45, 95), [dice.day_of_year() for _ in range(4)]
        for _ in range(dice.choice([0, 1, 2, 3, 4, 5])):
            mark = min(100, round(usual + dice.uniform(-12, 12), 1))
            inspections.append(
                {
                    "inspection_id": f"i{len(inspections)}",
                    "estate_id": estate,
                    "kind": dice.choice(["regular", "regular", "regular", "recheck"]),
                    "inspected_on": dice.choice(days),
                    "mark": mark,
                    "safety": dice.choice([mark, 80, 60, 60.1, 80.1, 85]),
                }
            )
        mood = dice.choice(MOODS)
        for _ in range(dice.choice([0, 3, 8, 9, 10, 11, 12])):
            own = company if dice.random() < 0.9 else dice.choice(companies)
            ballot = {one: dice.choices(ANSWERS, mood)[0] for one in QUESTIONS}
            answers.append({"estate_id": estate, "company_id": own, **ballot})
        asked = dice.choice([[], [], [], ["all"], dice.sample(QUESTIONS, dice.randint(1, 5))])
        for question in asked:
            answered = dice.randint(0, 30)
            totals.append(
                {
                    "estate_id": estate,
                    "company_id": company,
                    "question": question,
                    "answered": answered,
                    "points": dice.randint(0, 10 * answered),
                }
            )
    return {"inspections": inspections, "answers": answers, "answer_totals": totals}


def records(dice: Dice, companies: list[str]) -> dict:
    """Complaints, good and bad records, handovers: few matters, many records of each."""
    found: dict[str, list[dict]] = {
        table: []
        for table in ("complaints good_records penalties orders lapses accidents handovers").split()
    }

    def add(table: str, key: str, row: dict) -> None:
        found[table].append({key: f"{table[0]}{table[-2]}{len(found[table])}", **row})

    for company in companies:
        own = {"company_id": company}
        for _ in range(dice.choice([0, 0, 1, 3, 8])):
            received = dice.day_of_year()
            closed = received + timedelta(days=dice.choice([0, 3, 14, 15, 16, 40]))
            row = {"received_on": received, "closed_on": dice.choice(["", closed, closed, closed])}
            row["satisfied"] = dice.choice(["", "true", "true", "false"])
            add("complaints", "case_id", {**own, **row})
        for _ in range(dice.choice([0, 2, 5, 9])):
            kind = dice.choice(["honour", "honour", "relief", "training", "volunteer"])
            level = dice.choice(["national", "provincial", "city", "district", "district"])
            row = {"kind": kind, "level": level, "award": f"{company}a{dice.randint(1, 4)}"}
            if kind != "honour":
                row |= {"level": "", "award": ""}
            add("good_records", "record_id", {**own, **row, "granted_on": dice.old_day()})
        for _ in range(dice.choice([0, 0, 1, 2, 4, 7])):
            row = {
                "case_no": f"{company}n{dice.randint(1, 3)}",
                "level": dice.choice(["warning", "warning", "fine", "suspension", "revocation"]),
                "fine": dice.choice(["", "", "1.5", "9.99", "10", "12.25"]),
                "decided_on": dice.old_day(),
                "circumstance": dice.choice(["", "", "self_reported", "obstructive", "repaired"]),
            }
            add("penalties", "record_id", {**own, **row})
        for _ in range(dice.choice([0, 0, 2, 5, 9])):
            row = {
                "matter": f"{company}z{dice.randint(1, 4)}",
                "kind": dice.choice(["fees", "facilities", "funds", "service"]),
                "ordered_on": dice.choice([dice.old_day(), dice.day_of_year()]),
                "mended": dice.choice(["", "true", "false"]),
            }
            add("orders", "record_id", {**own, **row})
        for _ in range(dice.choice([0, 0, 2, 6, 9])):
            kind = dice.choice(["late", "silent", "rude", "late", "silent", "rude", "forged"])
            add("lapses", "record_id", {**own, "kind": kind, "noted_on": dice.old_day()})
        for _ in range(dice.choice([0, 0, 0, 1, 3])):
            level = dice.choice(["general", "general", "serious", "major"])
            add("accidents", "record_id", {**own, "level": level, "happened_on": dice.old_day()})
        for _ in range(dice.choice([0, 0, 1, 3, 9])):
            row = {"incoming": dice.choice(companies), "outgoing": company}
            row |= {"handed_on": dice.old_day(), "cooperative": dice.choice(["", "true", "false"])}
            add("handovers", "handover_id", row)
    return found


def lists(dice: Dice, companies: list[str]) -> dict:
    """Entries that begin and end around the last day of the period."""
    last = date(2025, 12, 31)
    blacklist, dishonest = [], []
    for company in companies:
        for kind in ("unrated", "last", "barred"):
            if dice.random() < (0.1 if kind == "unrated" else 0.3):
                listed = dice.choice([dice.old_day(), dice.day_of_year(), last])
                until = max(listed, last + timedelta(days=dice.choice([-1, 0, 400])))
                row = {"company_id": company, "kind": kind, "reason": "演示"}
                blacklist.append({**row, "listed_on": listed, "until": until})
        if dice.random() < 0.4:
            listed = dice.old_day()
            removed = max(listed, last + timedelta(days=dice.choice([-9, 0, 1])))
            row = {"credit_code": f"k{company}", "listed_on": listed}
            dishonest.append({**row, "removed_on": dice.choice(["", removed])})
    return {"blacklist": blacklist, "dishonest": dishonest}
