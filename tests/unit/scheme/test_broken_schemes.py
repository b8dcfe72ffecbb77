"""A broken scheme gives findings: never a traceback, never a hang, whatever was broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe.cli import main
from kaohe.scheme.loading import load_scheme
from kaohe.scheme.shipped import find_scheme


def shipped_text() -> str:
    path = find_scheme("gaojing-2024")
    assert path is not None
    return path.read_text(encoding="utf-8")


def broken(tmp_path: Path, old: str, new: str) -> Path:
    """The shipped scheme with one text replaced."""
    text = shipped_text()
    assert old in text
    path = tmp_path / "scheme.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("decide: spot_check_target", "decide: {a: b}", "S011"),
        ("decide: spot_check_target", "decide: [a]", "S011"),
        ("1000 * hotline.eligible / households", " * ".join("1" * 2000), "S023"),
        ("1000 * hotline.eligible / households", "-" * 3000 + "1", "S023"),
        ("survey.meeting: 0.2", "survey.meeting: 1e99999999", "S023"),
        ("survey.meeting: 0.2", "survey.meeting: 1e-99999999", "S023"),
        ("max: 24", "max: 1e99999999", "S023"),
        ("max: 24", "max: true", "S023"),
    ],
)
def test_what_used_to_crash_or_hang_is_a_finding(
    old: str, new: str, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = broken(tmp_path, old, new)
    assert main(["check", str(path), "--lang", "en"]) == 2
    told = capsys.readouterr()
    assert f" {code} error: " in told.out
    assert "Traceback" not in told.err


def test_mistake_under_two_options_together_is_found(tmp_path: Path) -> None:
    old = "when: {survey_items: split, meeting_panels: halves}\n    kind: survey"
    path = broken(tmp_path, old, old.replace("kind: survey", "kind: survye"))
    found, findings = load_scheme(path)
    assert found is None
    assert [one.code for one in findings if one.weight == "error"] == ["S023"]
