"""``kaohe robustness``: what is written, what is refused, and that every column is explained."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kaohe.cli import main
from tests.oracle import towns
from tests.repo import ROOT
from tests.unit.analysis.towns import Town, plain_town
from tests.worlds.files import shuffled, write_csv
from tests.worlds.workbooks import HOW, column_of, meanings, pages_of, sheet_texts, table_of

FILES = ["robustness.json", "robustness.xlsx"]
REFERENCE = ROOT / "docs" / "reference" / "robustness.md"


def robustness(facts: Path, out: Path, *more: str, scheme: str = "gaojing-2024") -> int:
    call = ["robustness", str(facts), "--scheme", scheme, "--out", str(out)]
    return main([*call, "--replicates", "100", "--lang", "zh", *more])


def on_disk(folder: Path, town: Town) -> Path:
    write_csv(town, towns.COLUMNS, folder)
    return folder


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the plain town."""
    folder = tmp_path_factory.mktemp("plain")
    # A check is unmet: the files are written and the exit code says so.
    assert robustness(on_disk(folder / "town", plain_town()), folder / "out") == 3
    return folder / "out"


def found_in(written: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((written / "robustness.json").read_text("utf-8"))
    return found


def test_both_files_are_written_and_nothing_else(written: Path) -> None:
    assert sorted(path.name for path in written.iterdir()) == FILES


def test_layers_stand_apart(written: Path) -> None:
    found = found_in(written)
    assert found["what_if_weights"]["in_policy"] is False
    assert found["readings"]["command"] == "kaohe sensitivity"
    bases = {sample["id"]: sample["basis"] for sample in found["sampling_error"]["samples"]}
    assert bases["third_party"] == "random"
    others = {basis for sample, basis in bases.items() if sample != "third_party"}
    assert others == {"as_if_random"}


def test_an_area_is_told_with_margins_ranks_and_shares(written: Path) -> None:
    first = found_in(written)["areas"][0]
    (third,) = [one for one in first["surveys"] if one["id"] == "survey.third_party"]
    # √((1 - 4/20) × 800/3 ÷ 4) = 7.30, and 1.96 times that.
    assert (third["value"], third["error"], third["margin"]) == ("80.00", "7.30", "14.31")
    assert third["asked"] == [{"sample": "third_party", "ballots": "4", "population": "20"}]
    assert {one["id"] for one in first["outcomes"]} == {"mass.hotline", "grade", "tier"}
    for outcome in first["outcomes"]:
        assert sum(float(one["share"]) for one in outcome["shares"]) == pytest.approx(1)
        assert outcome["sampled"] is (outcome["id"] != "mass.hotline")
    assert first["ranks"] == [{"id": "rank", "value": "1", "best": "1", "worst": "1", "alike": []}]


def test_figures_are_strings(written: Path) -> None:
    """Numbers in JSON are read differently by different programs; texts are not."""
    text = (written / "robustness.json").read_text("utf-8")
    assert not re.search(r"[:\[,]\s*-?[0-9]", re.sub(r'"(?:[^"\\]|\\.)*"', '""', text))


def keys_of(part: Any) -> set[str]:
    """Every key of an object and of all within it; what ``results.json`` has too and ids apart."""
    if isinstance(part, list):
        return set().union(*map(keys_of, part))
    if not isinstance(part, dict):
        return set()
    named = {"scheme", "facts", "decisions", "weights"}
    return set(part) | set().union(*(keys_of(v) for k, v in part.items() if k not in named))


def test_every_key_stands_in_the_reference(written: Path) -> None:
    reference = REFERENCE.read_text("utf-8")
    assert {key for key in keys_of(found_in(written)) if f"`{key}`" not in reference} == set()


def test_every_column_has_a_sentence_that_says_what_it_means(written: Path) -> None:
    pages = pages_of(written / "robustness.xlsx")
    said = meanings(pages)
    assert all(meaning.endswith("。") for meaning in said.values())
    for page in list(pages)[1:]:
        assert table_of(pages, page), page
    warned = "".join(row[2] for row in pages[HOW])
    for warning in ("不是谁“应得”的可能性", "不是并列", "当作随机抽取", "不等于绝不会变"):
        assert warning in warned


def test_what_has_to_be_known_stands_above_the_tables(written: Path) -> None:
    pages = pages_of(written / "robustness.xlsx")
    above = {
        page: "".join(str(row[0]) for row in rows[: len(rows) - len(table_of(pages, page))])
        for page, rows in list(pages.items())[1:]
    }
    assert "考核方案没有这样规定" in above["假如改变权重（非方案规定）"]
    assert "不是并列" in above["总表"]
    assert "抽查也是抽样" in above["比率区间"]
    assert "没有列的，每次都与本次相同" in above["可能变的结果"]
    assert all(text.startswith("结果有多稳") and "暂定结果" in text for text in above.values())


def test_only_results_that_came_out_otherwise_are_listed_with_their_shares(tmp_path: Path) -> None:
    town = str(tmp_path / "town")
    size = ["--areas", "12", "--seed", "3", "--households", "60"]
    assert main(["generate", *size, "--out", town]) == 0
    assert robustness(Path(town), tmp_path / "out") in (0, 3)
    pages = pages_of(tmp_path / "out" / "robustness.xlsx")
    listed = [tuple(row[:1] + row[2:]) for row in table_of(pages, "可能变的结果")[1:]]
    words = {"grade": "等次", "tier": "档次"}
    several = [
        (area["area_id"], words[one["id"]], f"{float(share['share']):.1%}")
        for area in found_in(tmp_path / "out")["areas"]
        for one in area["outcomes"]
        if one["sampled"] and len(one["shares"]) > 1
        for share in one["shares"]
    ]
    assert several
    assert sorted((area, what, f"{share}%") for area, what, _, share, _ in listed) == sorted(
        several
    )


def test_names_cannot_become_formulas_and_headings_stay_in_sight(written: Path) -> None:
    pages = pages_of(written / "robustness.xlsx")
    assert column_of(table_of(pages, "总表"), "居民区名称") == ["'=a1", "'=a2", "'=a3"]
    for text in sheet_texts(written / "robustness.xlsx"):
        assert "<f>" not in text
        assert 'state="frozen"' in text


def test_the_same_facts_and_seed_give_the_same_bytes(written: Path, tmp_path: Path) -> None:
    town = on_disk(tmp_path / "town", shuffled(plain_town(), 4))
    assert robustness(town, tmp_path / "again") == 3
    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (written / name).read_bytes()
    assert robustness(town, tmp_path / "other", "--seed", "2") == 3
    assert found_in(tmp_path / "other") != found_in(written)


def test_a_decision_changes_what_is_scored_again(tmp_path: Path) -> None:
    town = on_disk(tmp_path / "town", plain_town())
    assert robustness(town, tmp_path / "out", "--decide", "survey_items=split") == 3
    found = found_in(tmp_path / "out")
    surveys = [one["id"] for one in found["areas"][0]["surveys"]]
    assert "survey.visits.third_party" in surveys
    changed = {one["id"] for one in found["what_if_weights"]["changes"]}
    assert changed == {"survey", "survey.visits", "survey.livelihood"}


def test_totals_and_single_ballots_are_said_to_have_no_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town = plain_town()
    first, *_ = (row for row in town["answers"] if row["channel"] == "third_party")
    town["answers"] = [row for row in town["answers"] if row["channel"] != "third_party"]
    town["answers"].append(first)
    totals = {"area_id": "a2", "channel": "third_party", "question": "all"}
    town["answer_totals"] = [{**totals, "answered": "40", "points": "300"}]
    assert robustness(on_disk(tmp_path / "town", town), tmp_path / "out") == 3
    told = capsys.readouterr().err
    assert "第三方只有一份答卷，看不出答卷之间差多少，按没有误差计：a1" in told
    assert "“第三方测评”只报合计、没有单张答卷，这部分算不出抽样误差，按没有误差计：a2" in told
    pages = pages_of(tmp_path / "out" / "robustness.xlsx")
    assert any("请提供单位报送逐张答卷（不记名）" in str(row[0]) for row in pages[HOW])
    overview = table_of(pages, "总表")
    by_area = {row[0]: row for row in overview[1:]}
    chance = [
        place
        for place, heading in enumerate(overview[0])
        if heading.split("\n")[-1] in ("误差范围±", "可能是", "与谁分不清", "重抽不变（%）")
    ]
    assert {by_area["a2"][place] for place in chance} == {"算不出"}
    assert "算不出" not in by_area["a3"]
    surveys = {(row[0], row[2]): row for row in table_of(pages, "测评误差")[1:]}
    assert surveys["a2", "第三方测评"][4:7] == ["算不出", 0, "只报合计"]
    notes = found_in(tmp_path / "out")["notes"]
    assert all(note["text"] in told for note in notes)
    assert all(note["text_en"] for note in notes)


def test_a_scheme_without_ballots_has_rates_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "town"
    call = ["generate", "--scheme", "hotline-scorecard", "--areas", "12", "--seed", "3"]
    assert main([*call, "--out", str(folder)]) == 0
    assert robustness(folder, tmp_path / "out", scheme="hotline-scorecard") in (0, 3)
    assert "没有抽样误差可算" in capsys.readouterr().err
    found = found_in(tmp_path / "out")
    assert found["sampling_error"]["replicates"] is None
    assert [rate["id"] for rate in found["rates"]][0] == "sign.rate"
    assert "units" not in found


NOTHING = """\
id: nothing
version: "1"
title: {zh: 无, en: nothing}
subject: {table: areas, id: area_id, name: name, label: {zh: 居民区, en: area}}
rounding: exact
tables:
  areas:
    label: {zh: 居民区, en: areas}
    row: {zh: 一个居民区, en: an area}
    key: [area_id]
    columns:
      area_id: {type: id, heading: 编号}
      name: {type: text, heading: 名称}
      households: {type: whole, heading: 户数}
nodes:
  size: {kind: tally, label: 户数, clause: 一, of: {attribute: areas.households}}
"""


def test_a_scheme_with_nothing_to_tell_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scheme = tmp_path / "scheme.yaml"
    scheme.write_text(NOTHING, encoding="utf-8")
    folder = tmp_path / "town"
    folder.mkdir()
    (folder / "areas.csv").write_text("area_id,name,households\na1,A,5\n", encoding="utf-8")
    assert robustness(folder, tmp_path / "out", scheme=str(scheme)) == 2
    assert "没有什么可算" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_too_few_replicates_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town = on_disk(tmp_path / "town", plain_town())
    assert robustness(town, tmp_path / "out", "--replicates", "99") == 2
    assert "--replicates 至少 100 次" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_written_to_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town = on_disk(tmp_path / "town", plain_town())
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    assert robustness(town, tmp_path / "out") == 2
    assert "写不了" in capsys.readouterr().err
