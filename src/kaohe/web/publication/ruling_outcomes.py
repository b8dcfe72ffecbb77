"""What a run comes to, and what a ruling on it would change: worked out by the core.

A run never changes, so what it comes to is worked out once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from kaohe.pipeline import Assessment, overridden
from kaohe.scheme.model import Pay
from kaohe.scheme.nodes import AllocateNode, labels_of
from kaohe.scoring.overriding import (
    LabelOverride,
    TiedCut,
    as_label,
    overridable,
    places_of,
    tied_cuts,
    with_fewer,
)
from kaohe.scoring.paying import PayLine
from kaohe.values.numbers import fixed
from kaohe.values.text import Text
from kaohe.web.cycles.schemes import scheme_under
from kaohe.web.publication.models import Ruling
from kaohe.web.results.actions import assessed_again
from kaohe.web.results.models import Run

Changes = Sequence[Mapping[str, Any]]
"""As ``Ruling.changes`` holds them."""


@dataclass(frozen=True)
class Outcome:
    """The labels of a node that may be decided otherwise, and who has which.

    ``places`` says of labels by place how many have each; empty where labels go by value.
    """

    id: str
    label: Text
    labels: Mapping[str, Text]
    given: Mapping[str, str]
    places: Mapping[str, int]
    ties: tuple[TiedCut, ...]


@dataclass(frozen=True)
class Outcomes:
    """All such nodes of a run, the subjects by name, and what pay comes to, if there is any."""

    nodes: tuple[Outcome, ...]
    names: Mapping[str, str]
    pay: str

    def node(self, node_id: str) -> Outcome | None:
        """The node of an id; None if its labels cannot be decided otherwise."""
        return next((one for one in self.nodes if one.id == node_id), None)


def outcomes_of(run: Run) -> Outcomes:
    """What a run comes to."""
    return _outcomes(run.pk, run.results_sha256)


@lru_cache(maxsize=8)
def _outcomes(run_pk: int, _sha256: str) -> Outcomes:
    run = Run.objects.select_related("cycle__scheme").get(pk=run_pk)
    with assessed_again(run, scheme_under(run.cycle.scheme, run.taken)) as assessment:
        sheet = assessment.sheet
        names = {one.id: one.name for one in sheet.figures.subjects}
        nodes = tuple(_outcome(assessment, node) for node in overridable(assessment.scheme))
        return Outcomes(nodes, names, pay_total(assessment))


def _outcome(assessment: Assessment, node_id: str) -> Outcome:
    sheet = assessment.sheet
    node = sheet.scheme.nodes[node_id]
    by_place = node if isinstance(node, AllocateNode) else None
    return Outcome(
        node_id,
        node.label or Text(zh=node_id, en=node_id),
        labels_of(node),
        {
            subject: as_label(value)
            for subject, value in zip(sheet.ids, sheet.values[node_id], strict=True)
        },
        places_of(by_place, sheet) if by_place else {},
        tied_cuts(node_id, sheet) if by_place else (),
    )


def pay_total(assessment: Assessment) -> str:
    """What everybody gets together; empty where a scheme pays nothing."""
    if assessment.scheme.pay is None:
        return ""
    return sum_told(assessment.pay, assessment.scheme.pay)


def sum_told(lines: Iterable[PayLine], pay: Pay) -> str:
    """What lines of pay come to."""
    total = sum((Fraction(line.amount) for line in lines), Fraction(0))
    return fixed(total, pay.places)


def fewer(run: Run, node: str, label: str, most: int) -> list[dict[str, str]]:
    """The changes that follow if at most so many get a label of a node."""
    with assessed_again(run, scheme_under(run.cycle.scheme, run.taken)) as assessment:
        names = {one.id: one.name for one in assessment.sheet.figures.subjects}
        return [
            {
                "subject": one.subject,
                "name": names[one.subject],
                "was": one.was,
                "becomes": one.becomes,
            }
            for one in with_fewer(node, {label: most}, assessment.sheet)
        ]


def overrides_in(rulings: Iterable[Ruling]) -> list[LabelOverride]:
    """What rulings change, for the core."""
    return [
        LabelOverride(change["subject"], ruling.node, change["was"], change["becomes"])
        for ruling in rulings
        for change in ruling.changes
        if change["was"] != change["becomes"]
    ]


def pay_after(run: Run, overrides: Collection[LabelOverride]) -> str:
    """What everybody gets together under overrides."""
    with assessed_again(run, scheme_under(run.cycle.scheme, run.taken)) as assessment:
        return pay_total(overridden(assessment, overrides))
