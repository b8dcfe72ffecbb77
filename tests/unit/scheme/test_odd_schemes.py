"""Well-shaped schemes that mean something odd: each is said, none crashes or passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe.cli import main
from tests.spec.linting import findings_of

CHECK = "label: 检查, clause: 一, level: check, required: 1, compare: at_least, data: {}"
SCORE = "label: 得分, clause: 一, of: {attribute: schools.score}"


def held_where(hold: str) -> str:
    """A scheme that pays and holds for a reason."""
    return (
        f"nodes:\n  s: {{kind: tally, {SCORE}}}\n  g: {{kind: bands, label: 等次, clause: 一, "
        "of: s, bands: [{from: 1, gives: good}, {gives: bad}], labels: {good: 好, bad: 差}}\n"
        "pay:\n  clause: 一\n  table: schools\n  person: school\n  role: type\n  by: g\n"
        "  rates: [{label: 校长, where: {type: town}, amounts: {good: 1}}]\n"
        f"  hold: [{{label: 暂缓, {hold}}}]\n"
    )


ODD = {
    "pay held for everybody": (held_where("several: false"), {"S115"}),
    "pay held for a column that is not there": (held_where("where: {age: 1}"), {"S115"}),
    "pay held for a value that is never there": (held_where("where: {type: moon}"), {"S115"}),
    "pay held for a node that is not there": (held_where("if: {t: good}"), {"S102"}),
    "pay held for a label that is never given": (held_where("if: {g: fair}"), {"S121"}),
    "pay held where nothing is asked": (held_where("if: {g: {}}"), {"S121"}),
    "a gap between bands within a check": (
        f"checks:\n  c: {{{CHECK}, actual: x, with: {{x: {{kind: bands, label: 分, of: "
        "{attribute: schools.score}, bands: [{from: 90, gives: 1}, {below: 80, gives: 0}]}}}\n",
        {"S108"},
    ),
    "full points without a max within a check": (
        f"checks:\n  c: {{{CHECK}, actual: x, "
        "with: {x: {kind: formula, formula: full * 2}}}\n",
        {"S106"},
    ),
    "rules within a node that can both hold": (
        f"nodes:\n  s: {{kind: tally, {SCORE}}}\n  a:\n    kind: sum\n    label: 一\n"
        "    clause: 一\n    of:\n      - kind: rules\n        of: s\n        rules:\n"
        "          - {label: 甲, if: {s: {above: 1}}, then: {set: 1}}\n"
        "          - {label: 乙, if: {s: {above: 2}}, then: {set: 2}}\n",
        {"S120"},
    ),
    "several nodes where there is room for one": (
        f"nodes:\n  d.a: {{kind: tally, {SCORE}}}\n  d.b: {{kind: tally, {SCORE}}}\n"
        "  r: {kind: rank, label: 名次, clause: 一, by: ['d.*'], ties: first}\n",
        {"S102"},
    ),
    "a default out of range": (
        "tables:\n  schools:\n    label: 学校\n    row: 一所学校\n    key: [school]\n    columns:\n"
        "      school: {type: id, heading: 编号}\n      name: {type: text, heading: 名称}\n"
        "      pupils: {type: whole, heading: 人数, minimum: 0, required: false, default: '-5'}\n",
        {"S111"},
    ),
    "two columns that differ in case only": (
        "tables:\n  schools:\n    label: 学校\n    row: 一所学校\n    key: [school]\n    columns:\n"
        "      school: {type: id, heading: 编号}\n      name: {type: text, heading: 名称}\n"
        "      pupils: {type: whole, heading: 人数}\n      Pupils: {type: whole, heading: 人数2}\n",
        {"S111"},
    ),
    "a when without an option": (
        "decisions:\n  q: {question: 问, clause: 一, default: '1', options: {1: 一, 2: 二}}\n"
        f"nodes:\n  s: {{kind: tally, when: {{q: []}}, {SCORE}}}\n  t: {{kind: tally, {SCORE}}}\n",
        {"S014"},
    ),
    "a place in public by another name": (
        f"results: {{public: [p]}}\nnodes:\n  s: {{kind: tally, {SCORE}}}\n"
        "  r: {kind: rank, label: 名次, clause: 一, by: [s], ties: first}\n"
        "  p: {kind: pick, label: 名次, clause: 一, take: first, of: [r]}\n",
        {"S307"},
    ),
    "a rule that an earlier one always goes before": (
        f"nodes:\n  s: {{kind: tally, {SCORE}}}\n  g:\n    kind: rules\n    label: 分\n"
        "    clause: 一\n    of: s\n    match: first\n    rules:\n"
        "      - {label: 甲, if: {s: {above: 50}}, then: {set: 1}}\n"
        "      - {label: 乙, if: {s: {at_least: 80}}, then: {set: 2}}\n",
        {"S203"},
    ),
    "a cap above all caps of the kinds": (
        "nodes:\n  g: {kind: ledger, label: 分, clause: 一, table: complaints, accumulate: sum, "
        "cap: 10, points: {by: solved, each: {'true': {points: 1, cap: 2}, "
        "'false': {points: 2, cap: 3}}}}\n",
        {"S203"},
    ),
    "a label that a bound column never holds": (
        "nodes:\n  g:\n    kind: rules\n    label: 分\n    clause: 一\n"
        "    of: {attribute: schools.score}\n"
        "    with: {k: {attribute: schools.type}}\n"
        "    rules: [{label: 村小, if: {k: villge}, then: {add: 1}}]\n",
        {"S121"},
    ),
}


@pytest.mark.parametrize(("text", "codes"), ODD.values(), ids=ODD)
def test_odd_scheme_is_said(text: str, codes: set[str], tmp_path: Path) -> None:
    found = findings_of({"scheme.yaml": text}, tmp_path)
    assert {one.code for one in found if one.weight != "note"} == codes


FINE = {
    "bands of whole numbers within the range of their column": (
        "nodes:\n  g: {kind: bands, label: 等次, clause: 一, of: {attribute: schools.pupils}, "
        "bands: [{from: 90, gives: 3}, {from: 80, up_to: 89, gives: 2}, {up_to: 79, gives: 1}]}\n"
    ),
    "a bonus with full points outside the hundred": (
        f"nodes:\n  s: {{kind: tally, max: 100, {SCORE}}}\n"
        "  b: {kind: ledger, label: 加分, clause: 一, max: 5, cap: 5, table: complaints, "
        "points: 1, accumulate: sum}\n"
        "  t: {kind: sum, label: 总分, clause: 一, max: 100, of: [s, b]}\n"
    ),
    "weights in proportion": (
        f"nodes:\n  s: {{kind: tally, {SCORE}}}\n  u: {{kind: tally, {SCORE}}}\n"
        "  m: {kind: mean, label: 平均, clause: 一, of: {s: 1, u: 2}}\n"
    ),
    "a ceiling that is no veto": (
        f"nodes:\n  s: {{kind: tally, {SCORE}}}\n  g:\n    kind: rules\n    label: 分\n"
        "    clause: 一\n    of: s\n"
        "    rules: [{label: 封顶, if: {s: {above: 90}}, then: {at_most: 90}}]\n"
    ),
}


@pytest.mark.parametrize("text", FINE.values(), ids=FINE)
def test_sensible_scheme_is_left_alone(text: str, tmp_path: Path) -> None:
    assert findings_of({"scheme.yaml": text}, tmp_path) == []


def test_option_that_looks_like_a_number_is_an_option(tmp_path: Path) -> None:
    text = (
        "decisions:\n  q: {question: 问, clause: 一, default: '1', options: {1: 一, 2: 二}}\n"
        f"nodes:\n  s: {{kind: tally, {SCORE}}}\n  t: {{kind: tally, when: {{q: 2}}, {SCORE}}}\n"
    )
    assert findings_of({"scheme.yaml": text}, tmp_path) == []


def test_limit_that_binds_under_one_option_is_not_idle(tmp_path: Path) -> None:
    text = (
        "decisions:\n  q: {question: 问, clause: 一, default: low, options: {low: 低, high: 高}}\n"
        "nodes:\n  a: {kind: formula, label: 一, clause: 一, at_most: 150, with: "
        "{s: {attribute: schools.score}}, formula: {decide: q, low: s, high: 2 * s}}\n"
    )
    assert findings_of({"scheme.yaml": text}, tmp_path) == []


def test_misspelt_key_of_a_bands_node_is_found_on_its_own_line(tmp_path: Path) -> None:
    text = (
        "nodes:\n  p:\n    kind: bands\n    label: 分\n    clauze: 一\n"
        "    of: {attribute: schools.score}\n    bands: [{from: 1, gives: 1}, {gives: 0}]\n"
    )
    found = findings_of({"scheme.yaml": text}, tmp_path)
    assert [(one.code, one.path, one.line) for one in found] == [("S022", "nodes.p.clauze", 5)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_wrong_formula_is_said_in_the_language(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    findings_of(
        {"scheme.yaml": "nodes:\n  a: {kind: formula, label: 一, clause: 一, formula: foo(1)}\n"},
        tmp_path,
    )
    assert main(["check", str(tmp_path / "scheme.yaml"), "--lang", language]) == 2
    told = {"zh": "公式有误：没有函数 foo", "en": "no function 'foo'"}
    assert told[language] in capsys.readouterr().out
