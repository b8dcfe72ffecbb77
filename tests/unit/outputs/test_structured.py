"""``results.json``: stable, complete, and silent in public about ranks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kaohe.outputs import subject_entry
from kaohe.pipeline import Assessment
from tests.oracle import towns
from tests.worlds.assessing import assessed, published, rows_of
from tests.worlds.files import write_csv

NODE_KEYS = [
    "id",
    "label",
    "label_en",
    "clause",
    "value",
    "max",
    "explanation",
    "explanation_en",
]
BY_RANK = {"hotline.rank", "mass.hotline", "rank", "grade", "tier"}


def walk(trees: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every node of the trees."""
    return [node for tree in trees for node in (tree, *walk(tree["children"]))]


@pytest.fixture(scope="module")
def assessment(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    folder = tmp_path_factory.mktemp("town")
    return assessed(write_csv(towns.random_town(31), towns.COLUMNS, Path(folder)))


@pytest.fixture(scope="module")
def files(assessment: Assessment) -> dict[str, str]:
    return published(assessment)


@pytest.fixture(scope="module")
def result(files: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files["results.json"])
    return found


def test_keys_stand_in_the_promised_order(result: dict[str, Any]) -> None:
    assert list(result) == [
        "scheme",
        "facts",
        "decisions",
        "readings",
        "final",
        "areas",
        "feedback",
        "checks",
        "pay",
        "warnings",
    ]


def test_every_named_node_stands_once_with_the_value_of_the_csv(
    result: dict[str, Any], files: dict[str, str]
) -> None:
    rows = {row["area_id"].removeprefix("'"): row for row in rows_of(files["results.csv"])}
    for area in result["areas"]:
        nodes = walk(area["scores"])
        names = [node["id"] for node in nodes]
        columns = list(rows[area["area_id"]])
        assert sorted(names) == sorted(columns[columns.index("status") + 1 :])
        for node in nodes:
            assert (node["value"] or "") == rows[area["area_id"]][node["id"]]
            assert node["value"] == area[node["id"]]
            assert [key for key in NODE_KEYS if key in node] == NODE_KEYS
            assert node["clause"]
            assert node["explanation"]
            assert node["explanation_en"]


def test_entry_of_a_subject_is_what_the_file_holds_of_it(
    assessment: Assessment, result: dict[str, Any]
) -> None:
    entries = [subject_entry(assessment, index) for index in assessment.order]
    assert json.loads(json.dumps(entries)) == result["areas"]
    assert [list(one) for one in entries] == [list(one) for one in result["areas"]]


def test_only_nodes_by_rank_have_a_public_sentence_and_it_names_no_place(
    result: dict[str, Any],
) -> None:
    for area in result["areas"]:
        for node in walk(area["scores"]):
            assert ("explanation_public" in node) == (node["id"] in BY_RANK)
            public = node.get("explanation_public", "")
            assert not re.search(r"第 ?\d|前 ?\d|\d ?名|并列", public)


def test_figures_are_strings(result: dict[str, Any]) -> None:
    def no_number(part: Any) -> None:
        assert isinstance(part, str | bool | list | dict | None)
        if isinstance(part, list | dict):
            for inner in part.values() if isinstance(part, dict) else part:
                no_number(inner)

    no_number(result)
