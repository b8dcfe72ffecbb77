"""``kaohe sensitivity``: what is written, what is refused; simulated facts are called so."""

from __future__ import annotations

import hashlib
import json
import zipfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from kaohe.cli import main
from tests.oracle import towns
from tests.worlds.files import write_csv

SMALL = ("--simulate", "5", "--seed", "7", "--households", "30")
FEW_READINGS = "hotline-scorecard"


def run(out: Path, *more: str, scheme: str = "gaojing-2024", lang: str = "zh") -> int:
    call = ["sensitivity", *more, "--scheme", scheme, "--out", str(out), "--lang", lang]
    return main(call)


def written(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "sensitivity.json").read_text("utf-8"))
    return found


def cells(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town one of whose areas has a name that a spreadsheet would run."""
    made = towns.random_town(5)
    made["areas"][0]["name"] = "=1+1"
    folder = tmp_path_factory.mktemp("town") / "facts"
    write_csv(made, towns.COLUMNS, folder)
    return folder


@pytest.fixture(scope="module")
def out(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    assert run(folder, str(town)) == 0
    return folder


def test_json_has_every_reading_decision_and_area(out: Path, town: Path) -> None:
    found = written(out)
    assert found["simulated"] is None
    assert found["readings"]["number"] == "522"
    assert found["readings"]["combinations"] == "512"
    assert found["readings"]["exhaustive"] is True
    assert [one["id"] for one in found["questions"]] == list(found["decisions"])
    ids = [area["area_id"] for area in found["areas"]]
    assert ids == sorted(area["area_id"] for area in towns.random_town(5)["areas"])
    for area in found["areas"]:
        outcomes = {one["id"]: one for one in area["outcomes"]}
        assert {"total", "rank", "grade", "tier", "status", "checks", "pay"} <= outcomes.keys()
        for one in outcomes.values():
            assert sum(int(value["readings"]) for value in one["values"]) == 522
            assert one["always"] == (len(one["values"]) == 1) == (not one["decisions"])
            assert one["taken"] in [value["value"] for value in one["values"]]


def test_effects_of_an_option_are_its_changes(out: Path) -> None:
    found = written(out)
    matters = {one["id"]: one["matters"] for one in found["questions"]}
    assert set(matters.values()) <= {"alone", "together", "none"}
    for one in found["questions"]:
        effects = [effect for option in one["effects"] for effect in option["outcomes"]]
        assert bool(effects) == (one["matters"] == "alone")
        for effect in effects:
            assert int(effect["changed"]) == len(effect["changes"]) > 0
            assert all(change["before"] != change["after"] for change in effect["changes"])


def test_workbook_says_the_same_with_numbers_as_numbers(out: Path) -> None:
    sheets = cells(out / "sensitivity.xlsx")
    assert list(sheets) == ["总览", "居民区", "个人绩效", "变动明细", "说明"]
    overview = sheets["总览"]
    head = next(index for index, row in enumerate(overview) if row[0] == "序号")
    questions = written(out)["questions"]
    assert [row[1] for row in overview[head + 1 :]] == [one["question"] for one in questions]
    assert [row[0] for row in overview[head + 1 :]] == list(range(1, len(questions) + 1))
    total = next(index for index, cell in enumerate(overview[head]) if "总分" in str(cell))
    assert all(isinstance(row[total], float) for row in overview[head + 1 :])


def test_no_cell_runs_and_the_second_run_gives_the_same_bytes(
    out: Path, town: Path, tmp_path: Path
) -> None:
    assert any("'=1+1" in row for row in cells(out / "sensitivity.xlsx")["居民区"])
    with zipfile.ZipFile(out / "sensitivity.xlsx") as archive:
        sheets = [name for name in archive.namelist() if "worksheets/sheet" in name]
        assert not any(b"<f>" in archive.read(name) for name in sheets)
    assert run(tmp_path, str(town)) == 0
    for name in ("sensitivity.json", "sensitivity.xlsx"):
        assert digest(out / name) == digest(tmp_path / name)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Simulated facts with one thing decided: what was written, and what was printed."""
    folder = tmp_path_factory.mktemp("simulated")
    with redirect_stdout(StringIO()) as printed:
        assert run(folder, *SMALL, "--decide", "hotline_formula=per_thousand") == 0
    return folder, printed.getvalue()


def test_base_is_what_is_decided(simulated: tuple[Path, str]) -> None:
    found = written(simulated[0])
    assert found["decisions"]["hotline_formula"] == "per_thousand"
    (asked,) = [one for one in found["questions"] if one["id"] == "hotline_formula"]
    assert [one["option"] for one in asked["effects"]] == ["equal", "weighted"]


def test_simulated_facts_are_called_so_everywhere(simulated: tuple[Path, str]) -> None:
    folder, printed = simulated
    assert "模拟数据（5 个居民区，随机种子 7）" in printed
    found = written(folder)
    assert found["simulated"] == {"subjects": "5", "seed": "7"}
    assert len(found["areas"]) == 5
    for name, rows in cells(folder / "sensitivity.xlsx").items():
        assert "模拟数据" in str(rows[1][0]), name


def test_generated_folder_is_called_simulated_too(tmp_path: Path) -> None:
    folder = str(tmp_path / "town")
    size = ["--areas", "12", "--seed", "1", "--households", "20"]
    assert main(["generate", "--scheme", FEW_READINGS, *size, "--out", folder]) == 0
    assert run(tmp_path / "out", folder, scheme=FEW_READINGS) == 0
    assert written(tmp_path / "out")["simulated"] == {"subjects": None, "seed": None}


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ((), "--simulate AREAS --seed S"),
        (("FACTS", *SMALL), "not both"),
        (("--simulate", "5"), "needs --seed"),
        (("FACTS", "--seed", "5"), "with --simulate only"),
        (("--simulate", "0", "--seed", "1"), "at least 1 subject"),
        (("nowhere",), "nowhere"),
        (("FACTS", "--decide", "tier_tie=maybe"), "no such option"),
        (("FACTS", "--decide", "weather=fine"), "no such decision"),
    ],
)
def test_wrong_call_is_refused_and_writes_nothing(
    call: tuple[str, ...],
    told: str,
    town: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = [str(town) if word == "FACTS" else word for word in call]
    assert run(tmp_path / "out", *given, lang="en") == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_scheme_without_hints_cannot_be_simulated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "out", *SMALL, scheme="nyc311", lang="en") == 2
    assert "town.yaml" in capsys.readouterr().err


def test_faults_of_facts_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = towns.random_town(5)
    made["areas"][0]["households"] = "many"
    source = write_csv(made, towns.COLUMNS, tmp_path / "town")
    assert run(tmp_path / "out", source) == 2
    assert "areas:2:households: many" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
