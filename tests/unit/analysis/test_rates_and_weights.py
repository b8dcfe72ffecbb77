"""Rates with their intervals; other weights, beside a scheme file that says them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.analysis.intervals import wilson
from kaohe.analysis.rates import rates_of
from kaohe.analysis.weights import other_weights, weighted_nodes, what_ifs
from kaohe.facts import read_facts
from kaohe.pipeline import Assessment, assess
from kaohe.scheme.loading import load_scheme
from kaohe.scheme.shipped import find_scheme
from tests.unit.analysis.towns import random_assessment


def test_the_ten_households_of_a_spot_check_have_an_interval(plain: Assessment) -> None:
    (found,) = [rate for rate in rates_of(plain.sheet) if rate.id == "spot_check.size"]
    assert [(one.met, one.trials) for one in found.subjects] == [(2, 10), (0, 10), (0, 10)]
    assert [one.interval for one in found.subjects][0] == wilson(2, 10, 0.95)
    assert round(found.subjects[1].interval.high, 2) == 0.28
    assert found.label.zh == "未真实走访户数"


def test_ratios_have_intervals_in_their_own_unit_and_none_without_cases(tmp_path: Path) -> None:
    assessment = random_assessment(tmp_path, 5)
    found = {rate.id: rate for rate in rates_of(assessment.sheet)}
    assert {"hotline.handled", "hotline.resolved", "hotline.satisfied"} <= set(found)
    for rate in found.values():
        for one in rate.subjects:
            if not one.trials:
                assert one.interval is None
            else:
                bare = wilson(one.met, one.trials, 0.95)
                assert one.interval is not None
                assert one.interval.low == pytest.approx(float(rate.times) * bare.low)


def test_rates_of_other_subjects_are_told_too(villages: Assessment) -> None:
    found = {one.id: one for one in rates_of(villages.sheet)}
    assert found["department.timely"].kind == "departments"


@given(
    st.dictionaries(
        st.sampled_from("abcde"), st.fractions(Fraction(-1), Fraction(1)), min_size=2
    ).filter(lambda weights: len({one for one in weights.values() if one > 0}) > 1)
)
def test_other_weights_add_up_as_before(weights: dict[str, Fraction]) -> None:
    above = {part for part, weight in weights.items() if weight > 0}
    for part, factor, changed in other_weights(weights):
        assert sum(changed.values()) == sum(weights.values())
        assert all(changed[one] == weights[one] for one in weights if one not in above)
        if part is not None and factor is not None:
            assert changed[part] == weights[part] * factor
            others = [changed[one] / weights[one] for one in above - {part}]
            assert len(set(others)) == 1
            assert others[0] > 0
        else:
            assert len({changed[one] for one in above}) == 1


def test_only_sums_that_weigh_their_parts_differently_have_weights(plain: Assessment) -> None:
    assert [node for node, _ in weighted_nodes(plain.scheme)] == ["survey"]


def test_other_weights_move_those_whom_a_scheme_file_with_them_moves(
    tmp_path: Path,
) -> None:
    """0.2, 0.4 and 0.4 become 0.18, 0.41 and 0.41 by hand in the file, and by the program."""
    assessment = random_assessment(tmp_path / "town", 20, areas=14)
    path = find_scheme("gaojing-2024")
    assert path is not None
    text = path.read_text(encoding="utf-8")
    weights = "{survey.meeting: 0.2, survey.third_party: 0.4, survey.online: 0.4}"
    assert weights in text
    tenth = weights.replace("0.2", "0.18").replace("0.4", "0.41")
    other = tmp_path / "scheme.yaml"
    other.write_text(text.replace(weights, tenth), encoding="utf-8")
    loaded, _ = load_scheme(other, only_errors=True)
    assert loaded is not None
    scheme = loaded.under({})
    reading = read_facts(str(tmp_path / "town"), scheme.fact_tables)
    assert reading.facts is not None
    written = assess(scheme, "", loaded.defaults, reading.facts).sheet.values
    (found,) = [
        one
        for one in what_ifs(assessment.sheet)
        if (one.part, one.factor) == ("survey.meeting", Fraction(9, 10))
    ]
    assert found.weights["survey.online"] == Fraction(41, 100)
    for node, moved in found.moved.items():
        pairs = zip(assessment.sheet.values[node], written[node], strict=True)
        assert list(moved) == [index for index, (one, two) in enumerate(pairs) if one != two]
    assert {"rank", "grade", "tier"} == set(found.moved)
    assert found.moved["rank"], "a town in which nobody moves shows nothing"
