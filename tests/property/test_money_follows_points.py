"""More money never goes to fewer points, unless the scheme says that it may and why.

Small schemes at random: bands or places of a score, money by label or by formula. Whoever passes
the check pays a better school's staff no less than a worse one's; what does not pass says S210
(or S202, where already the labels run the wrong way).
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaohe.facts import read_facts
from kaohe.pipeline import assess
from kaohe.scheme.loading import load_scheme

SCORES = (95, 90, 85, 80, 75, 60, 59, 40, 0)
HEAD: dict[str, Any] = {
    "id": "schools",
    "version": "1",
    "title": "学校",
    "subject": {"table": "schools", "id": "school", "name": "name", "label": "学校"},
    "rounding": {"places": 2},
    "tables": {
        "schools": {
            "label": "学校",
            "row": "一所学校",
            "key": ["school"],
            "columns": {
                "school": {"type": "id", "heading": "编号"},
                "name": {"type": "text", "heading": "名称"},
                "score": {"type": "whole", "heading": "得分", "minimum": 0, "maximum": 100},
            },
        },
        "staff": {
            "label": "教职工",
            "row": "一人",
            "key": ["person"],
            "columns": {
                "person": {"type": "id", "heading": "人员"},
                "school": {"type": "id", "heading": "学校", "refers_to": "schools.school"},
                "role": {"type": "choice", "heading": "职务", "choices": {"head": "校长"}},
            },
        },
    },
}
FORMULAS = (
    *("10 * score", "1000 - 10 * score", "max(0, score - 60)", "100 * place", "5000 / place"),
    *("score * score", "(score - 50) * score", "2000 - 100 * place", "min(500, 5 * score)"),
    *("1000 / (score + 1)", "-score + 200", "abs(score - 80)", "score - place", "floor(score / 7)"),
)


def paying(grade: dict[str, Any], rate: dict[str, Any]) -> dict[str, Any]:
    """A scheme that pays by a grade, or by what a formula says of score and place."""
    told = {"label": "得分", "clause": "一"}
    score = {"kind": "tally", "max": 100, "of": {"attribute": "schools.score"}}
    place = {"kind": "rank", "by": ["score"], "ties": "first"}
    nodes = {"score": {**told, **score}, "place": {**told, **place}, "grade": grade}
    pay = {"clause": "三", "table": "staff", "person": "person", "role": "role", "by": "grade"}
    return {**HEAD, "nodes": nodes, "pay": {**pay, "rates": [rate]}}


@st.composite
def schemes(draw: st.DrawFn) -> dict[str, Any]:
    """A scheme that grades a score and pays by the grade."""
    gives = draw(st.permutations(["good", "fair", "poor"]))
    grade: dict[str, Any] = {"label": "等次", "clause": "二"}
    if draw(st.booleans()):
        limits = draw(st.sampled_from([(90, 60), (80, 75), (95, 40)]))
        bands = [{"from": limits[0], "gives": gives[0]}, {"from": limits[1], "gives": gives[1]}]
        grade |= {"kind": "bands", "of": "score", "bands": [*bands, {"gives": gives[2]}]}
    else:
        ends = draw(st.sampled_from([(1, 3), (2, 6), (3, 8)]))
        places = [
            {"label": label, "to_rank": end, "ties": "include"}
            for label, end in zip(gives, ends, strict=False)
        ]
        grade |= {"kind": "allocate", "by": "place", "places": places}
    labels = draw(st.permutations(["good", "fair", "poor"]))
    grade["labels"] = {label: label for label in labels}
    amounts = st.dictionaries(
        st.sampled_from(["good", "fair", "poor"]), st.sampled_from([0, 500, 1000, 2000])
    )
    rate: dict[str, Any] = {"label": "校长", "where": {}}
    if draw(st.booleans()):
        rate["amounts"] = draw(amounts)
    else:
        rate["amount"] = draw(st.sampled_from(FORMULAS))
    return paying(grade, rate)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine schools, the best first, with a head each."""
    folder = tmp_path_factory.mktemp("facts")
    schools = [f"s{number},{number},{score}" for number, score in enumerate(SCORES)]
    staff = [f"p{number},s{number},head" for number in range(len(SCORES))]
    for name, header, rows in (
        ("schools", "school,name,score", schools),
        ("staff", "person,school,role", staff),
    ):
        (folder / f"{name}.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return folder


@given(document=schemes())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_passes_the_check_pays_better_schools_no_less(
    document: dict[str, Any], facts: Path, tmp_path: Path
) -> None:
    path = tmp_path / "scheme.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
    found, findings = load_scheme(path)
    if found is None or any(one.weight != "note" for one in findings):
        assert findings
        return
    scheme = found.under({})
    reading = read_facts(str(facts), scheme.fact_tables)
    assert reading.facts is not None
    with reading.facts:
        assessment = assess(scheme, "", {}, reading.facts)
    paid = {line.person: Decimal(line.amount) for line in assessment.pay}
    amounts = [paid.get(f"p{number}", Decimal(0)) for number in range(len(SCORES))]
    assert amounts == sorted(amounts, reverse=True), (amounts, document)


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        ({"amounts": {"good": 500, "fair": 1000}}, "“fair”不如“good”，却发得更多"),
        ({"amount": "1000 - 10 * score"}, "score 越好，发得可能越少"),
        ({"amount": "100 * place"}, "place 越好，发得可能越少"),
        ({"amount": "abs(score - 80)"}, "score 越好，发得可能越少"),
    ],
)
def test_what_pays_worse_schools_more_is_found(
    rate: dict[str, Any], said: str, tmp_path: Path
) -> None:
    bands = [{"from": 90, "gives": "good"}, {"from": 60, "gives": "fair"}, {"gives": "poor"}]
    labels = {label: label for label in ("good", "fair", "poor")}
    grade = {"kind": "bands", "label": "等次", "clause": "二", "of": "score", "bands": bands}
    document = paying({**grade, "labels": labels}, {"label": "校长", "where": {}, **rate})
    path = tmp_path / "scheme.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
    told = [one.text("zh") for one in load_scheme(path)[1] if one.code == "S210"]
    assert len(told) == 1
    assert said in told[0]
