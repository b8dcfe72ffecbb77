"""Labels given otherwise than by the rules: only what was decided changes, and pay follows."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe.pipeline import Assessment, overridden
from kaohe.scoring.overriding import (
    LabelOverride,
    as_label,
    overridable,
    overridden_sheet,
    places_of,
    tied_cuts,
    with_fewer,
)
from tests.oracle import towns
from tests.oracle.paying import pay_list
from tests.oracle.plain_towns import marks, post, town_in_order
from tests.oracle.town_facts import Facts, read_town
from tests.worlds.assessing import assessed
from tests.worlds.files import write_csv


@pytest.fixture(scope="module")
def town() -> Facts:
    """Thirty areas, each better than the next, with a secretary and a social worker each."""
    found = town_in_order(30)
    found["staff"] = [
        post(f"{role}-{row['area_id']}", row["area_id"], role)
        for row in found["areas"]
        for role in ("secretary", "social_worker")
    ]
    return found


@pytest.fixture(scope="module")
def assessment(town: Facts, tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    return assessed(write_csv(town, towns.COLUMNS, Path(tmp_path_factory.mktemp("town"))))


def labels(assessment: Assessment, node: str) -> dict[str, str]:
    """Every subject's label."""
    sheet = assessment.sheet
    values = zip(sheet.ids, sheet.values[node], strict=True)
    return {subject: as_label(value) for subject, value in values}


def test_only_labels_on_which_nothing_is_built_can_be_overridden(assessment: Assessment) -> None:
    assert overridable(assessment.scheme) == ("grade", "tier")


def test_an_override_changes_one_label_and_the_pay_that_goes_by_it(
    assessment: Assessment, town: Facts
) -> None:
    before = labels(assessment, "tier")
    other = next(subject for subject, tier in before.items() if tier == "B")
    after = overridden(assessment, [LabelOverride(other, "tier", "B", "A")])
    assert labels(after, "tier") == before | {other: "A"}
    assert labels(assessment, "tier") == before
    for node in after.columns:
        if node != "tier":
            assert after.sheet.values[node] == assessment.sheet.values[node]
    wanted = pay_list(read_town(town, {}), before | {other: "A"})
    assert [(line.person, line.amount) for line in after.pay] == [
        (row["staff_id"], row["amount"]) for row in wanted
    ]
    assert [line.amount for line in after.pay] != [line.amount for line in assessment.pay]


def test_no_override_changes_nothing(assessment: Assessment) -> None:
    after = overridden(assessment, [])
    assert after.sheet.values == assessment.sheet.values
    assert list(after.pay) == list(assessment.pay)


@pytest.mark.parametrize(
    "override",
    [
        LabelOverride("nobody", "tier", "", "A"),
        LabelOverride("{}", "rank", "1", "2"),
        LabelOverride("{}", "tier", "{}", "C"),
        LabelOverride("{}", "tier", "not its tier", "A"),
    ],
)
def test_an_override_that_does_not_fit_is_refused(
    assessment: Assessment, override: LabelOverride
) -> None:
    subject, tier = next(iter(labels(assessment, "tier").items()))
    fitted = LabelOverride(
        override.subject.format(subject), override.node, override.was.format(tier), override.becomes
    )
    with pytest.raises(ValueError, match="label"):
        overridden_sheet(assessment.sheet, [fitted])


@pytest.mark.parametrize("fewer", [0, 1, 4])
def test_fewer_of_a_label_are_taken_from_the_last_and_treated_as_if_beyond_it(
    assessment: Assessment, fewer: int
) -> None:
    sheet = assessment.sheet
    had = labels(assessment, "grade")
    changes = with_fewer("grade", {"excellent": fewer}, sheet)
    after = labels(overridden(assessment, changes), "grade")
    kept = [subject for subject, grade in after.items() if grade == "excellent"]
    rank = dict(zip(sheet.ids, sheet.values["rank"], strict=True))
    assert len(kept) <= fewer
    assert {change.subject for change in changes} == {
        subject for subject in had if had[subject] != after[subject]
    }
    for change in changes:
        assert change.was == "excellent"
        assert all(rank[change.subject] >= rank[other] for other in kept)
        total = sheet.values["total"][sheet.places[change.subject]]
        assert not isinstance(total, str)
        assert change.becomes == (
            "qualified" if total >= 70 else "basic" if total >= 60 else "unqualified"
        )  # type: ignore[operator]


def test_as_many_as_there_are_change_nothing(assessment: Assessment) -> None:
    node = assessment.scheme.nodes["grade"]
    given = places_of(node, assessment.sheet)  # type: ignore[arg-type]
    assert with_fewer("grade", given, assessment.sheet) == ()


@pytest.mark.parametrize(("tie", "given"), [("include", "A"), ("exclude", "")])
def test_equals_through_whom_a_tier_ends_are_named(
    tie: str, given: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Five places of A; of thirty areas the fourth to the thirteenth are equal in everything."""
    town = town_in_order(30)
    alike = {f"{number:02d}" for number in range(4, 14)}
    town["ratings"] = [row for row in town["ratings"] if row["area_id"] not in alike] + [
        row for area_id in sorted(alike) for row in marks(area_id, "90")
    ]
    folder = Path(tmp_path_factory.mktemp("tied"))
    found = assessed(write_csv(town, towns.COLUMNS, folder), {"tier_tie": tie})
    cuts = tied_cuts("tier", found.sheet)
    wanted = ["A"] if tie == "include" else ["A", "B"]
    assert [cut.label for cut in cuts] == wanted
    for cut in cuts:
        assert set(cut.subjects) == alike
        assert cut.given == given


def test_nobody_is_tied_at_a_cut_where_all_differ(assessment: Assessment) -> None:
    assert tied_cuts("tier", assessment.sheet) == tied_cuts("grade", assessment.sheet) == ()
