"""Whoever moves a figure by what it lacks gets what was told; a little less changes nothing.

Towns and schemes at random: places of every kind of tie, classes, equals parted by a second key,
either end first; labels by place with conditions, points by place, bands of values. What comes of a
moved figure is not asked of the distances: the whole scheme is worked out again from the facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaohe.scheme.loading import load_scheme
from kaohe.scheme.model import Scheme
from kaohe.scoring.distance_words import distance_in_words, fixed_in_words
from kaohe.scoring.distances import Distance, distances
from kaohe.scoring.fixed_distances import fixed_distances
from kaohe.scoring.sheet import Figures, Sheet, SubjectRow
from kaohe.scoring.working import work_out
from kaohe.values.numbers import Absence, Value

HEAD: dict[str, Any] = {
    "id": "schools",
    "version": "1",
    "title": "学校",
    "subject": {"table": "schools", "id": "school", "name": "name", "label": "学校"},
    "tables": {
        "schools": {
            "label": "学校",
            "row": "一所学校",
            "key": ["school"],
            "columns": {
                "school": {"type": "id", "heading": "编号"},
                "name": {"type": "text", "heading": "名称"},
                "kind": {"type": "choice", "heading": "类别", "choices": {"a": "甲", "b": "乙"}},
                "score": {"type": "decimal", "heading": "得分", "places": 2},
                "other": {"type": "whole", "heading": "次项"},
            },
        }
    },
}
TOLD = {"label": "某项", "clause": "一"}
CONDITIONS = (None, {"score": {"at_least": 5}}, {"other": {"above": 1}}, {"score": {"below": 8}})
Row = tuple[str, str | None, int]
"""Kind, score (none where there is no data), and the second key of a school."""


def node(kind: str, **content: Any) -> dict[str, Any]:
    return {"kind": kind, **TOLD, **content}


@st.composite
def schemes(draw: st.DrawFn) -> dict[str, Any]:
    """Every kind of node that has distances, over one figure."""
    order = draw(st.sampled_from(["high_first", "low_first"]))
    given_if = draw(st.sampled_from(CONDITIONS))
    condition = {} if given_if is None else {"only_if": deepcopy(given_if)}
    last = draw(st.sampled_from(CONDITIONS))
    rank = node("rank", by=[{"node": "score", "order": order}, "other"])
    rank["ties"] = draw(st.sampled_from(["first", "last", "dense"]))
    if draw(st.booleans()):
        rank["within"] = "kind"
    if last is not None:
        rank["last_if"] = deepcopy(last)
    how = draw(st.sampled_from(["to_rank", "places"]))
    ends = draw(st.sampled_from([("1", "3"), ("2", "floor(50% * subjects)")]))
    places: list[dict[str, Any]] = [
        {"label": label, how: end, "ties": draw(st.sampled_from(["include", "exclude"]))}
        for label, end in zip(("A", "B"), ends, strict=True)
    ]
    places[0] |= condition
    if how == "places":
        for one in places:
            one["unfilled"] = draw(st.sampled_from(["empty", "next"]))
    labels = {label: label for label in ("A", "B", "C", "D")}
    bands = [{"from": 6, "gives": "C"}, {"gives": "D"}]
    by_value = draw(
        st.sampled_from(
            [
                [{"from": 7.5, "gives": 3}, {"from": 4, "gives": 2}, {"gives": 1}],
                [{"above": 7.5, "gives": 3}, {"above": 4, "gives": 2}, {"gives": 1}],
                [{"below": 4, "gives": 3}, {"below": 6, "gives": 2}, {"gives": 1}],
                [{"up_to": 4, "gives": 3}, {"up_to": 6, "gives": 2}, {"gives": 1}],
            ]
        )
    )
    rounded = draw(st.booleans())
    return {
        **HEAD,
        "rounding": {"places": 2} if rounded else "exact",
        "nodes": {
            "score": node("tally", of={"attribute": "schools.score"}),
            "other": node("tally", of={"attribute": "schools.other"}),
            "place": rank,
            "grade": node(
                "allocate",
                by="place",
                places=places,
                labels=labels,
                otherwise={"by": "score", "bands": bands},
            ),
            "points": node(
                "bands",
                of="place",
                bands=[{"up_to": 2, "gives": 9}, {"up_to": 3, "gives": 8}, {"gives": 7}],
            ),
            "value": node("bands", of="score", bands=by_value),
            "doubled": node(
                "bands",
                of={"kind": "formula", "formula": "2 * score", "label": "两倍"},
                bands=[{"above": 9, "gives": 2}, {"gives": 1}],
            ),
        },
    }


def towns() -> st.SearchStrategy[list[Row]]:
    """Up to eight schools, many of them equal."""
    scores = st.sampled_from(["2.00", "4.00", "4.01", "5.00", "6.00", "7.49", "7.50", "9.00"])
    row = st.tuples(st.sampled_from(["a", "b"]), st.none() | scores, st.integers(0, 2))
    return st.lists(row, min_size=1, max_size=8)


def read(document: Mapping[str, Any], folder: Path) -> Scheme:
    path = folder / "scheme.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
    found, findings = load_scheme(path, only_errors=True)
    assert found is not None, [one.text("en") for one in findings]
    return found.under({})


def figures(rows: list[Row]) -> Figures:
    cells = [
        {"school": f"s{place}", "name": "", "kind": kind, "score": score, "other": other}
        for place, (kind, score, other) in enumerate(rows)
    ]
    ids = [f"s{place}" for place in range(len(rows))]
    scores: dict[str, Value] = {
        one: Fraction(score) for one, (_, score, _) in zip(ids, rows, strict=True) if score
    }
    others: dict[str, Value] = {one: row[2] for one, row in zip(ids, rows, strict=True)}
    return Figures(
        subjects=[SubjectRow(one, "", row) for one, row in zip(ids, cells, strict=True)],
        counts={},
        groups={},
        attributes={("schools", "score"): scores, ("schools", "other"): others},
        waived=frozenset(),
        present=frozenset({"schools"}),
    )


def moved(rows: list[Row], index: int, score: Fraction) -> Figures:
    found = figures(rows)
    scores = {**found.attributes["schools", "score"], f"s{index}": score}
    return replace(found, attributes={**found.attributes, ("schools", "score"): scores})


NODES = ("place", "grade", "points", "value", "doubled")


def every(sheet: Sheet, fixed: bool) -> Iterator[tuple[int, str, Distance]]:
    for index in range(sheet.size):
        values = {one: column[index] for one, column in sheet.values.items()}
        for name in NODES:
            told = (
                fixed_distances(name, sheet.scheme, values)
                if fixed
                else distances(name, sheet, index)
            )
            for one in told:
                yield index, name, one


def in_score(one: Distance, amount: Fraction) -> Fraction:
    """A figure as the score that gives it: the part without a name is twice the score."""
    return amount if isinstance(one.figure, str) else amount / 2


@given(document=schemes(), rows=towns())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_told_to_be_lacking_is_exactly_what_is_lacking(
    document: dict[str, Any], rows: list[Row], tmp_path: Path
) -> None:
    scheme = read(document, tmp_path)
    sheet = work_out(scheme, {None: figures(rows)})
    step = Fraction(1, 100) if scheme.places(scheme.nodes["score"]) is not None else None
    for index, name, one in every(sheet, fixed=False):
        now, side = sheet.values[name][index], 1 if one.rises else -1

        def after(score: Fraction, name: str = name, index: int = index) -> Value:
            return work_out(scheme, {None: moved(rows, index, score)}).values[name][index]

        target, own = in_score(one, one.to), in_score(one, one.value)
        little = step or Fraction(1, 10**6)
        assert after(target + (side * little if one.beyond else 0)) == one.gives != now
        before = target if one.beyond else target - side * little
        if side * (before - own) >= 0:
            assert after(before) == now or step is None and before == own
        between = own + (target - own) * Fraction(1, 3)
        if step is None and between != own:
            assert after(between) == now, "nothing nearer changes it"
        assert distance_in_words(one, name, sheet, index).zh.startswith(("某项", "两倍"))


@given(document=schemes(), rows=towns())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_figure_that_is_told_no_way_changes_nothing_whatever_it_is(
    document: dict[str, Any], rows: list[Row], tmp_path: Path
) -> None:
    scheme = read(document, tmp_path)
    sheet = work_out(scheme, {None: figures(rows)})
    told = {(index, name, one.rises) for index, name, one in every(sheet, fixed=False)}
    for index, score in enumerate(sheet.values["score"]):
        if isinstance(score, str | Absence):
            continue
        for other in [Fraction(number, 4) for number in range(48)]:
            values = work_out(scheme, {None: moved(rows, index, other)}).values
            for name in NODES:
                if (index, name, other > score) not in told and other != score:
                    assert values[name][index] == sheet.values[name][index], (name, other)


@given(document=schemes(), rows=towns())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_is_far_is_told_less_and_nothing_else(
    document: dict[str, Any], rows: list[Row], tmp_path: Path
) -> None:
    sheet = work_out(read(document, tmp_path), {None: figures(rows)})
    told = list(every(sheet, fixed=False))
    for index, name in {(index, name) for index, name, _ in told}:
        for one in distances(name, sheet, index, passing=1):
            assert (index, name, one) in told


@given(document=schemes(), rows=towns())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_those_assessed_are_told_does_not_move_with_the_others(
    document: dict[str, Any], rows: list[Row], tmp_path: Path
) -> None:
    scheme = read(document, tmp_path)
    sheet = work_out(scheme, {None: figures(rows)})
    for index, name, one in every(sheet, fixed=True):
        assert one.place is None
        assert name in ("grade", "value")
        assert fixed_in_words(one, name, scheme).zh
        alone = work_out(scheme, {None: figures([rows[index]])})
        values = {node: column[0] for node, column in alone.values.items()}
        values[name] = sheet.values[name][index]
        assert one in fixed_distances(name, scheme, values)


@pytest.mark.parametrize(
    ("scores", "index", "name", "zh"),
    [
        (["9.00", "8.00"], 1, "place", "某项再高 1.00，到 9.00，即列第 1 名（现在第 1 名 9.00）。"),
        (["9.00", "8.00"], 0, "grade", "某项再低 1.00，到 8.00，即列第 2 名，为B。"),
        (
            ["9.00", "8.00", "7.00"],
            2,
            "points",
            "某项再高 1.00，到 8.00，即列第 2 名，得 9.00 分。",
        ),
        (["9.00", "7.00"], 1, "value", "某项再高 0.51，到 7.51，即得 3.00 分。"),
        (["4.00"], 0, "value", "某项再高 0.01，到 4.01，即得 2.00 分。"),
        (["4.00"], 0, "doubled", "两倍 高于 9（现在 8），即得 2.00 分。"),
    ],
)
def test_it_is_told_so_that_a_clerk_understands(
    scores: list[str], index: int, name: str, zh: str, tmp_path: Path
) -> None:
    bands = [{"above": 7.5, "gives": 3}, {"above": 4, "gives": 2}, {"gives": 1}]
    labels = {label: label for label in ("A", "B")}
    ties = {"ties": "include"}
    places = [{"label": "A", "to_rank": "1", **ties}, {"label": "B", "to_rank": "2", **ties}]
    points = [{"up_to": 2, "gives": 9}, {"gives": 7}]
    inner = {"kind": "formula", "formula": "2 * score", "label": "两倍"}
    nodes = {
        "score": node("tally", of={"attribute": "schools.score"}),
        "other": node("tally", of={"attribute": "schools.other"}),
        "place": node("rank", by=["score", "other"], ties="first"),
        "grade": node("allocate", by="place", places=places, labels=labels),
        "points": node("bands", of="place", bands=points),
        "value": node("bands", of="score", bands=bands),
        "doubled": node("bands", of=inner, bands=[{"above": 9, "gives": 2}, {"gives": 1}]),
    }
    scheme = read({**HEAD, "rounding": {"places": 2}, "nodes": nodes}, tmp_path)
    rows: list[Row] = [("a", score, place) for place, score in enumerate(scores)]
    sheet = work_out(scheme, {None: figures(rows)})
    told = [distance_in_words(one, name, sheet, index).zh for one in distances(name, sheet, index)]
    assert zh in told
