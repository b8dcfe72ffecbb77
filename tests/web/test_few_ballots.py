"""What rests on few ballots is not told to those assessed, nor what would give it away."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from kaohe.outputs import subject_entry
from kaohe.outputs.few_ballots import BESIDE, CITING, FEW, without_few
from tests.worlds.assessing import assessed

pytestmark = pytest.mark.no_database

QUESTIONS = [f"q{number}" for number in range(1, 11)]
PLENTY = {
    ("meeting", "", "household"): 40,
    ("third_party", "", "household"): 20,
    ("online", "1", "household"): 30,
    ("online", "2", "household"): 35,
}
PARTY = ("meeting", "", "party_member")
Ballots = Mapping[tuple[str, str, str], int]


def written(folder: Path, ballots: Ballots, totals: int = 0) -> str:
    """One area with so many ballots of each kind, every kind with answers of its own; ``totals``
    are answers in place of the third party's ballots."""
    answers = [
        ["J01", *kind, *[str((place + number) % 7 + 3) for _one in QUESTIONS]]
        for place, (kind, count) in enumerate(ballots.items())
        for number in range(count)
    ]
    tables: dict[str, list[list[str]]] = {
        "areas": [["area_id", "name", "households", "party_members"], ["J01", "甲", "900", "90"]],
        "ratings": [["area_id", "item", "department", "score"]],
        "answers": [["area_id", "channel", "round", "panel", *QUESTIONS], *answers],
    }
    if totals:
        columns = ["area_id", "channel", "round", "panel", "question", "answered", "points"]
        row = ["J01", "third_party", "", "household", "all", str(totals), str(7 * totals)]
        tables["answer_totals"] = [columns, row]
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    return str(folder)


def told(
    folder: Path, ballots: Ballots, totals: int = 0, **decisions: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The nodes of the area as stored, and as those assessed see them."""
    assessment = assessed(written(folder, ballots, totals), decisions)
    stored = subject_entry(assessment, 0)["scores"]
    before = json.dumps(stored)
    shown = without_few(stored, assessment.scheme)
    assert json.dumps(stored) == before, "the stored result stays as it is"
    return {one["id"]: one for one in walk(stored)}, {one["id"]: one for one in walk(shown)}


def walk(nodes: Any) -> Iterator[dict[str, Any]]:
    for node in nodes:
        yield node
        yield from walk(node["children"])


def withheld(shown: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """What is withheld, and the sentence that says why."""
    whys = (FEW.zh, BESIDE.zh)
    found = {name: one["explanation"] for name, one in shown.items()}
    assert all(shown[name]["value"] is None for name, why in found.items() if why in whys)
    assert not any(shown[name]["inputs"] for name, why in found.items() if why in whys)
    return {name: why for name, why in found.items() if why in whys}


def tells(stored: Mapping[str, Any], shown: Mapping[str, Any], hidden: str) -> bool:
    """Whether any sentence or figure that is left holds a hidden figure."""
    shallow = [{**one, "children": []} for one in shown.values()]
    return stored[hidden]["value"] in json.dumps(shallow)


def test_a_panel_of_four_is_withheld_and_so_is_what_would_give_it_away(tmp_path: Path) -> None:
    stored, shown = told(tmp_path, {**PLENTY, PARTY: 4}, meeting_panels="halves")
    party, household = "survey.meeting.party_member", "survey.meeting.household"
    assert withheld(shown) == {party: FEW.zh, household: BESIDE.zh}
    assert not tells(stored, shown, party)
    assert not tells(stored, shown, household)
    meeting = shown["survey.meeting"]
    assert meeting["value"] == stored["survey.meeting"]["value"]
    assert (meeting["explanation"], meeting["explanation_en"]) == (CITING.zh, CITING.en)
    assert shown["survey"] == stored["survey"] | {"children": shown["survey"]["children"]}


@pytest.mark.parametrize("decisions", [{"meeting_panels": "halves"}, {}])
def test_of_five_ballots_and_more_everything_is_told(
    tmp_path: Path, decisions: dict[str, str]
) -> None:
    stored, shown = told(tmp_path, {**PLENTY, PARTY: 5}, **decisions)
    assert shown == stored


@pytest.mark.parametrize("count", [1, 4])
def test_a_channel_of_few_takes_the_smallest_beside_it_along(tmp_path: Path, count: int) -> None:
    stored, shown = told(tmp_path, {**PLENTY, ("meeting", "", "household"): count})
    assert withheld(shown) == {"survey.meeting": FEW.zh, "survey.third_party": BESIDE.zh}
    assert not tells(stored, shown, "survey.meeting")
    assert shown["survey"]["explanation"] == CITING.zh
    for name in ("survey", "mass.visits", "mass.livelihood", "survey.online"):
        assert shown[name]["value"] == stored[name]["value"]


def test_what_is_withheld_beside_it_is_not_told_by_its_own_parts(tmp_path: Path) -> None:
    few = {("meeting", "", "household"): 2, ("third_party", "", "household"): 90}
    _stored, shown = told(tmp_path, {**PLENTY, **few})
    beside = {"survey.online", "survey.online.1", "survey.online.2"}
    assert withheld(shown) == {"survey.meeting": FEW.zh, **dict.fromkeys(beside, BESIDE.zh)}


@pytest.mark.parametrize("reading", ["mean", "pooled"])
def test_a_round_of_few_is_not_the_rest_of_both(tmp_path: Path, reading: str) -> None:
    few = {**PLENTY, ("online", "1", "household"): 3}
    stored, shown = told(tmp_path, few, online_rounds=reading)
    assert withheld(shown) == {"survey.online.1": FEW.zh, "survey.online.2": BESIDE.zh}
    assert shown["survey.online"]["value"] == stored["survey.online"]["value"]


def test_questions_taken_apart_are_withheld_alike(tmp_path: Path) -> None:
    few = {**PLENTY, ("meeting", "", "household"): 3}
    _stored, shown = told(tmp_path, few, survey_items="split")
    of_meeting = {name for name in shown if name.endswith(".meeting")}
    of_third_party = {name for name in shown if name.endswith(".third_party")}
    assert len(of_meeting) == len(of_third_party) == 3
    why = dict.fromkeys(of_meeting, FEW.zh) | dict.fromkeys(of_third_party, BESIDE.zh)
    assert withheld(shown) == why


@pytest.mark.parametrize(("answers", "hidden"), [(40, True), (41, False)])
def test_totals_count_as_the_fewest_ballots_that_give_so_many_answers(
    tmp_path: Path, answers: int, hidden: bool
) -> None:
    plenty = {kind: count for kind, count in PLENTY.items() if kind[0] != "third_party"}
    _stored, shown = told(tmp_path, plenty, totals=answers)
    assert ("survey.third_party" in withheld(shown)) is hidden


def test_what_points_are_made_of_is_told_even_of_few(tmp_path: Path) -> None:
    stored, shown = told(tmp_path, dict.fromkeys(PLENTY, 1))
    assert "survey" not in withheld(shown)
    assert shown["survey"]["value"] == stored["survey"]["value"]
    parts = ("survey.meeting", "survey.third_party", "survey.online")
    assert set(parts) <= withheld(shown).keys()
