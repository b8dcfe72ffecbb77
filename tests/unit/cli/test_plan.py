"""``kaohe plan``: what clerk, surveyor and auditor hold in their hands afterwards."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from kaohe.analysis.sampling import drawn, frame_of
from kaohe.cli import main
from tests.repo import ROOT
from tests.worlds.assessing import shipped_schemes_loaded_once

AREAS = {"J01": ("甲居民区", 200, 30), "J02": ("乙居民区", 2500, 90), "J03": ("=丙", 61, 4)}
SCHEME = ("--scheme", "gaojing-2024")
SAMPLE = ("sample", "--check", "sample.third_party", "--seed", "2024-09-01")

Run = Callable[..., Path]


@pytest.fixture(autouse=True, scope="module")
def loaded_once() -> Iterator[None]:
    with shipped_schemes_loaded_once():
        yield


def write(path: Path, *rows: tuple[object, ...]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Three areas; buildings of one to forty households, some of them of staff."""
    folder = tmp_path / "town"
    folder.mkdir()
    heading = ("area_id", "name", "households", "party_members")
    write(folder / "areas.csv", heading, *((one, *AREAS[one]) for one in AREAS))
    frame, visits = [], []
    for area, (_, households, _) in AREAS.items():
        for number in range(households):
            household, building = f"{area}-{number:04}", f"{number // 40}号"
            frame.append((area, household, building, f"{building}{number}室", number % 50 == 7))
            if number % 3 == 0 and (area != "J03" or number < 12):
                visits.append((area, household, "S1", "2024-05-06"))
                visits.append((area, household, "S1", "2024-07-08"))
        visits.append((area, f"{area}-late", "S1", "2025-01-01"))
    columns = ("居民区编号", "住户编号", "楼栋编号", "地址", "工作人员家庭")
    write(folder / "frame.csv", columns, *frame)
    write(folder / "visits.csv", ("area_id", "household_id", "staff_id", "visited_on"), *visits)
    return folder


@pytest.fixture
def run(town: Path, tmp_path: Path) -> Run:
    """Make a plan of the town that must succeed; give the folder of its files."""

    def call(plan: str, *words: str, out: str = "plan", lang: str = "en") -> Path:
        folder = tmp_path / out
        given = ["plan", plan, str(town), *SCHEME, "--out", str(folder), "--lang", lang, *words]
        assert main(given) == 0
        return folder

    return call


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def record_of(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def wrong(capsys: pytest.CaptureFixture[str], town: Path, *words: str) -> list[str]:
    """The lines with which a call is refused; nothing is written then."""
    capsys.readouterr()
    plan, *rest = words
    out = town.parent / "refused"
    assert main(["plan", plan, str(town), *SCHEME, "--out", str(out), "--lang", "en", *rest]) == 2
    assert not out.exists()
    told = capsys.readouterr()
    assert told.out == ""
    return told.err.splitlines()


def test_sizes_are_what_the_scheme_asks_with_their_margins(run: Run) -> None:
    rows = rows_of(run("sizes") / "sizes.csv")
    asked = {(row["area_id"], row["check"]): row["size"] for row in rows}
    # 5% but at most 100 at meetings, 10% of members, 5% without a cap, 40% twice.
    meeting, members, third = (
        f"sample.{one}" for one in ("meeting.households", "meeting.party_members", "third_party")
    )
    assert [asked["J02", one] for one in (meeting, members, third)] == ["100", "9", "125"]
    assert [asked["J01", f"sample.online.{half}"] for half in (1, 2)] == ["80", "80"]
    assert len(rows) == 3 * 5
    assert all(row["for_margin"] == "" for row in rows)
    (third_party,) = (row for row in rows if (row["area_id"], row["check"]) == ("J02", third))
    # 1.96 * 50 * sqrt((2500 - 125) / (2499 * 125)) = 8.545
    assert third_party["margin"] == "8.55"
    assert "at least 125" in third_party["explanation_en"]
    assert "方案要求至少 125" in third_party["explanation"]


def test_a_wanted_margin_takes_more_where_the_scheme_asks_for_less(run: Run) -> None:
    words = ("--margin", "5", "--deviation", "12", "--response", "40%")
    rows = rows_of(run("sizes", *words) / "sizes.csv")
    found = {
        row["area_id"]: (row["required"], row["for_margin"], row["size"], row["to_ask"])
        for row in rows
        if row["check"] == "sample.third_party"
    }
    # n0 = (1.96 * 12 / 5)² = 22.13; 22.13 / (1 + 21.13 / 200) = 20.02, rounded up.
    assert found == {
        "J01": ("10", "21", "21", "53"),
        "J02": ("125", "22", "125", "313"),
        "J03": ("4", "17", "17", "43"),
    }


def test_an_area_without_party_members_has_nobody_to_ask(run: Run, town: Path) -> None:
    lines = (town / "areas.csv").read_text(encoding="utf-8")
    (town / "areas.csv").write_text(lines.replace(",61,4", ",61,0"), encoding="utf-8")
    rows = rows_of(run("sizes", "--margin", "5") / "sizes.csv")
    row = next(row for row in rows if row["population"] == "0")
    assert (row["size"], row["margin"], row["to_ask"]) == ("0", "0.00", "0")
    assert row["explanation_en"] == "Party members: 0, nobody to ask."


def test_everybody_asked_is_told_where_that_does_not_suffice(run: Run) -> None:
    rows = rows_of(run("sizes", "--response", "30%") / "sizes.csv")
    online = next(row for row in rows if row["check"] == "sample.online.1")
    assert (online["size"], online["to_ask"], online["answers"]) == ("80", "200", "60")
    assert "everybody, and about 60 answer" in online["explanation_en"]
    third_party = next(row for row in rows if row["check"] == "sample.third_party")
    assert (third_party["size"], third_party["to_ask"], third_party["answers"]) == (
        "10",
        "34",
        "10",
    )


def test_last_years_ballots_give_the_deviation(run: Run, town: Path, tmp_path: Path) -> None:
    last_year = tmp_path / "last"
    last_year.mkdir()
    shutil.copy(town / "areas.csv", last_year)
    heading = ("area_id", "channel", *(f"q{number}" for number in range(1, 11)))
    ballots = [
        *(("J01", "third_party", *[points] * 10) for points in (6, 8, 10)),
        *(("J02", "third_party", *[points] * 10) for points in (2, 4)),
        ("J02", "third_party", 10, 10, *[""] * 8),  # too few questions answered to count
        ("J03", "third_party", *[9] * 10),  # alone in its area
        *(("J03", "meeting", *[points] * 10) for points in (0, 10)),
    ]
    write(last_year / "answers.csv", heading, *ballots)
    folder = run("sizes", "--last-year", str(last_year), "--margin", "5")
    deviations = record_of(folder / "sizes.json")["deviations"]
    # 60, 80, 100 and 20, 40: (800 + 200) / (2 + 1), its root 18.26. At meetings 0 and 100.
    assert deviations["sample.third_party"] == {
        "deviation": "18.26",
        "ballots": "5",
        "subjects": "2",
    }
    assert deviations["sample.meeting.households"]["deviation"] == "70.71"
    assert deviations["sample.online.1"] == {"deviation": "50"}
    assert record_of(folder / "sizes.json")["last_year"]["answers"]["rows"] == "9"


def test_a_sample_has_its_sizes_its_reserves_and_no_staff(run: Run, town: Path) -> None:
    folder = run(*SAMPLE, "--response", "40%")
    rows = rows_of(folder / "sample.csv")
    frame = rows_of(town / "frame.csv")
    staff = {row["住户编号"] for row in frame if row["工作人员家庭"] == "True"}
    assert staff
    assert not staff & {row["household_id"] for row in rows}
    main_list = [row["area_id"] for row in rows if row["list"] == "main"]
    assert {area: main_list.count(area) for area in AREAS} == {"J01": 10, "J02": 125, "J03": 4}
    subjects = {row["area_id"]: row for row in rows_of(folder / "sample_subjects.csv")}
    assert (subjects["J02"]["frame"], subjects["J02"]["staff"]) == ("2500", "50")
    assert "is not" not in subjects["J01"]["explanation_en"]
    buildings = rows_of(folder / "sample_buildings.csv")
    assert sum(int(row["main"]) for row in buildings) == len(main_list) == 139
    reserves = [row for row in rows if row["list"] == "reserve"]
    assert len(reserves) == sum(int(row["reserves"]) for row in buildings)
    assert all(row["stands_by"] for row in reserves)
    assert subjects["J03"]["name"] == "'=丙", "no cell becomes a formula"


def test_the_auditor_draws_again_from_what_was_kept_byte_by_byte(
    run: Run, town: Path, tmp_path: Path
) -> None:
    first = run(*SAMPLE, out="first")
    record = record_of(first / "sample.json")
    kept = (first / "sample_frame.csv").read_bytes()
    assert sha256(kept).hexdigest() == record["frame"]["sha256"]
    assert sha256((first / "sample.csv").read_bytes()).hexdigest() == record["files"]["sample.csv"]
    (town / "frame.csv").write_bytes(kept)
    second = run("sample", "--check", record["check"], "--seed", record["seed"], out="second")
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in names)


def test_the_reference_draws_the_same_list_without_the_program(run: Run) -> None:
    folder = run(*SAMPLE)
    text = (ROOT / "docs" / "reference" / "drawing.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    spoken: dict[str, Any] = {}
    exec(block, spoken)
    frame = rows_of(folder / "sample_frame.csv")
    sizes = {row["area_id"]: int(row["size"]) for row in rows_of(folder / "sample_subjects.csv")}
    again = list(spoken["main_lists"](frame, sizes, "2024-09-01"))
    assert again == [
        (row["area_id"], row["building"], row["household_id"])
        for row in rows_of(folder / "sample.csv")
        if row["list"] == "main"
    ]


def test_seed_and_frame_stay_off_the_lists_that_go_to_others(run: Run) -> None:
    folder = run("sample", "--check", "sample.third_party", "--seed", "verysecret")
    assert record_of(folder / "sample.json")["seed"] == "verysecret"
    sheets = CalamineWorkbook.from_path(str(folder / "sample.xlsx"))
    shown = [sheets.get_sheet_by_name(name).to_python() for name in sheets.sheet_names]
    assert "verysecret" not in str(shown)
    assert "verysecret" not in (folder / "sample.csv").read_text(encoding="utf-8")


def test_without_a_seed_one_is_made_and_recorded(run: Run) -> None:
    words = ("sample", "--check", "sample.third_party")
    seeds = [record_of(run(*words, out=out) / "sample.json")["seed"] for out in ("a", "b")]
    assert len(set(seeds)) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", seed) for seed in seeds)


def test_a_frame_of_another_number_of_households_is_told(run: Run, town: Path) -> None:
    with (town / "frame.csv").open("a", encoding="utf-8") as file:
        file.write("J01,J01-new,新号,,\n")
    rows = rows_of(run(*SAMPLE) / "sample_subjects.csv")
    assert "the frame has 201, not the 200 on record" in rows[0]["explanation_en"]
    assert "not" not in rows[1]["explanation_en"]


def test_workbook_says_what_every_column_means(run: Run) -> None:
    for lang, about in (("zh", "说明"), ("en", "About")):
        folder = run(*SAMPLE, out=lang, lang=lang)
        book = CalamineWorkbook.from_path(str(folder / "sample.xlsx"))
        assert book.sheet_names[-1] == about
        meanings = book.get_sheet_by_name(about).to_python()
        headings = {
            heading
            for name in book.sheet_names[:-1]
            for heading in book.get_sheet_by_name(name).to_python()[0]
        }
        assert headings == {row[1] for row in meanings if row[2]} - {"列", "Column"}
        main_list = "样本户" if lang == "zh" else "main list"
        assert main_list in str(book.get_sheet_by_index(0).to_python())


def test_visits_are_drawn_by_the_rule_of_the_web(run: Run, town: Path) -> None:
    folder = run("visits", "--seed", "s", "--reserves", "3")
    rows = rows_of(folder / "spot_check.csv")
    claims = [
        (row["area_id"], row["household_id"])
        for row in rows_of(town / "visits.csv")
        if row["visited_on"] < "2025"
    ]
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["area_id"], []).append(row["household_id"])
    assert found == drawn(frame_of(claims), "s", 13)
    assert [row["list"] for row in rows[:13]] == ["main"] * 10 + ["reserve"] * 3
    frame = (folder / "spot_check_frame.csv").read_bytes()
    assert sha256(frame).hexdigest() == record_of(folder / "spot_check.json")["frame"]["sha256"]


def test_an_area_with_too_few_claims_is_told_and_drawn_whole(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = run("visits", "--seed", "s")
    assert "J03: only 4 households with a claimed visit, not 10" in capsys.readouterr().err
    own = [row for row in rows_of(folder / "spot_check.csv") if row["area_id"] == "J03"]
    assert [row["list"] for row in own] == ["main"] * 4


def test_union_goes_by_what_is_required_or_expected(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    run("union")
    assert capsys.readouterr().err == "", "tables that are not read go unmentioned"
    rows = rows_of(run("union") / "union.csv")
    assert [row["verdict"] for row in rows] == ["likely"] * 3
    # 2500 less 2500 * 0.96 * 0.95 * 0.6 * 0.6 = 1679.2
    assert rows[1]["expected"] == "1679.2"
    assert (rows[1]["least"], rows[1]["most"]) == ("1000", "2225")
    rows = rows_of(run("union", "--overlap", "95%") / "union.csv")
    assert rows[1]["verdict"] == "unlikely"
    # 1000 + 1000 - 950 online; 2500 - 2500 * 0.96 * 0.95 * 0.58 = 1177.6 of 1250
    assert (rows[1]["expected"], rows[1]["new_needed"]) == ("1177.6", "73")
    assert "73 more that took no part" in rows[1]["explanation_en"]
    low = ("--expect", "sample.online.1=10%", "--expect", "sample.online.2=300")
    row = rows_of(run("union", *low) / "union.csv")[1]
    assert (row["sample.online.1"], row["sample.online.2"]) == ("250", "300")
    assert (row["most"], row["verdict"]) == ("775", "impossible")
    row = rows_of(run("union", "--expect", "sample.online.2=60%") / "union.csv")[1]
    assert (row["least"], row["verdict"]) == ("1500", "certain")


def test_all_faults_of_a_frame_are_told_with_their_rows(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        town / "frame.csv",
        ("area_id", "household_id", "building"),
        ("J01", "1", "1号"),
        ("J01", "", "1号"),
        ("J99", "3", "1号"),
        ("J01", "1", "2号"),
        ("J01", "5", ""),
    )
    assert wrong(capsys, town, *SAMPLE) == [
        'frame:3:household_id: "": an id (text), not empty',
        "frame:4:area_id: J99: the area_id of a row in the table areas",
        "frame:5:area_id: J01: one row for each area_id, household_id; row 2 has the same",
        'frame:6:building: "": an id (text), not empty',
    ]


def test_too_few_households_and_no_frame_are_told(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [("J01", str(number), "1号", number < 4) for number in range(13)]
    write(town / "frame.csv", ("area_id", "household_id", "building", "staff_household"), *rows)
    told = wrong(capsys, town, *SAMPLE)
    assert [line.partition(";")[0] for line in told] == [
        "frame::area_id: J01: at least 10 households to draw from",
        "frame::area_id: J02: at least 125 households to draw from",
        "frame::area_id: J03: at least 4 households to draw from",
    ]
    assert "the frame has 9 (besides 4 staff households" in told[0]
    (town / "frame.csv").unlink()
    (line,) = wrong(capsys, town, *SAMPLE)
    assert line.startswith('frame::: "": the table frame (sampling frame: a household a row')
    assert main(["plan", "union", str(town), *SCHEME, "--out", str(town / "out")]) == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("sample",), "say with --check for which sample: sample.meeting.households, "),
        (("sample", "--check", "sample.total"), "there is no check sample.total: "),
        (("sample", *SAMPLE[1:3], "--seed", "a|b"), "--seed: 1 to 64 printable"),
        (("sizes", "--margin", "0"), "--margin 0: points above 0"),
        (("sizes", "--response", "0.5"), "--response 0.5: a per cent such as 50%"),
        (("sizes", "--response", "0%"), "--response: above 0%"),
        (("sizes", "--confidence", "100%"), "--confidence: above 0% and below 100%"),
        (("sizes", "--deviation", "5", "--last-year", "x"), "give one of --deviation and"),
        (("visits", "--reserves", "-1"), "--reserves: 0 or more"),
        (("union", "--expect", "total=5%"), "--expect total=5%: there is no check total"),
        (("union", "--expect", "sample.online.1=x"), "--expect sample.online.1=x: a per cent"),
        (("union", "--overlap", "120%"), "--overlap 120%: a per cent"),
        (("union", "--decide", "a=b"), "a"),
    ],
)
def test_a_wrong_call_is_told(
    words: tuple[str, ...], told: str, town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told in wrong(capsys, town, *words)[0]


def test_wrong_options_are_told_together(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("sizes", "--margin", "x", "--response", "y", "--confidence", "z")
    assert len(wrong(capsys, town, *words)) == 3


@pytest.mark.parametrize("plan", ["sizes", "sample", "visits", "union"])
def test_a_scheme_without_such_checks_says_so(
    plan: str, town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    call = ["plan", plan, str(town), "--scheme", "insteval", "--out", str(town / "out")]
    assert main([*call, "--lang", "en"]) == 2
    assert "the scheme " in capsys.readouterr().err
