"""The edges of labels by place, beside what anybody reads off the published rows."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from kaohe.pipeline import Assessment
from kaohe.web.publication.pack_edges import Edge, edges_in
from tests.oracle import towns
from tests.oracle.plain_towns import marks, town_in_order
from tests.oracle.town_facts import Facts
from tests.worlds.assessing import assessed
from tests.worlds.files import write_csv

pytestmark = pytest.mark.no_database


def edges(assessment: Assessment, node: str) -> dict[str, Edge]:
    return {edge.label: edge for edge in edges_in(node, assessment.sheet)}


def total(assessment: Assessment, subject: str) -> Fraction:
    value = assessment.sheet.values["total"][assessment.sheet.places[subject]]
    assert isinstance(value, int | Fraction)
    return Fraction(value)


def with_label(assessment: Assessment, node: str, labels: Sequence[str]) -> list[str]:
    """The subjects with one of these labels, the greatest total first."""
    given = zip(assessment.sheet.ids, assessment.sheet.values[node], strict=True)
    found = [subject for subject, value in given if value in labels]
    return sorted(found, key=lambda one: total(assessment, one), reverse=True)


def in_order(tmp_path: Path, **decisions: str) -> Assessment:
    """Thirty areas, each better than the next."""
    return assessed(write_csv(town_in_order(30), towns.COLUMNS, tmp_path), decisions)


@pytest.mark.parametrize(
    ("node", "better", "label"),
    [("grade", [], "excellent"), ("tier", [], "A"), ("tier", ["A"], "B")],
)
def test_the_last_inside_and_the_first_outside_by_their_totals(
    node: str, better: list[str], label: str, tmp_path: Path
) -> None:
    assessment = in_order(tmp_path)
    edge = edges(assessment, node)[label]
    inside = with_label(assessment, node, [label])
    within = {*inside, *with_label(assessment, node, better)}
    others = [one for one in assessment.sheet.ids if one not in within]
    last = inside[-1]
    first = max(others, key=lambda one: total(assessment, one))
    assert (edge.inside.subjects, edge.outside.subjects) == ((last,), (first,))
    assert edge.given == len(inside)
    assert edge.others == set(others)
    apart = total(assessment, last) - total(assessment, first)
    assert apart > 0
    assert abs(Fraction(edge.difference) - apart) <= Fraction(1, 200)
    assert (edge.key, edge.equal, edge.passed) == ("total", False, ())


def test_a_difference_is_never_told_as_none(tmp_path: Path) -> None:
    """Two marks of a thousandth more: totals that print alike are apart all the same."""
    town: Facts = town_in_order(30)
    fifth, sixth = (row["area_id"] for row in town["areas"][4:6])
    for row in town["ratings"]:
        if row["area_id"] == sixth:
            row["score"] = next(one["score"] for one in town["ratings"] if one["area_id"] == fifth)
    first = next(row for row in town["ratings"] if row["area_id"] == fifth)
    first["score"] = str(Fraction(first["score"]) + Fraction(1))
    assessment = assessed(write_csv(town, towns.COLUMNS, tmp_path))
    apart = total(assessment, fifth) - total(assessment, sixth)
    edge = edges(assessment, "tier")["A"]
    assert edge.inside.subjects == (fifth,)
    assert edge.outside.subjects == (sixth,)
    assert 0 < apart
    assert Fraction(edge.difference) > 0


@pytest.mark.parametrize("tie", ["include", "exclude"])
def test_equals_across_an_edge_stand_on_one_side_together(tie: str, tmp_path: Path) -> None:
    """Five places of A; the fourth to the thirteenth are equal in everything."""
    town = town_in_order(30)
    equal = [row["area_id"] for row in town["areas"][3:13]]
    town["ratings"] = [row for row in town["ratings"] if row["area_id"] not in equal]
    town["ratings"] += [row for area_id in equal for row in marks(area_id, "90")]
    assessment = assessed(write_csv(town, towns.COLUMNS, tmp_path), {"tier_tie": tie})
    edge = edges(assessment, "tier")["A"]
    side = edge.inside if tie == "include" else edge.outside
    assert set(side.subjects) == set(equal)
    assert not edge.equal, "the rules treat equals alike"
