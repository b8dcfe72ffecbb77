"""``kaohe score``: what is written, what is refused, how the exit code tells it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kaohe.cli import main
from tests.oracle import gaojing, towns
from tests.worlds.assessing import rows_of, scheme_file
from tests.worlds.files import write_csv

FILES = ["checks.csv", "pay.csv", "results.csv", "results.json", "results.xlsx"]


def waived_everything(town: dict[str, list[dict[str, str]]]) -> None:
    """Accept every check of every area."""
    checks = scheme_file().under({}).checks
    town["waivers"] = [
        {"area_id": area["area_id"], "check": check, "reason": "会议同意"}
        for area in town["areas"]
        for check in checks
    ]


def complete_town(tmp_path: Path) -> Path:
    """A town whose areas are complete, as the oracle says, and whose checks are all waived."""
    for seed in range(200):
        town = towns.random_town(seed, areas=4)
        waived_everything(town)
        if gaojing.assess(town, {}).final:
            write_csv(town, towns.COLUMNS, tmp_path / "town")
            return tmp_path / "town"
    raise AssertionError("no random town is complete")


def score(facts: Path | str, out: Path, *more: str) -> int:
    return main(
        ["score", str(facts), "--scheme", "gaojing-2024", "--out", str(out), "--lang", "en", *more]
    )


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town that some checks bar, for all tests that leave it as it is."""
    folder = tmp_path_factory.mktemp("town") / "facts"
    write_csv(towns.random_town(5), towns.COLUMNS, folder)
    return folder


@pytest.fixture(scope="module")
def scored(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What scoring it wrote, for all tests that leave it as it is."""
    out = tmp_path_factory.mktemp("scored") / "out"
    assert score(town, out) == 3
    return out


def contents(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir()}


def test_result_that_nothing_bars_exits_0_and_is_final(tmp_path: Path) -> None:
    folder = complete_town(tmp_path)
    assert score(folder, tmp_path / "out") == 0
    assert json.loads((tmp_path / "out/results.json").read_text("utf-8"))["final"] is True


def test_result_that_a_check_bars_exits_3_with_all_files(scored: Path) -> None:
    assert sorted(path.name for path in scored.iterdir()) == FILES
    assert json.loads((scored / "results.json").read_text("utf-8"))["final"] is False


def test_fault_in_the_facts_exits_2_and_leaves_an_earlier_run_untouched(
    town: Path, scored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(town, tmp_path / "town")
    out = shutil.copytree(scored, tmp_path / "out")
    areas = folder / "areas.csv"
    lines = areas.read_text("utf-8").splitlines()
    lines[1] = lines[1].replace(lines[1].split(",")[-3], "many", 1)
    areas.write_text("\n".join(lines), "utf-8")
    assert score(folder, out) == 2
    assert capsys.readouterr().err.startswith("areas:2:households: many: ")
    assert contents(out) == contents(scored)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["nonsense=1"], "no such decision"),
        (["hotline_tie=maybe"], "no such option"),
        (["hotline_tie"], "write hotline_tie=OPTION"),
        (["hotline_tie=worse", "hotline_tie=better"], "given twice"),
        (["hotline_tie=x", "hotline_tie=y"], "given twice"),
    ],
)
def test_wrong_decision_is_refused(
    given: list[str], told: str, town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = [word for decision in given for word in ("--decide", decision)]
    assert score(town, tmp_path / "out", *more) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_wrong_decision_and_wrong_facts_are_listed_together(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(town, tmp_path / "town")
    (folder / "ratings.csv").unlink()
    assert score(folder, tmp_path / "out", "--decide", "a=b") == 2
    told = capsys.readouterr().err
    assert "--decide a=b" in told
    assert 'ratings::: "": ' in told


def test_unknown_scheme_names_those_that_ship(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["score", str(tmp_path), "--scheme", "nowhere", "--out", str(tmp_path / "o")]
    assert main([*call, "--lang", "en"]) == 2
    assert "gaojing-2024" in capsys.readouterr().err


def test_scheme_may_be_a_path(town: Path, scored: Path, tmp_path: Path) -> None:
    scheme = tmp_path / "mine.yaml"
    scheme.write_bytes(Path(_shipped()).read_bytes())
    call = ["score", str(town), "--scheme", str(scheme), "--out", str(tmp_path / "out")]
    assert main([*call, "--lang", "en"]) == 3
    assert contents(tmp_path / "out") == contents(scored)


def _shipped() -> Path:
    from kaohe.scheme.shipped import find_scheme

    path = find_scheme("gaojing-2024")
    assert path is not None
    return path


def test_missing_source_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert score(tmp_path / "none", tmp_path / "out") == 2
    assert "none" in capsys.readouterr().err


def test_output_that_cannot_be_written_is_refused(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = tmp_path / "file"
    taken.write_text("here", "utf-8")
    assert score(town, taken) == 2
    assert "cannot write" in capsys.readouterr().err
    assert taken.read_text("utf-8") == "here"


def test_language_changes_messages_and_no_result_file_but_the_workbook(
    town: Path, scored: Path, tmp_path: Path
) -> None:
    assert score(town, tmp_path / "zh", "--lang", "zh") == 3
    zh, en = contents(tmp_path / "zh"), contents(scored)
    assert {name for name in FILES if zh[name] != en[name]} == {"results.xlsx"}


def test_same_facts_give_the_same_bytes_workbook_included(
    town: Path, scored: Path, tmp_path: Path
) -> None:
    score(town, tmp_path / "again")
    assert contents(tmp_path / "again") == contents(scored)


def test_text_that_looks_like_a_formula_is_guarded_in_csv_and_whole_in_json(
    tmp_path: Path,
) -> None:
    town = towns.random_town(5, areas=4)
    town["areas"][0]["name"] = "=1+1"
    write_csv(town, towns.COLUMNS, tmp_path / "town")
    score(tmp_path / "town", tmp_path / "out")
    area = town["areas"][0]["area_id"]
    rows = rows_of((tmp_path / "out/results.csv").read_text("utf-8-sig"))
    assert "'=1+1" in {row["name"] for row in rows}
    found = json.loads((tmp_path / "out/results.json").read_text("utf-8"))
    assert {one["name"] for one in found["areas"] if one["area_id"] == area} == {"=1+1"}


def test_csv_is_utf8_with_bom_and_crlf(scored: Path) -> None:
    content = (scored / "results.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfarea_id,name,category,status,total,rank,grade,tier,")
    assert content.count(b"\n") == content.count(b"\r\n")


def test_place_of_a_file_taken_by_a_folder_leaves_all_files_as_they_were(
    town: Path, scored: Path, tmp_path: Path
) -> None:
    out = shutil.copytree(scored, tmp_path / "out")
    (out / "results.json").unlink()
    (out / "results.json").mkdir()
    before = (out / "checks.csv").stat().st_mtime_ns
    assert score(town, out) == 2
    assert (out / "checks.csv").stat().st_mtime_ns == before
    assert sorted(path.name for path in out.iterdir()) == FILES
