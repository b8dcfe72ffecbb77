"""What exclusions do to a run: the worked example of the town (5.6), through the pages; and the
command scores the exported facts to the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kaohe.cli import main
from kaohe.web.hotline.exclusion_models import Exclusion
from kaohe.web.results.drift import moved_tables
from kaohe.web.results.models import Run
from tests.web.cast import Cast
from tests.web.exclusions import another, index
from tests.web.filling import begin_scoring, hand_in

pytestmark = pytest.mark.either_database


def forty() -> list[dict[str, str]]:
    """40 cases: 36 handled, 30 resolved, 32 answered a call-back, 24 of them satisfied."""
    rows = []
    for number in range(40):
        handled, resolved = number < 36, number < 30
        answered = number < 29 or 30 <= number < 33
        rows.append(
            {
                "case_id": f"K{number:02}",
                "area_id": "J01",
                "source": "hotline",
                "received_on": "2024-05-06",
                "responsible": "true",
                "handled": str(handled).lower(),
                "resolved": str(resolved).lower(),
                "satisfied": str(number < 24).lower() if answered else "",
                "excluded": "",
            }
        )
    return rows


LEFT_OUT = ("K30", "K31", "K32", "K33")
"""Handled and not resolved; three of them answered that they are not satisfied."""


def _score(cast: Cast) -> Run:
    answer = cast.client("clerk").post("/results/score")
    assert answer.status_code == 302, answer.content.decode()
    return Run.objects.first() or Run()


def _shown(run: Run, area: str = "J01") -> dict[str, Any]:
    values: dict[str, Any] = run.subjects.get(subject_id=area).entry
    return values


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_four_cases_that_two_people_leave_out_move_the_composite_by_five_points(
    filled: Cast, tmp_path: Path
) -> None:
    cast = filled
    others = [
        {**row, "case_id": f"P{number}", "area_id": area, "source": "petition"}
        for area in ("J02", "J03")
        for number, row in enumerate(forty()[:3], start=10 if area == "J02" else 20)
    ]
    asked = [
        {**row, "excluded": "unfounded" if row["case_id"] in LEFT_OUT[:2] else ""}
        for row in forty()
    ]
    for source, rows in (("hotline", asked), ("petition", others)):
        index(hand_in(cast, source, "cases", rows, tmp_path))
    another(cast, "provider_too", "provider", "hotline")
    secretary = cast.client("secretary")
    for case_id in LEFT_OUT[2:]:
        given = {"ground": "unfounded", "text": "到场核实没有此事。"}
        secretary.post(f"/hotline/exclusions/ask?case={case_id}", given)
    begin_scoring(cast)
    before = _score(cast)
    assert _shown(before)["hotline.composite"] == "80.00", "a request is no decision"
    assert _shown(before)["hotline.eligible"] == "40"
    for username in ("provider_too", "group_member"):
        rows = Exclusion.objects.open()
        sent: dict[str, Any] = {"row": [row.pk for row in rows]}
        for row in rows:
            sent |= {f"{row.pk}-seen": row.version, f"{row.pk}-agrees": "yes"}
        answer = cast.client(username).post("/hotline/exclusions/meeting", sent)
        assert answer.status_code == 302, answer.content.decode()
    assert moved_tables(before) == ("cases",), "the older run is out of date"
    after = _score(cast)
    assert _shown(after)["hotline.composite"] == "84.99"
    assert _shown(after)["hotline.eligible"] == "36"
    assert _shown(after, "J02")["hotline.composite"] == _shown(before, "J02")["hotline.composite"]
    facts = (after.folder / "facts").iterdir()
    assert any("cases" in path.name for path in facts)
    decide = [f"--decide={name}={option}" for name, option in after.taken.items()]
    scheme, out = str(after.folder / "scheme.yaml"), tmp_path / "again"
    command = ["--lang", "zh", "score", str(after.folder / "facts"), "--scheme", scheme]
    assert main([*command, "--out", str(out), *decide]) == (0 if after.final else 3)
    assert contents(out) == contents(after.folder / "results")
