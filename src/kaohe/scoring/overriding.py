"""Labels given otherwise than by the rules, after everything was worked out.

A town's leading group may give a subject another label than its rules do, or fewer of a label than
there are places. Inputs stay untouched: what is published is an assessment and a list of overrides.
Only nodes that hand out labels, and on which no other node is built, can be overridden, so that an
override has no consequences but those of the label itself: money, where pay goes by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kaohe.scheme.graph import node_inputs
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import AllocateNode, labels_of
from kaohe.scoring.deciding import allocated, runs_through
from kaohe.scoring.sheet import Column, Sheet
from kaohe.values.numbers import Absence, Value


@dataclass(frozen=True)
class LabelOverride:
    """A subject's label of a node before and after; empty where there is no label."""

    subject: str
    node: str
    was: str
    becomes: str


def overridable(scheme: Scheme) -> tuple[str, ...]:
    """The nodes of the main subject whose labels may be overridden, in the order of results."""
    built_on = {one for node in scheme.nodes.values() for one in node_inputs(node, scheme)}
    return tuple(
        name for name in scheme.columns if labels_of(scheme.nodes[name]) and name not in built_on
    )


def overridden_sheet(sheet: Sheet, overrides: Iterable[LabelOverride]) -> Sheet:
    """The sheet of the main subject with the labels that the overrides give.

    Raises ValueError for an override that does not fit: it is about no such subject or node, or
    the label that it changes is another one.
    """
    values = dict(sheet.values)
    allowed = overridable(sheet.scheme)
    for one in overrides:
        labels = labels_of(sheet.scheme.nodes[one.node]) if one.node in allowed else {}
        if one.subject not in sheet.places or (one.becomes and one.becomes not in labels):
            raise ValueError(f"no label to override: {one}")
        column = list(values[one.node])
        index = sheet.places[one.subject]
        if as_label(column[index]) != one.was:
            raise ValueError(f"the label is {as_label(column[index])!r}: {one}")
        column[index] = one.becomes or Absence.NOT_APPLICABLE
        values[one.node] = column
    sheets: dict[str | None, Sheet] = {}
    for kind, known in sheet.sheets.items():
        sheets[kind] = replace(known, values=values, sheets=sheets, _kept={})
    return sheets[None]


def as_label(value: Value) -> str:
    """A value of a node that hands out labels as text; empty where there is none."""
    return value if isinstance(value, str) else ""


def places_of(node: AllocateNode, sheet: Sheet) -> Mapping[str, int]:
    """How many subjects each label by place has, in the order in which they are given."""
    column = sheet.values[_id_of(node, sheet)]
    return {places.label: sum(value == places.label for value in column) for places in node.places}


def with_fewer(node_id: str, most: Mapping[str, int], sheet: Sheet) -> tuple[LabelOverride, ...]:
    """What changes if of a node's labels by place at most so many are given, by label.

    Whoever loses a label is treated as anybody beyond its places is: the next label, or the one by
    value. Equals that reach beyond the last place are treated as the scheme says.
    """
    node = sheet.scheme.nodes[node_id]
    assert isinstance(node, AllocateNode), "only labels by place have a number of places"
    fewer: Column = [outcome.value for outcome in allocated(node, sheet, most)]
    return tuple(
        LabelOverride(subject, node_id, as_label(was), as_label(becomes))
        for subject, was, becomes in zip(sheet.ids, sheet.values[node_id], fewer, strict=True)
        if as_label(was) != as_label(becomes)
    )


@dataclass(frozen=True)
class TiedCut:
    """Equals of whom the last place of a label takes in some only: the rules treat them alike.

    ``label`` is the one whose places end among them; ``given`` is what each of them has now.
    """

    node: str
    label: str
    subjects: tuple[str, ...]
    given: str


def tied_cuts(node_id: str, sheet: Sheet) -> tuple[TiedCut, ...]:
    """Every group of equals that the end of a label's places runs through."""
    node = sheet.scheme.nodes[node_id]
    assert isinstance(node, AllocateNode), "only labels by place end at a place"
    groups: dict[tuple[str, Value], list[int]] = {}
    for index, outcome in enumerate(allocated(node, sheet)):
        for step in outcome.steps:
            if runs_through(node, step, sheet, index):
                key = step.places.label, sheet.values[node.by][index]
                groups.setdefault(key, []).append(index)
    return tuple(
        TiedCut(
            node_id,
            label,
            tuple(sheet.ids[index] for index in members),
            as_label(sheet.values[node_id][members[0]]),
        )
        for (label, _place), members in groups.items()
    )


def _id_of(node: AllocateNode, sheet: Sheet) -> str:
    return next(name for name, other in sheet.scheme.nodes.items() if other is node)
