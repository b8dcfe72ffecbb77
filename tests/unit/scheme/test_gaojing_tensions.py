"""The first scheme passes its check, and what pulls two ways in the policy is said all the same."""

from __future__ import annotations

import pytest

from kaohe.scheme.loading import load_scheme
from kaohe.scheme.shipped import find_scheme
from kaohe.values.findings import Finding


@pytest.fixture(scope="module")
def findings() -> dict[tuple[str, str], Finding]:
    """What is said about gaojing-2024, by code and place."""
    path = find_scheme("gaojing-2024")
    assert path is not None
    return {(one.code, one.path): one for one in load_scheme(path)[1]}


def test_everything_said_is_a_note(findings: dict[tuple[str, str], Finding]) -> None:
    assert {one.weight for one in findings.values()} == {"note"}


@pytest.mark.parametrize(
    ("code", "path", "told"),
    [
        ("S206", "checks.sample.total", "5%+5%+40% 恰好等于 50%"),
        ("S208", "nodes.grade.places.0", "不足 4 个对象时，“优秀”没有名额"),
        ("S209", "nodes.grade", "发放到第 12 名，而“优秀”至多 9 个"),
        ("S213", "nodes.mass.hotline", "不超过 25 个对象时，最后一档无人"),
        ("S214", "nodes.mass.hotline", "满分 24 分中只有 8 分拉开差距"),
        ("S301", "nodes.total", "群众评价占 60%，其中测评占 36%"),
        ("S306", "burden", "没有声明事项清单"),
        ("S310", "nodes.mass.hotline", "名次只供内部计算"),
        ("S310", "pay.by", "名次只供内部计算"),
    ],
)
def test_tension_is_told(
    code: str, path: str, told: str, findings: dict[tuple[str, str], Finding]
) -> None:
    assert told in findings[code, path].text("zh")


def test_what_is_accepted_is_told_with_its_reason(
    findings: dict[tuple[str, str], Finding],
) -> None:
    accepted = [one for one in findings.values() if one.reason is not None]
    assert [(one.code, one.path) for one in accepted] == [("S302", "nodes.daily.stability.2")]
    assert "已接受：附件1第6项由安全办评价" in accepted[0].text("zh")
