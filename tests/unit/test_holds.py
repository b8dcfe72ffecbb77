"""Whose pay is held, by the program and by a plain reading of the policy."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from kaohe.outputs.delimited import pay_rows
from kaohe.pipeline import Assessment, held, overridden
from kaohe.scoring.overriding import LabelOverride, as_label
from tests.oracle import towns
from tests.oracle.paying import held_list
from tests.oracle.plain_towns import post, town_in_order
from tests.oracle.town_facts import Facts, read_town
from tests.worlds.assessing import as_text, assessed, scheme_file
from tests.worlds.files import write_csv

AREAS = 14
ROLES = ("secretary", "deputy_secretary", "director", "social_worker", "other")
OPTIONS = [
    {},
    {"presiding_pay": "none"},
    {"part_year_pay": "pro_rata"},
]


@pytest.fixture(scope="module")
def town() -> Facts:
    """Fourteen areas, twelve of them with a tier, and 120 posts of 90 persons, thrown together."""
    found, dice = town_in_order(AREAS), Random(2024)
    areas = [row["area_id"] for row in found["areas"]]
    drawn = {}
    for _ in range(120):
        person, area, role = f"s{dice.randrange(90):02}", dice.choice(areas), dice.choice(ROLES)
        drawn[person, area, role] = {
            **post(person, area, role),
            "presiding": dice.choice(("true", "false")),
            "resident_office": dice.choice(("true", "false")),
            "months": dice.choice(("12", "12", "12", "11", "6", "5", "0")),
        }
    found["staff"] = list(drawn.values())
    return found


@pytest.fixture(scope="module")
def folder(town: Facts, tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_csv(town, towns.COLUMNS, Path(tmp_path_factory.mktemp("town")))


def labels(assessment: Assessment, node: str) -> dict[str, str]:
    """Every subject's label."""
    sheet = assessment.sheet
    values = zip(sheet.ids, sheet.values[node], strict=True)
    return {subject: as_label(value) for subject, value in values}


def told(assessment: Assessment) -> list[tuple[str, str, tuple[str, ...]]]:
    """Person, amount and reasons, as the oracle says them."""
    return [
        (one.line.person, one.line.amount, tuple(sorted(hold.label.en for hold in one.reasons)))
        for one in held(assessment)
    ]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_those_are_held_whom_a_plain_reading_holds(
    town: Facts, folder: str, options: dict[str, str]
) -> None:
    assessment = assessed(folder, options)
    tiers = labels(assessment, "tier")
    # Two areas with a tier are given a grade below qualified, as the leading group may.
    first, second, *_ = (one for one in sorted(tiers) if tiers[one])
    low = {first: "basic", second: "unqualified"}
    grades = labels(assessment, "grade")
    changes = [LabelOverride(one, "grade", grades[one], low[one]) for one in low]
    after = overridden(assessment, changes)
    found = told(after)
    assert found == held_list(read_town(town, options), tiers, grades | low)
    assert found != told(assessment)
    assert {reason for _, _, reasons in found for reason in reasons} >= {
        "several posts",
        "less than a year in post",
        "area graded below qualified",
    }


def test_those_who_were_there_too_shortly_are_held_with_nothing(folder: str) -> None:
    assessment = assessed(folder)
    nothing = [one for one in held(assessment) if one.line.amount == "0.00"]
    assert nothing
    paid = {line.person for line in assessment.pay}
    for one in nothing:
        assert one.line.person not in paid
        assert one.line.reason.zh.endswith("不发放。")


def test_what_a_hold_is_about_changes_no_output(folder: str) -> None:
    assessment = assessed(folder)
    scheme = assessment.scheme
    assert scheme.pay is not None
    lines = {line.person: line for line in assessment.pay}
    for one in held(assessment):
        assert lines.get(one.line.person, one.line) == one.line
    assert "hold" not in as_text(pay_rows(assessment))


def test_every_reason_says_where_the_policy_leaves_it_open() -> None:
    scheme = scheme_file().under({})
    assert scheme.pay is not None
    assert len(scheme.pay.hold) == 4
    assert all(hold.clause for hold in scheme.pay.hold)
    assert "pay_held" in scheme.readings
