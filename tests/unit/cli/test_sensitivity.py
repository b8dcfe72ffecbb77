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

from kaohe.cli import main
from tests.oracle import towns
from tests.worlds.files import write_csv
from tests.worlds.workbooks import HOW, column_of, meanings, pages_of, sheet_texts, table_of

CLOSE = ("--simulate", "12", "--seed", "2024", "--households", "40")
FEW_READINGS = "hotline-scorecard"


def run(out: Path, *more: str, scheme: str = "gaojing-2024", lang: str = "zh") -> int:
    call = ["sensitivity", *more, "--scheme", scheme, "--out", str(out), "--lang", lang]
    return main(call)


def written(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "sensitivity.json").read_text("utf-8"))
    return found


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
    pages = pages_of(out / "sensitivity.xlsx")
    assert list(pages) == [HOW, "总览", "居民区", "个人绩效", "变动明细"]
    overview = table_of(pages, "总览")
    questions = written(out)["questions"]
    assert column_of(overview, "决定事项") == [one["question"] for one in questions]
    assert column_of(overview, "序号") == list(range(1, len(questions) + 1))
    changed = [
        {
            change["area_id"]
            for option in one["effects"]
            for outcome in option["outcomes"]
            if (outcome["of"], outcome["id"]) == ("areas", "total")
            for change in outcome["changes"]
        }
        for one in questions
    ]
    assert column_of(overview, "总分\n变动的居民区数") == [len(areas) for areas in changed]
    most = column_of(overview, "总分\n最多")
    assert all(isinstance(number, float) for number in most)
    assert [bool(number) for number in most] == [bool(areas) for areas in changed]
    styles = zipfile.ZipFile(out / "sensitivity.xlsx").read("xl/styles.xml").decode()
    assert "+0.00;-0.00;0.00" in styles, "a movement shows its sign"


def test_workbook_says_what_every_column_and_every_count_means(out: Path) -> None:
    pages = pages_of(out / "sensitivity.xlsx")
    for page in list(pages)[1:]:
        assert table_of(pages, page), page
    assert all(meaning.endswith("。") for meaning in meanings(pages).values())
    above = {page: "".join(str(row[0]) for row in rows[:5]) for page, rows in pages.items()}
    assert "谁的结果会变" in above[HOW]
    assert "请按道理定，不要看谁得利来定" in above["总览"]
    assert "不是可能性" in above["居民区"]
    assert "由它单独决定" in above["居民区"]


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A simulated town in which options move areas across lines, with one thing decided: what was
    written, and what was printed."""
    folder = tmp_path_factory.mktemp("simulated")
    with redirect_stdout(StringIO()) as printed:
        assert run(folder, *CLOSE, "--decide", "hotline_formula=per_thousand") == 0
    return folder, printed.getvalue()


@pytest.mark.parametrize("outcome", ["grade", "tier", "checks"])
def test_what_one_option_alone_brings_says_which_decision(
    outcome: str, simulated: tuple[Path, str]
) -> None:
    """Among hundreds of readings once does not mean hardly ever."""
    close = simulated[0]
    found = written(close)
    table = table_of(pages_of(close / "sensitivity.xlsx"), "居民区")
    entries = [
        next(one for one in area["outcomes"] if one["id"] == outcome) for area in found["areas"]
    ]
    brought = brought_alone(found, outcome)
    lines = column_of(table, f"{entries[0]['label']}\n各种组合下")
    for area, entry, text in zip(found["areas"], entries, lines, strict=True):
        if entry["always"]:
            assert text.startswith("始终：")
            continue
        for line, value in zip(text.split("\n"), entry["values"], strict=True):
            assert f"：{value['readings']} 种" in line
            assert ("（现行）" in line) == (value["value"] == entry["taken"])
            said = line.partition("只改第 ")[2].partition(" 项")[0]
            expected = brought.get((area["area_id"], value["value"]), set())
            assert {int(one) for one in said.split("、") if one} == expected
    assert brought, "some option changes it alone"


def brought_alone(found: dict[str, Any], outcome: str) -> dict[tuple[str, str | None], set[int]]:
    """By area and value the numbers of the decisions one of whose options alone brings it."""
    brought: dict[tuple[str, str | None], set[int]] = {}
    for number, question in enumerate(found["questions"], start=1):
        for option in question["effects"]:
            for one in option["outcomes"]:
                if (one["of"], one["id"]) == ("areas", outcome):
                    for change in one["changes"]:
                        brought.setdefault((change["area_id"], change["after"]), set()).add(number)
    return brought


def test_no_cell_runs(out: Path) -> None:
    assert any("'=1+1" in row for row in pages_of(out / "sensitivity.xlsx")["居民区"])
    assert not any("<f>" in text for text in sheet_texts(out / "sensitivity.xlsx"))


@pytest.mark.soak
def test_second_run_under_hundreds_of_readings_gives_the_same_bytes(
    out: Path, town: Path, tmp_path: Path
) -> None:
    assert run(tmp_path, str(town)) == 0
    assert_same_files(out, tmp_path)


def assert_same_files(one: Path, other: Path) -> None:
    for name in ("sensitivity.json", "sensitivity.xlsx"):
        assert digest(one / name) == digest(other / name)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_base_is_what_is_decided(simulated: tuple[Path, str]) -> None:
    found = written(simulated[0])
    assert found["decisions"]["hotline_formula"] == "per_thousand"
    (asked,) = [one for one in found["questions"] if one["id"] == "hotline_formula"]
    assert [one["option"] for one in asked["effects"]] == ["equal", "weighted"]


def test_simulated_facts_are_called_so_everywhere(simulated: tuple[Path, str]) -> None:
    folder, printed = simulated
    assert "模拟数据（12 个居民区，随机种子 2024）" in printed
    found = written(folder)
    assert found["simulated"] == {"subjects": "12", "seed": "2024"}
    assert len(found["areas"]) == 12
    for name, rows in pages_of(folder / "sensitivity.xlsx").items():
        assert "模拟数据" in str(rows[1][0]), name


def test_generated_folder_is_called_simulated_too_and_gives_the_same_bytes_again(
    tmp_path: Path,
) -> None:
    folder = str(tmp_path / "town")
    size = ["--areas", "12", "--seed", "1", "--households", "20"]
    assert main(["generate", "--scheme", FEW_READINGS, *size, "--out", folder]) == 0
    assert run(tmp_path / "out", folder, scheme=FEW_READINGS) == 0
    assert written(tmp_path / "out")["simulated"] == {"subjects": None, "seed": None}
    assert run(tmp_path / "again", folder, scheme=FEW_READINGS) == 0
    assert_same_files(tmp_path / "out", tmp_path / "again")


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ((), "--simulate AREAS --seed S"),
        (("FACTS", *CLOSE), "not both"),
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
    assert run(tmp_path / "out", *CLOSE, scheme="nyc311", lang="en") == 2
    assert "town.yaml" in capsys.readouterr().err


def test_faults_of_facts_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = towns.random_town(5)
    made["areas"][0]["households"] = "many"
    source = write_csv(made, towns.COLUMNS, tmp_path / "town")
    assert run(tmp_path / "out", source) == 2
    assert "areas:2:households: many" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
