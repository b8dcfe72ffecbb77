"""Which decisions matter, against a slow second way that compares every pair of readings."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from kaohe.analysis.sensitivity import Nature, Outcome, Trials, sensitivity, trials_of
from kaohe.values.text import Text

OPTIONS = {"a": ("no", "yes"), "b": ("low", "mid", "high"), "c": ("x", "y"), "d": ("p", "q")}
BASE = {"a": "yes", "b": "mid", "c": "x", "d": "p"}
LABEL = Text(zh="等次", en="grade")


def outcome(trials: Trials, rule: dict[tuple[str, ...], str | None], nature: Nature) -> Outcome:
    """One subject whose value a rule gives for every reading."""
    columns = tuple((rule[tuple(reading.values())],) for reading in trials.readings)
    return Outcome("grade", LABEL, nature, {}, ("J1",), columns)


def test_plan_has_every_option_alone_and_all_two_way_combinations_once() -> None:
    trials = trials_of(OPTIONS, BASE)
    assert trials.together == ("a", "c", "d")
    assert trials.alone == ("b",)
    assert trials.exhaustive
    tried = [tuple(reading.values()) for reading in trials.readings]
    assert tried[0] == tuple(BASE.values())
    assert len(set(tried)) == len(tried) == 8 + 2
    crossed = {(a, c, d) for a, b, c, d in tried if b == "mid"}
    assert crossed == set(product(OPTIONS["a"], OPTIONS["c"], OPTIONS["d"]))
    assert ("yes", "low", "x", "p") in tried
    assert ("yes", "high", "x", "p") in tried


def test_too_many_combinations_become_pairs_and_are_said_to() -> None:
    options = {f"d{number}": ("a", "b") for number in range(5)} | {"three": ("a", "b", "c")}
    base = dict.fromkeys(options, "a")
    trials = trials_of(options, base, most=16)
    assert not trials.exhaustive
    assert trials.combinations == 32
    moved = [{one for one in base if reading[one] != base[one]} for reading in trials.readings]
    pairs = [set(pair) for pair in combinations(trials.together, 2)]
    singles = [{one} for one in trials.together]
    assert sorted(map(sorted, moved)) == sorted(
        map(sorted, [set(), *singles, *pairs, {"three"}, {"three"}])
    )
    assert trials_of(options, base, most=32).exhaustive


def test_scheme_without_decisions_has_one_reading() -> None:
    trials = trials_of({}, {})
    assert list(trials.readings) == [{}]
    found = sensitivity(trials, [Outcome("grade", LABEL, "label", {}, ("J1",), (("A",),))])
    assert found.moved[0].spreads[0].is_constant
    assert found.weights == {}


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_decision_matters_where_two_readings_that_differ_in_it_alone_differ(
    data: st.DataObject,
) -> None:
    trials = trials_of(OPTIONS, BASE)
    values = st.sampled_from(["A", "B", None])
    rule = {tuple(reading.values()): data.draw(values) for reading in trials.readings}
    found = sensitivity(trials, [outcome(trials, rule, "label")])
    (spread,) = found.moved[0].spreads
    matter = set()
    for one, two in combinations(trials.readings, 2):
        apart = [decision for decision in OPTIONS if one[decision] != two[decision]]
        if len(apart) == 1 and rule[tuple(one.values())] != rule[tuple(two.values())]:
            matter.add(apart[0])
    assert set(spread.decisions) == matter
    assert dict(spread.values) == Counter(rule.values())
    assert spread.is_constant == (not matter)
    assert spread.decided_by == (next(iter(matter)) if len(matter) == 1 else None)
    for decision in OPTIONS:
        alone = any(
            rule[tuple({**BASE, decision: option}.values())] != rule[tuple(BASE.values())]
            for option in OPTIONS[decision]
        )
        expected = "alone" if alone else "together" if decision in matter else "none"
        assert found.weights[decision] == expected


def test_only_together_is_told_from_alone() -> None:
    trials = trials_of(OPTIONS, BASE)
    rule = {
        tuple(one.values()): "B" if (one["a"], one["c"]) == ("no", "y") else "A"
        for one in trials.readings
    }
    found = sensitivity(trials, [outcome(trials, rule, "label")])
    assert found.weights == {"a": "together", "b": "none", "c": "together", "d": "none"}
    assert found.moved[0].spreads[0].values == (("A", 8), ("B", 2))


def test_numbers_have_a_range_and_movements() -> None:
    trials = trials_of(OPTIONS, BASE)
    points = {"low": "-2.5", "mid": "10.00", "high": None}
    rule = {tuple(one.values()): points[one["b"]] for one in trials.readings}
    found = sensitivity(trials, [outcome(trials, rule, "figure")])
    (moved,) = found.moved
    (spread,) = moved.spreads
    assert spread.numbers == [Fraction(-5, 2), Fraction(10)]
    assert moved.movements("b") == [Fraction(-25, 2)]
    assert moved.changed("b") == {"J1"}
    assert [change.after for change in moved.changes["b", "high"]] == [None]
    assert moved.outcome.places == 2
    assert spread.decided_by == "b"
