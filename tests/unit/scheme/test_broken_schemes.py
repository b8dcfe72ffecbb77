"""A broken scheme gives findings: never a traceback, never a hang, whatever was broken."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from kaohe.cli import main
from kaohe.scheme.loading import load_scheme
from kaohe.scheme.shipped import find_scheme

JUNK = (None, True, -1, 0, "", "nosuch", "1 +", "full", "2024-02-30", [], ["nosuch"], {}, {"a": 1})


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
    _, findings = load_scheme(path)
    assert code in {finding.code for finding in findings}
    assert main(["check", str(path), "--lang", "en"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_mistake_under_two_options_together_is_found(tmp_path: Path) -> None:
    old = "when: {survey_items: split, meeting_panels: halves}\n    kind: survey"
    path = broken(tmp_path, old, old.replace("kind: survey", "kind: survye"))
    found, findings = load_scheme(path)
    assert found is None
    assert [one.code for one in findings if one.weight == "error"] == ["S023"]


def places(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a document."""
    inner = part.items() if isinstance(part, dict) else enumerate(part)
    for key, value in inner:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


def mutate(tmp_path: Path, dice: random.Random, number: int) -> None:
    """Put junk in one place; loading says what it thinks of it, and that is all."""
    document = yaml.safe_load(shipped_text())
    path = dice.choice(list(places(document)))
    part = document
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = dice.choice(JUNK)
    file = tmp_path / f"{number}.yaml"
    file.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    load_scheme(file)


def test_junk_anywhere_never_raises(tmp_path: Path) -> None:
    dice = random.Random(2024)
    for number in range(25):
        mutate(tmp_path, dice, number)


@pytest.mark.soak
def test_much_junk_anywhere_never_raises(tmp_path: Path) -> None:
    dice = random.Random()
    for number in range(1000):
        mutate(tmp_path, dice, number)
