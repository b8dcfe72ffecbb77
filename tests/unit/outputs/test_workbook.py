"""``results.xlsx``: no text of the facts runs, and without pay it names no person's post."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from kaohe.outputs import write_workbook
from kaohe.outputs.lists import list_workbook
from kaohe.pipeline import SHORT_POSTS, Assessment
from tests.oracle import towns
from tests.worlds.assessing import assessed
from tests.worlds.files import write_csv

INJECTED = '<r></r></is></c><c r="A99"><f>1+1</f></c><c r="B99" t="inlineStr"><is><r></r>'


@pytest.fixture(scope="module")
def assessment(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """A town in which somebody held a post too briefly and one area has an evil name."""
    town = towns.random_town(31)
    town["areas"][0]["name"] = INJECTED
    town["staff"][0] |= {"staff_id": "P-brief", "role": "secretary", "months": "2"}
    found = assessed(write_csv(town, towns.COLUMNS, tmp_path_factory.mktemp("town")))
    assert found.pay
    assert any(one.id == SHORT_POSTS and "P-brief" in one.named for one in found.warnings)
    return found


def texts(path: Path) -> dict[str, str]:
    """What stands on each sheet."""
    book = CalamineWorkbook.from_path(str(path))
    return {
        name: "\n".join(
            str(cell) for row in book.get_sheet_by_name(name).to_python() for cell in row
        )
        for name in book.sheet_names
    }


def test_without_pay_nobody_is_named(assessment: Assessment, tmp_path: Path) -> None:
    persons = {str(person) for (person,) in assessment.facts.rows("staff", ["staff_id"])}
    write_workbook(tmp_path / "all.xlsx", assessment, "zh")
    write_workbook(tmp_path / "public.xlsx", assessment, "zh", pay=False)
    every, public = texts(tmp_path / "all.xlsx"), texts(tmp_path / "public.xlsx")
    assert set(every) - set(public) <= {"绩效", "提醒"}
    assert "绩效" in every
    assert "P-brief" in every["提醒"]
    words = {word for text in public.values() for word in text.split("\n")}
    assert persons.isdisjoint(words)
    assert not any("P-brief" in text for text in public.values())
    for name in public.keys() - {"提醒"}:
        assert public[name] == every[name]


def test_without_pay_other_warnings_stay(assessment: Assessment, tmp_path: Path) -> None:
    write_workbook(tmp_path / "public.xlsx", assessment, "en", pay=False)
    others = [one.text.en for one in assessment.warnings if one.id != SHORT_POSTS]
    assert texts(tmp_path / "public.xlsx").get("Warnings", "").split("\n")[1:] == others


def test_name_that_looks_like_markup_stays_a_name(assessment: Assessment, tmp_path: Path) -> None:
    path = tmp_path / "results.xlsx"
    write_workbook(path, assessment, "en")
    assert INJECTED in texts(path)["Overview"].split("\n")
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not any(b"<f>" in archive.read(name) for name in sheets)


def test_a_second_workbook_is_the_same_bytes_as_the_first() -> None:
    """XlsxWriter keeps what it writes into its options; ours must not carry it on."""
    first, second = (list_workbook("表", ["列"], [["一"]]) for _ in range(2))
    assert first == second
