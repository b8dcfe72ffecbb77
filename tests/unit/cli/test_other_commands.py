"""``explain``, ``check``, ``template``, ``generate`` and the words around them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kaohe.cli import language_of, main
from tests.oracle import towns
from tests.worlds.files import write_csv

HEAVY = ("duckdb", "numpy", "pydantic", "python_calamine", "rich", "sqlglot", "xlsxwriter")


@pytest.fixture
def town(tmp_path: Path) -> Path:
    folder = tmp_path / "town"
    write_csv(towns.random_town(5), towns.COLUMNS, folder)
    return folder


def first_area() -> str:
    return sorted(area["area_id"] for area in towns.random_town(5)["areas"])[0]


def explain(town: Path, area: str, *more: str) -> int:
    call = ["explain", str(town), "--scheme", "gaojing-2024", "--area", area, "--lang", "zh"]
    return main([*call, *more])


def test_explain_prints_sentences_and_clauses(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain(town, first_area()) == 0
    told = capsys.readouterr().out
    for word in ("总分", "附件1 第3项", "hotline.rank", "平时成绩"):
        assert word in told


def test_explain_of_one_node_prints_that_node_only(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain(town, first_area(), "--node", "hotline.handled") == 0
    told = capsys.readouterr().out
    assert "hotline.handled" in told
    assert "daily.party" not in told


@pytest.mark.parametrize("more", [["--node", "nowhere"], []])
def test_explain_of_nothing_is_refused(
    town: Path, more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    area = first_area() if more else "nobody"
    assert explain(town, area, *more) == 2
    assert ("nowhere" if more else "nobody") in capsys.readouterr().err


@pytest.mark.parametrize("name", ["gaojing-2024", "nyc311", "insteval"])
def test_shipped_schemes_have_nothing_wrong(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", name, "--lang", "en"]) == 0
    assert "nothing to mend" in capsys.readouterr().out


def test_check_names_file_line_and_cure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scheme = tmp_path / "broken.yaml"
    scheme.write_text("id: x\nversion: '1'\nsurprise: 1\n", "utf-8")
    assert main(["check", str(scheme), "--lang", "en"]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("broken.yaml:3: S022 error: surprise:") for line in lines)
    assert any("S021" in line and "nodes" in line for line in lines)


def test_json_schema_is_json_and_knows_decisions(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json-schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert "Choice" in schema["$defs"]
    assert "nodes" in schema["properties"]


def test_template_can_be_written_and_names_every_table(tmp_path: Path) -> None:
    out = tmp_path / "template.xlsx"
    assert main(["template", "gaojing-2024", "--out", str(out)]) == 0
    assert out.stat().st_size > 5000


def test_generated_town_scores(tmp_path: Path) -> None:
    town = str(tmp_path / "town")
    small = ["--areas", "6", "--seed", "1", "--households", "40"]
    assert main(["generate", *small, "--out", town]) == 0
    call = ["score", town, "--scheme", "gaojing-2024", "--out", str(tmp_path / "out")]
    assert main(call) in (0, 3)


def test_scheme_without_hints_cannot_be_generated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["generate", "--scheme", "nyc311", "--areas", "3", "--seed", "1", "--lang", "en"]
    assert main([*call, "--out", str(tmp_path / "t")]) == 2
    assert "town.yaml" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "zh"),
        ([], {"LANG": "en_GB.UTF-8"}, "en"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "en_US", "LC_ALL": "zh_CN"}, "zh"),
        (["score", "--lang", "en"], {"LANG": "zh_CN"}, "en"),
        (["score", "--lang=zh"], {"LANG": "en_US"}, "zh"),
    ],
)
def test_language_comes_from_the_call_then_the_locale_then_chinese(
    arguments: list[str], environment: dict[str, str], language: str
) -> None:
    assert language_of(arguments, environment) == language


def test_wrong_call_exits_2_in_the_users_language(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["score", "--lang", "zh"])
    assert stopped.value.code == 2
    assert "命令写法不对" in capsys.readouterr().err


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom kaohe.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_usage_complaints_are_chinese_for_chinese_users(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for arguments in (["score"], ["score", "x", "--engine", "abacus"], ["check", "--nosuch"]):
        with pytest.raises(SystemExit):
            main([*arguments, "--lang", "zh"])
    told = capsys.readouterr().err
    for word in ("缺少", "可用：", "不认识"):
        assert word in told


def test_console_without_chinese_does_not_fail_the_run(town: Path, tmp_path: Path) -> None:
    call = [sys.executable, "-m", "kaohe", "score", str(town), "--scheme", "gaojing-2024"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    out = tmp_path / "out"
    done = subprocess.run([*call, "--out", str(out)], env=environment, capture_output=True)
    assert done.returncode == 3
    assert (out / "results.xlsx").exists()


def test_language_may_stand_before_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", "check", "insteval"]) == 0
    assert "nothing to mend" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "told"), [([], "name a scheme: "), (["."], ". holds no scheme.yaml")]
)
def test_check_of_nothing_says_what_to_name(
    given: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["check", *given, "--lang", "en"]) == 2
    assert told in capsys.readouterr().err
