"""Readings under which a scheme has other nodes and tables, and more of them than can be tried."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

import pytest

from kaohe.analysis.sensitivity import trials_of
from kaohe.cli import main
from kaohe.facts import Facts, read_facts
from kaohe.outputs.readings_sentences import what_was_tried
from kaohe.outputs.readings_structured import write_study_json
from kaohe.readings import Study, study
from kaohe.scheme.loading import load_scheme
from kaohe.values.tables import Table

HEAD = """
id: clubs
version: "1"
title: {{zh: 社团, en: Clubs}}
subject: {{table: clubs, id: club_id, name: name, label: {{zh: 社团, en: club}}}}
rounding: {{places: 2}}
missing: absent
decisions:
{decisions}
tables:
  clubs:
    label: {{zh: 社团, en: Clubs}}
    row: {{zh: 一个社团, en: a club}}
    required: true
    key: [club_id]
    provider: {{zh: 文化科, en: Culture}}
    columns:
      club_id: {{type: id, heading: 编号}}
      name: {{type: text, heading: 名称}}
      members: {{type: whole, heading: 人数}}
{tables}
nodes:
  members:
    kind: tally
    label: {{zh: 人数, en: Members}}
    clause: §1
    of: {{attribute: clubs.members}}
{nodes}
"""
DECISION = """
  {id}:
    question: {{zh: "{id}？", en: "{id}?"}}
    clause: §1
    default: "off"
    options: {{"off": {{zh: 否, en: "no"}}, "on": {{zh: 是, en: "yes"}}}}
"""
PRIZES = """
  prizes:
    when: {prizes: "on"}
    label: {zh: 获奖, en: Prizes}
    row: {zh: 一次获奖, en: a prize}
    provider: {zh: 文化科, en: Culture}
    columns:
      club_id: {type: id, heading: 编号, refers_to: clubs.club_id}
"""
NODES = """
  prizes:
    when: {prizes: "on"}
    kind: tally
    label: {zh: 获奖次数, en: Prizes}
    clause: §2
    of: {count: prizes}
  total:
    kind: formula
    label: {zh: 合计, en: Total}
    clause: §3
    formula: {decide: prizes, "off": members, "on": members + prizes * weight}
    with:
      when: {prizes: "on"}
      weight: {kind: formula, formula: {decide: doubled, "off": "1", "on": "2"}}
"""


def scheme_text(names: list[str], tables: str = "", nodes: str = "") -> str:
    decisions = "".join(DECISION.format(id=name) for name in names)
    return HEAD.format(decisions=decisions, tables=tables, nodes=nodes)


def studied(text: str, folder: Path, facts: Mapping[str, str]) -> tuple[Study, int]:
    """The study, and how often facts were read for it."""
    path = folder / "scheme.yaml"
    path.write_text(text, encoding="utf-8")
    (folder / "facts").mkdir()
    for name, content in facts.items():
        (folder / "facts" / f"{name}.csv").write_text(content, encoding="utf-8")
    found, findings = load_scheme(path, only_errors=True)
    assert found is not None, [one.text("en") for one in findings]
    read = []

    def facts_of(tables: Mapping[str, Table]) -> Facts:
        reading = read_facts(str(folder / "facts"), tables)
        assert reading.facts is not None, [one.line("en") for one in reading.faults]
        read.append(tables)
        return reading.facts

    trials = trials_of(found.options, found.defaults)
    return study(found, trials, facts_of), len(read)


CLUBS = "club_id,name,members\nC2,Chess,4\nC1,Choir,9\n"


def test_nodes_and_tables_of_an_option_count_only_under_it(tmp_path: Path) -> None:
    text = scheme_text(["prizes", "doubled"], PRIZES, NODES)
    facts = {"clubs": CLUBS, "prizes": "club_id\nC2\nC2\n"}
    found, reads = studied(text, tmp_path, facts)
    assert reads == 2  # the table is declared under one option only
    outcomes = {moved.outcome.id: moved for moved in found.kinds[None]}
    readings = [tuple(one.values()) for one in found.sensitivity.trials.readings]
    total = dict(zip(readings, outcomes["total"].outcome.columns, strict=True))
    assert total == {
        ("off", "off"): ("9.00", "4.00"),
        ("on", "off"): ("9.00", "6.00"),
        ("off", "on"): ("9.00", "4.00"),
        ("on", "on"): ("9.00", "8.00"),
    }
    choir, chess = outcomes["total"].spreads
    assert choir.is_constant
    assert chess.decisions == ("prizes", "doubled")
    assert found.sensitivity.weights == {"prizes": "alone", "doubled": "together"}
    assert "prizes" not in outcomes  # another node is built on it


def test_more_combinations_than_can_be_tried_are_said_to_be(tmp_path: Path) -> None:
    text = scheme_text([f"d{number}" for number in range(13)])
    found, _ = studied(text, tmp_path, {"clubs": CLUBS})
    assert len(found.sensitivity.trials.readings) == 1 + 13 + 78
    told = " ".join(one.en for one in what_was_tried(found))
    assert "8192 combinations of these are too many and were not tried" in told
    assert "change nothing alone" in told
    file = StringIO()
    write_study_json(file, found)
    readings = json.loads(file.getvalue())["readings"]
    assert (readings["number"], readings["exhaustive"]) == ("92", False)


def test_scheme_that_two_options_together_break_is_refused_with_both(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nodes = """
  extra:
    when: {first: "off"}
    kind: formula
    label: {zh: 附加, en: Extra}
    clause: §2
    formula: members + 1
  total:
    kind: sum
    label: {zh: 合计, en: Total}
    clause: §3
    of: [members, {decide: second, "off": members, "on": extra}]
"""
    path = tmp_path / "scheme.yaml"
    path.write_text(scheme_text(["first", "second"], nodes=nodes), encoding="utf-8")
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts/clubs.csv").write_text(CLUBS, encoding="utf-8")
    call = ["sensitivity", str(tmp_path / "facts"), "--scheme", str(path), "--lang", "en"]
    assert main([*call, "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err
    assert "the scheme has errors under first=on, second=on:" in told
    assert "S102" in told
    assert not (tmp_path / "out").exists()
