"""``kaohe compare``: what next year's policy changes, as a leading group reads it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kaohe.cli import main
from kaohe.scheme.shipped import find_scheme

EDITS = [
    ("id: gaojing-2024", "id: gaojing-2025"),
    ("zh: 2024年高境镇", "zh: 2025年高境镇"),
    ("{up_to: 10, gives: 22}", "{up_to: 10, gives: 21}"),
    ("default: better", "default: worse"),
    ("min(9, floor(30% * subjects))", "min(10, floor(30% * subjects))"),
    ("hotline.handled: 0.30", "hotline.handled: 0.25"),
    ("hotline.resolved: 0.35", "hotline.resolved: 0.40"),
    ("amounts: {A: 5000, B: 3000}\n", "amounts: {A: 6000, B: 3000}\n"),
]
TOLD = Path(__file__).parent / "told"
"""What the command prints, by language."""


def next_year(folder: Path) -> Path:
    """The 2024 scheme, copied for 2025 with a few changes."""
    shipped = find_scheme("gaojing-2024")
    assert shipped is not None
    text = re.sub(r"2024-(\d\d-\d\d)", r"2025-\1", shipped.read_text(encoding="utf-8"))
    for old, new in [("2025-02-29", "2025-02-28"), *EDITS]:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / "next-year.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return next_year(tmp_path_factory.mktemp("next-year"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_next_year_is_told_clause_by_clause(
    language: str, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", "gaojing-2024", str(copy), "--lang", language]) == 0
    told = (TOLD / f"next-year.{language}.txt").read_text(encoding="utf-8")
    assert capsys.readouterr().out == told


def test_scheme_compared_with_itself_has_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "insteval", "insteval", "--lang", "en"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("The two schemes do not differ: ")


def test_broken_scheme_has_its_findings_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("id: x\nversion: '1'\nsurprise: 1\n", encoding="utf-8")
    for call in (["insteval", str(broken)], [str(broken), "insteval"]):
        assert main(["compare", *call, "--lang", "en"]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert "broken.yaml:3: S022 error: surprise:" in told.err


def test_unknown_scheme_names_those_that_ship(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "insteval", "nowhere", "--lang", "zh"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "找不到方案 nowhere" in told.err
    assert "gaojing-2024" in told.err
