"""Short ways of writing are written out: nodes for each period, ``ID.*``, scales by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from kaohe.scheme.formulas import FormulaText
from kaohe.scheme.head import Period
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import LABELLED, BaseNode, Node
from kaohe.scheme.references import Reference
from kaohe.scheme.tallies import Tally
from kaohe.values.once import Once, parts_of
from kaohe.values.text import Frozen, Text

NAMES = re.compile(r"[^\W\d]\w*(?:\.\w+)*")


def unfolded(scheme: Scheme, once: Once | None = None) -> Scheme:
    """A scheme in which every node stands for itself.

    A node with ``each: month`` becomes ``ID.1``, ``ID.2``, …; within it the ids of other nodes for
    each month mean those of the same month. ``ID.*`` in a list stands for all nodes directly below
    ``ID``. Labels by the name of a scale become the labels. ``once`` keeps what was written out,
    for other schemes of the same document that have the same parts.
    """
    once = once or Once()
    numbered = {
        node_id: node.each
        for node_id, node in scheme.nodes.items()
        if node.each is not None and node.each in scheme.periods
    }
    nodes: dict[str, Any] = {}
    for node_id, node in scheme.nodes.items():
        if node_id not in numbered:
            nodes[node_id] = node
            continue
        same = tuple(other for other, family in numbered.items() if family == numbered[node_id])
        for number, period in enumerate(scheme.periods[numbered[node_id]], start=1):
            nodes[f"{node_id}.{number}"] = once.made(
                ("of a period", number, once.mark(same)),
                (node, period),
                partial(_of_period, node, number, period, same),
            )
    ids = tuple(nodes)
    under = "written out", once.mark((ids, parts_of(scheme.scales)))

    def written_out(declared: Any) -> Any:
        def make() -> Any:
            whole = _handed_down(declared) if isinstance(declared, BaseNode) else declared
            return rewritten(whole, lambda one: _written_out(one, ids, scheme.scales))

        return once.made(under, (declared,), make)

    return scheme.model_copy(
        update={
            "nodes": {node_id: written_out(node) for node_id, node in nodes.items()},
            "checks": {check_id: written_out(check) for check_id, check in scheme.checks.items()},
            "results": written_out(scheme.results),
            "pay": written_out(scheme.pay),
        }
    )


def written_id(node_id: str, written: Mapping[str, Any]) -> str:
    """The id under which a node stands in the file: without the number of its period."""
    if node_id in written:
        return node_id
    stem, _, number = node_id.rpartition(".")
    return stem if number.isdigit() and stem in written else node_id


class Several(tuple[Any, ...]):
    """Values that stand in a list in place of one."""


def rewritten(value: Any, change: Callable[[Any], Any]) -> Any:
    """A declared value with every part changed, the innermost first; the same one if none is."""
    if isinstance(value, Frozen):
        fields = {name: getattr(value, name) for name in type(value).model_fields}
        changed = {name: rewritten(one, change) for name, one in fields.items()}
        # Several values cannot stand where there is room for one: the name stays as it is.
        update = {
            name: one
            for name, one in changed.items()
            if one is not fields[name] and not isinstance(one, Several)
        }
        return change(value.model_copy(update=update) if update else value)
    if isinstance(value, Mapping):
        pairs: dict[Any, Any] = {}
        for key, one in value.items():
            found, changed_one = rewritten(key, change), rewritten(one, change)
            pairs.update(
                dict.fromkeys(found if isinstance(found, Several) else (found,), changed_one)
            )
        if list(pairs) == list(value) and all(map(_is, pairs.values(), value.values())):
            return value
        return pairs
    if isinstance(value, tuple):
        items: list[Any] = []
        for one in value:
            found = rewritten(one, change)
            items.extend(found if isinstance(found, Several) else (found,))
        same = len(items) == len(value) and all(map(_is, items, value))
        return value if same else tuple(items)
    return change(value)


def _is(one: Any, other: Any) -> bool:
    return one is other


def _of_period(node: Node, number: int, period: Period, same: Sequence[str]) -> Any:
    """The node of one period, built on those of the same period."""
    name = period.label or Text(zh=str(number), en=str(number))
    label = node.label
    if label is not None:
        label = Text(zh=f"{label.zh}（{name.zh}）", en=f"{label.en} ({name.en})")
    names = {other: f"{other}.{number}" for other in same}
    during = f"{node.each}.{number}"

    def change(value: Any) -> Any:
        if isinstance(value, Reference):
            return Reference(names[value]) if value in names else value
        if isinstance(value, FormulaText):
            return FormulaText(NAMES.sub(lambda found: names.get(found[0], found[0]), value))
        if isinstance(value, BaseNode | Tally) and value.during is None:
            return value.model_copy(update={"during": during})
        return value

    return rewritten(node, change).model_copy(update={"each": None, "label": label})


def _handed_down(node: Any) -> Any:
    """A node whose own period holds for all that it counts itself, if that states none."""
    if node.during is None:
        return node

    def change(value: Any) -> Any:
        if isinstance(value, BaseNode | Tally) and value.during is None:
            return value.model_copy(update={"during": node.during})
        return value

    return rewritten(node, change)


def _written_out(value: Any, ids: tuple[str, ...], scales: Mapping[str, Any]) -> Any:
    """``ID.*`` as the ids below ``ID``; labels by the name of a scale as the labels."""
    if isinstance(value, Reference) and value.endswith(".*"):
        stem = value.removesuffix("*")
        below = [one for one in ids if one.startswith(stem) and "." not in one[len(stem) :]]
        return Several(Reference(one) for one in below) if below else value
    if isinstance(value, LABELLED) and isinstance(value.labels, str):
        labels = scales.get(value.labels)
        return value if labels is None else value.model_copy(update={"labels": labels})
    return value
