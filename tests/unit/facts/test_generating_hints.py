"""What the hint language means, and how it says what is wrong."""

from __future__ import annotations

import csv
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from kaohe.facts.generating import GeneratingError, TownHints
from kaohe.facts.generating.hints import Block
from kaohe.facts.generating.recipes import Value
from tests.unit.facts.clubs import HINTS, make

Rows = list[dict[str, str]]


def changed(table: str, block: int = 0, **parts: Any) -> dict[str, Any]:
    """The hints with parts of one block replaced; mappings are merged."""
    hints: dict[str, Any] = deepcopy(dict(HINTS))
    found = hints["tables"][table][block]
    for name, part in parts.items():
        found[name] = {**found.get(name, {}), **part} if isinstance(part, dict) else part
    return hints


def picked_from(table: str, **how: Any) -> dict[str, Any]:
    return changed("guests", columns={"trainer": {"row_of": table, **how}})


def rows_of(folder: Path, table: str) -> Rows:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def made(folder: Path, table: str, hints: Any = HINTS, **other: Any) -> Rows:
    """The rows of a table in a town that ends with this table."""
    tables = list(hints["tables"])
    kept = {name: hints["tables"][name] for name in tables[: tables.index(table) + 1]}
    make(folder, {**hints, "tables": kept}, **other)
    return rows_of(folder, table)


def problems(hints: dict[str, Any]) -> list[str]:
    with pytest.raises(GeneratingError) as caught:
        make(Path("never-made"), hints)
    assert not Path("never-made").exists()
    return [text.en for text in caught.value.texts]


def test_deal_keeps_proportions_exactly(tmp_path: Path) -> None:
    kinds = Counter(
        row["kind"] for row in made(tmp_path, "clubs", {**HINTS, "same_luck": {}}, subjects=40)
    )
    assert kinds == {"art": 10, "sport": 30}


def test_same_luck_makes_twins_that_take_no_turn(tmp_path: Path) -> None:
    rows = made(tmp_path, "clubs", subjects=9)
    one, twin = (
        {key: cell for key, cell in rows[at].items() if key not in ("club", "title")}
        for at in (0, 2)
    )
    assert one == twin
    others = [row["kind"] for at, row in enumerate(rows) if at != 2]
    assert Counter(others) == {"art": 2, "sport": 6}


def test_words_come_twice_only_with_a_number(tmp_path: Path) -> None:
    titles = [row["title"] for row in made(tmp_path, "clubs", subjects=9)]
    assert set(titles[:4]) == {'Blue, "Dog"', "Blue, Cat", 'Red "Dog"', "Red Cat"}
    assert titles[4:8] == [f"{title}2" for title in titles[:4]]
    assert titles[8] == f"{titles[0]}3"


def test_share_is_rounded_up(tmp_path: Path) -> None:
    hints = changed("clubs", hidden={"places": {"share": [33.33, 33.33], "of": "size"}})
    assert {row["seats"] for row in made(tmp_path, "clubs", hints)} == {"7"}


def test_habit_draws_the_same_and_chance_others(tmp_path: Path) -> None:
    def overlap(folder: Path, hints: Any) -> float:
        seats: dict[str, set[tuple[str, str]]] = {"1": set(), "2": set()}
        for row in made(folder, "guests", hints, households=200):
            seats[row["evening"]].add((row["club"], row["seat"]))
        return len(seats["1"] & seats["2"]) / len(seats["1"])

    by_chance: dict[str, Any] = deepcopy(dict(HINTS))
    for block in by_chance["tables"]["guests"]:
        block["draw"]["habit"] = 0
    assert overlap(tmp_path / "habit", HINTS) == 1
    # Half of the seats are taken each evening, so about half of them again.
    assert 0.4 < overlap(tmp_path / "chance", by_chance) < 0.6


def test_draw_never_exceeds_its_pool(tmp_path: Path) -> None:
    hints = changed("guests", rows=500)
    seats = Counter(row["club"] for row in made(tmp_path, "guests", hints) if row["evening"] == "1")
    clubs = {row["club"]: int(row["seats"]) for row in rows_of(tmp_path, "clubs")}
    assert seats == clubs


def test_better_subjects_get_better_values(tmp_path: Path) -> None:
    hints = changed("clubs", columns={"seats": {"take": "quality"}})
    for table in ("trainers", "guests"):
        del hints["tables"][table]
    marks: Counter[str] = Counter()
    for row in made(tmp_path, "marks", hints, subjects=200):
        marks[row["club"]] += int(2 * float(row["mark"]))
    clubs = sorted(rows_of(tmp_path, "clubs"), key=lambda row: int(row["seats"]))
    worst, best = (sum(marks[row["club"]] for row in end) for end in (clubs[:50], clubs[-50:]))
    assert best > worst


def test_row_of_picks_one_of_the_same_subject(tmp_path: Path) -> None:
    guests = made(tmp_path, "guests")
    trainers = rows_of(tmp_path, "trainers")
    heads = {row["trainer"]: row["club"] for row in trainers if row["head"] == "true"}
    assert all(heads[row["trainer"]] == row["club"] for row in guests)


def test_rows_may_hang_on_rows_of_rows(tmp_path: Path) -> None:
    hints = deepcopy(dict(HINTS))
    hints["tables"]["guests"] = [
        {
            "each": "trainers",
            "where": {"head": False},
            "rows": 2,
            "columns": {
                "club": {"take": "club"},
                "seat": {"text": "{trainer}-{n:02}"},
                "evening": {"take": "n_of_row"},
                "trainer": {"take": "trainer"},
                "came_on": {"day": ["2024-01-01", "2024-01-01"]},
            },
            "hidden": {"n_of_row": {"deal": {"7": 1}}},
        }
    ]
    rows = made(tmp_path, "guests", hints)
    assert rows != []
    assert {row["seat"][-3:] for row in rows} == {"-01", "-02"}
    assert {(row["evening"], row["came_on"], row["stars"]) for row in rows} == {
        ("7", "2024-01-01", "")
    }


def test_rows_may_be_dealt(tmp_path: Path) -> None:
    hints = {**deepcopy(dict(HINTS)), "same_luck": {}}
    hints["tables"]["trainers"][1].update(rows={"deal": {"0": 1, "3": 1}}, where={})
    rows = made(tmp_path, "trainers", hints, subjects=8)
    assert len(rows) == 8 + 4 * 3


def test_one_key_may_name_several_columns() -> None:
    block = {"each": "subjects", "columns": {"a, b": 1, "c": 2}}
    town = TownHints.model_validate({"tables": {"clubs": [block]}})
    assert list(town.tables["clubs"][0].columns) == ["a", "b", "c"]


def test_hints_may_be_built_in_python() -> None:
    block = Block(each="subjects", columns={"a": Value(value="1")})
    assert block.columns["a"] == Value(value="1")


def test_cell_without_a_recipe_that_applies_stays_empty(tmp_path: Path) -> None:
    founded = [
        {"value": "2001-01-01", "when": {"special": "yes"}},
        {"value": None, "when": {"special": "no"}},
    ]
    rows = made(tmp_path, "clubs", changed("clubs", columns={"founded": founded}))
    assert {(row["kind"], row["founded"]) for row in rows} == {("art", "2001-01-01"), ("sport", "")}


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ({"columns": {"a, b": 1, "b": 2}}, "column b twice"),
        ({"columns": {"a": {"between": [1, [2, 3]]}}}, "needs `by`"),
        ({"columns": {"a": {"between": [3, 1]}}}, "the lower limit comes first"),
        ({"columns": {"a": {"day": ["2024-01-02", "2024-01-01"]}}}, "the lower limit comes first"),
        ({"columns": {"a": {"between": [0, 1], "step": 0.3}}}, "multiples of the step"),
        ({"columns": {"a": {"share": [0.001, 1], "of": "b"}}}, "at most 2 decimals"),
        ({"columns": {"a": {"pick": {"x": 0}}}}, "above 0"),
        ({"columns": {"a": {"unheard": 1}}}, "Unable to extract tag"),
        ({"columns": {}, "every": ["a"], "rows": 1}, "goes without `rows`"),
        ({"columns": "a"}, "valid dictionary"),
    ],
)
def test_recipe_without_sense_is_refused(block: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        TownHints.model_validate({"tables": {"clubs": [{"each": "subjects", **block}]}})


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ({"same_luck": {2: 1, 3: 2}}, "luck of its own"),
        ({"recipes": {"a": ["b", {"like": "a"}]}}, "not `like` another"),
    ],
)
def test_head_without_sense_is_refused(head: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        TownHints.model_validate({"tables": {}, **head})


@pytest.mark.parametrize(
    ("hints", "said"),
    [
        ({"tables": {"cats": []}}, "cats: no table of the scheme"),
        (changed("clubs", each="trainers"), "clubs[1]: no table trainers above"),
        (changed("clubs", columns={"seats": {"take": "sofas"}}), "clubs[1].seats: no column sofas"),
        (changed("clubs", columns={"sofas": 1}), "clubs[1].sofas: `columns` names declared"),
        (changed("clubs", hidden={"seats": 1}), "clubs[1].seats: `columns` names declared"),
        (changed("clubs", columns={"kind": "opera"}), "clubs[1].kind: not among the choices"),
        (changed("clubs", columns={"seats": "many"}), "clubs[1].seats: many is no value for seats"),
        (changed("clubs", columns={"seats": {"take": "special"}}), "makes VARCHAR, not BIGINT"),
        (changed("clubs", columns={"seats": {"like": "x"}}), "there is no recipe x"),
        (changed("marks", columns={"mark": {"like": "x"}}), "there is no recipe x"),
        (changed("clubs", hidden={"last": {"share": [1, 2], "of": "special"}}), "hold whole"),
        (changed("clubs", columns={"club": {"text": "{row"}}), "clubs[1].club: {row: "),
        (changed("clubs", columns={"club": {"text": "{row:x}"}}), "unknown form x"),
        (changed("clubs", columns={"club": {"text": "{special:3}"}}), "hold whole numbers"),
        (changed("clubs", hidden={"x": {"value": 1, "blank": {"percent": [1, 2]}}}), "needs `by`"),
        (changed("clubs", where={"moon": "full"}), "clubs[1]: no column moon"),
        (changed("trainers", where={"seats": "many"}), "many is no value for seats"),
        (picked_from("marks", column="judge"), "guests[1].trainer: there is no marks.judge above"),
        (picked_from("trainers", column="trainer", where={"age": 3}), "lacks a column of `where`"),
        (changed("guests", draw={"from": "special"}), "special does not hold whole numbers"),
        (changed("guests", 1, hidden={"mood": "good"}), "blocks disagree on its type"),
        (changed("marks", every=["club"]), "marks[1]: club is no column of choices"),
    ],
)
def test_problem_in_the_hints_is_said_with_its_place(hints: dict[str, Any], said: str) -> None:
    assert any(said in problem for problem in problems(hints))


def test_all_problems_are_said_at_once() -> None:
    hints = changed("clubs", columns={"seats": "many", "kind": "opera"})
    del hints["tables"]["marks"][0]["columns"]["mark"]
    assert [problem.partition(":")[0] for problem in problems(hints)] == [
        "clubs[1].seats",
        "clubs[1].kind",
        "clubs[1].seats",
        "clubs[1].kind",
        "marks[1].mark",
    ]


def test_required_cell_left_empty_is_refused(tmp_path: Path) -> None:
    hints = changed("clubs", columns={"seats": {"take": "places", "blank": 50}})
    with pytest.raises(GeneratingError, match=r"clubs\.seats"):
        make(tmp_path / "town", hints)
    assert not (tmp_path / "town").exists()
