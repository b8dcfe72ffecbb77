"""Worked examples that are written oddly: what is wrong is said, at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spec.linting import findings_of

FACTS = (
    "- label: 一\n  clause: 一\n  facts:\n    schools: |\n"
    "      school,name,pupils,type,score\n      A,一中,300,town,88\n      B,二中,200,town,80\n"
)


def told(expect: str, tmp_path: Path) -> list[str]:
    """What is said about an example, without the file and the code."""
    found = findings_of({"examples.yaml": FACTS + expect}, tmp_path)
    return [one.text("en").partition(": ")[2] for one in found]


def results(*lines: str) -> str:
    return "  expect:\n    - results: |\n" + "".join(f"        {line}\n" for line in lines)


def test_rows_columns_and_blank_lines_may_be_any(tmp_path: Path) -> None:
    assert told(results("", "pupils,school", "", "200.00,B", ""), tmp_path) == []


def test_byte_order_mark_is_no_part_of_a_heading(tmp_path: Path) -> None:
    text = '  expect:\n    - results: "\\uFEFFschool,pupils\\nA,300.00\\n"\n'
    assert told(text, tmp_path) == []


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        (results("school,pupils", "A,300.00", "A,300.00"), "A stands twice"),
        (results("school,school", "A,A"), "school: this column stands twice"),
        (results("pupils", "300.00"), "school: this column is needed"),
        (results("school,pupils", "C,1.00"), "there is no C in the result"),
        ("  expect:\n    - decide: {}\n", "nothing is expected"),
        ("  expect:\n    - result: |\n        school\n        A\n", "there is no output result"),
        ("  faults: [nothing]\n", "the facts are not refused"),
    ],
)
def test_what_is_wrong_with_an_example_is_said(expect: str, said: str, tmp_path: Path) -> None:
    found = told(expect, tmp_path)
    assert len(found) == 1
    assert said in found[0]


def test_table_that_is_not_declared_is_said_and_never_written(tmp_path: Path) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    text = FACTS.replace("schools: |", "../evil: |") + results("school", "A")
    found = findings_of({"examples.yaml": text}, folder)
    assert [one.code for one in found] == ["S502"]
    assert "no table ../evil is declared" in found[0].text("en")
    assert list(tmp_path.rglob("evil*")) == []
