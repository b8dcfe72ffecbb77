"""A scheme made of shared parts is the scheme that the document says, and no error is missed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

import pytest

from kaohe.scheme.decisions import decisions_within, resolve
from kaohe.scheme.document import child, plain
from kaohe.scheme.loading import SchemeFile, load_scheme
from kaohe.scheme.model import Scheme
from kaohe.scheme.shipped import shipped_schemes
from kaohe.scheme.unfolding import unfolded
from tests.worlds.assessing import scheme_file

TRIED = 6


def written_plainly(found: SchemeFile, taken: Mapping[str, str]) -> Scheme:
    """The scheme under these options, read from the document as a whole."""
    root = resolve(found.document.root, taken)
    assert root is not None
    return Scheme.model_validate(plain(root))


def some_readings(found: SchemeFile, seed: int) -> Iterator[dict[str, str]]:
    dice = random.Random(seed)
    for _ in range(TRIED):
        yield {decision: dice.choice(names) for decision, names in found.options.items()}


@pytest.mark.parametrize("name", shipped_schemes())
def test_assembled_scheme_is_the_one_that_is_read_as_a_whole(name: str) -> None:
    found = scheme_file(name)
    for taken in some_readings(found, 1):
        plainly = written_plainly(found, taken)
        assert found.assembly.written(taken) == plainly
        assert list(found.under(taken).nodes.items()) == list(unfolded(plainly).nodes.items())
        assert found.under(taken) == unfolded(plainly)


@pytest.mark.parametrize("name", shipped_schemes())
def test_node_that_an_option_does_not_reach_is_the_same_object(name: str) -> None:
    found = scheme_file(name)
    base, places = found.assembly.written(found.defaults), child(found.document.root, "nodes")
    assert places is not None
    for taken in some_readings(found, 2):
        other = found.assembly.written(taken)
        for node_id, node in base.nodes.items():
            place = child(places, node_id)
            assert place is not None
            within = decisions_within(place)
            if all(taken[one] == found.defaults[one] for one in within):
                assert other.nodes[node_id] is node


HEAD = """
id: clubs
version: "1"
title: {zh: 社团, en: Clubs}
subject: {table: clubs, id: club_id, name: name, label: {zh: 社团, en: club}}
rounding: {places: 2}
missing: absent
decisions:
  first:
    question: {zh: 甲？, en: "First?"}
    clause: §1
    default: a
    options: {a: {zh: 甲, en: a}, b: {zh: 乙, en: b}}
  second:
    question: {zh: 乙？, en: "Second?"}
    clause: §2
    default: a
    options: {a: {zh: 甲, en: a}, b: {zh: 乙, en: b}}
tables:
  clubs:
    label: {zh: 社团, en: Clubs}
    row: {zh: 一个社团, en: a club}
    required: true
    key: [club_id]
    provider: {zh: 文化科, en: Culture}
    columns:
      club_id: {type: id, heading: 编号}
      name: {type: text, heading: 名称}
      members: {type: whole, heading: 人数, minimum: 0}
nodes:
  members:
    kind: tally
    label: {zh: 人数, en: Members}
    clause: §1
    of: {attribute: clubs.members}
"""
DANGLING = """
  extra:
    when: {first: a}
    kind: formula
    label: {zh: 附加, en: Extra}
    clause: §1
    formula: members + 1
  total:
    kind: sum
    label: {zh: 合计, en: Total}
    clause: §2
    of:
      - members
      - {decide: second, a: members, b: extra}
"""
CYCLE = """
  one:
    kind: formula
    label: {zh: 一, en: One}
    clause: §1
    formula: {decide: first, a: members + 1, b: two + 1}
  two:
    kind: formula
    label: {zh: 二, en: Two}
    clause: §2
    formula: {decide: second, a: members + 1, b: one + 1}
"""
TEXT_FOR_NUMBER = """
  grade:
    kind: bands
    label: {zh: 等次, en: Grade}
    clause: §1
    of: members
    labels: {decide: first, a: {}, b: {good: {zh: 好, en: good}, poor: {zh: 差, en: poor}}}
    bands:
      - {decide: first, a: {from: 10, gives: 1}, b: {from: 10, gives: good}}
      - {decide: first, a: {gives: 0}, b: {gives: poor}}
  total:
    kind: sum
    label: {zh: 合计, en: Total}
    clause: §2
    of:
      - members
      - {decide: second, a: members, b: grade}
"""


@pytest.mark.parametrize(
    ("nodes", "code"), [(DANGLING, "S102"), (CYCLE, "S103"), (TEXT_FOR_NUMBER, "S114")]
)
def test_error_of_two_decisions_together_is_found_and_only_there(
    nodes: str, code: str, tmp_path: Path
) -> None:
    """Neither option is wrong alone, so that loading does not see it."""
    path = tmp_path / "scheme.yaml"
    path.write_text(HEAD + nodes, encoding="utf-8")
    found, findings = load_scheme(path, only_errors=True)
    assert found is not None, [one.text("en") for one in findings]
    every = [dict(zip(found.options, one, strict=True)) for one in product("ab", repeat=2)]
    schemes, wrong = found.under_each(every)
    assert len(schemes) == len(every)
    assert [taken for taken, _ in wrong] == [{"first": "b", "second": "b"}]
    assert code in {one.code for _, errors in wrong for one in errors}
    alone = [found.checked(taken)[1] for taken in every]
    assert [bool(one) for one in alone] == [False, False, False, True]
