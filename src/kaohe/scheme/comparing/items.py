"""When two values are the same, and what tells the items of a list from each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from kaohe.scheme.comparing.bands import ranges
from kaohe.scheme.comparing.steps import Field, Steps
from kaohe.scheme.formulas import FormulaText, parse
from kaohe.scheme.head import Override, Period
from kaohe.scheme.nodes import Band, CurvePoint, PickNode, Places, RankKey
from kaohe.values.tables import Alone, Exclusion
from kaohe.values.text import Frozen, Text

ORDERED = {
    "bands",
    "blocks",
    "by",
    "first",
    "halves",
    "labels",
    "nodes",
    "places",
    "points",
    "rates",
    "repeat",
    "rules",
    "show",
}
"""Fields whose lists (or mappings) mean something by their order."""
FAMILIES = {"periods", "scales"}
"""Fields of the head whose entries are such lists."""


def in_order(steps: Steps) -> bool:
    """Whether the order of what stands at a place means something."""
    match steps:
        case (*_, Field(name="of", new=PickNode(take="first" | "latest"))):
            return True
        case (*_, Field(name=name)):
            return name in ORDERED
        case (*_, Field(name=name), _):
            return name in FAMILIES
    return False


def equal(old: Any, new: Any, *, ordered: bool = False) -> bool:
    """Whether two values say the same, however they are written."""
    if isinstance(old, FormulaText) and isinstance(new, FormulaText):
        return parse(old) == parse(new)
    if isinstance(old, tuple) or isinstance(new, tuple):
        return _same_items(old, new, ordered=ordered)
    if isinstance(old, Frozen):
        fields = type(old).model_fields
        return type(old) is type(new) and all(
            equal(getattr(old, name), getattr(new, name), ordered=name in ORDERED)
            for name in fields
        )
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        same = list(old) == list(new) if ordered else old.keys() == new.keys()
        return same and all(equal(old[key], new[key]) for key in old)
    return isinstance(old, bool) == isinstance(new, bool) and bool(old == new)


def _same_items(old: Any, new: Any, *, ordered: bool) -> bool:
    """A list of one says the same as the one; where the order means nothing it is free."""
    one, two = (value if isinstance(value, tuple) else (value,) for value in (old, new))
    if len(one) != len(two):
        return False
    return all(map(equal, one, two)) if ordered else not missing_from(one, two)


def missing_from(items: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """The items that are not among others; one that stands twice must stand there twice."""
    left, missing = list(others), []
    for item in items:
        place = next((place for place, one in enumerate(left) if equal(item, one)), None)
        if place is None:
            missing.append(item)
        else:
            del left[place]
    return missing


def keyed(items: tuple[Any, ...]) -> dict[Any, Any]:
    """The items of a list by what tells them apart; of several that nothing does, by number."""
    names = ranges(items) if all(isinstance(one, Band) for one in items) else map(_name, items)
    seen: Counter[Any] = Counter()
    found = {}
    for name, item in zip(names, items, strict=True):
        seen[name] += 1
        found[name, seen[name]] = item
    return found


def _name(item: Any) -> Any:
    match item:
        case Places(label=name) | RankKey(node=name) | CurvePoint(at=name) | Exclusion(table=name):
            return name
        case Alone():
            return item.column, item.value
        case Override():
            return item.code, item.at
        case Period():
            return Period
        case Frozen():
            label = getattr(item, "label", None)
            return label.zh if isinstance(label, Text) else type(item)
    return item
