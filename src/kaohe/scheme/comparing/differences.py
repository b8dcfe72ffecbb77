"""Where two declared values differ, whatever they are: models, mappings, lists, single values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from pydantic_core import PydanticUndefined

from kaohe.scheme.comparing.items import equal, in_order, keyed, missing_from
from kaohe.scheme.comparing.renaming import renamed
from kaohe.scheme.comparing.steps import NOTHING, Difference, Field, Key, Steps
from kaohe.scheme.head import Period, Rounding
from kaohe.scheme.nodes import Band, BaseNode, CurvePoint, Effect, RankKey, Top, Trim
from kaohe.values.tables import Bound
from kaohe.values.text import Frozen, Text

ROWS = {
    "among",
    "denominator",
    "filled_only_where",
    "numerator",
    "only_where",
    "required_where",
    "where",
}
"""Fields with conditions on rows."""
VALUES = {"given", "last_if", "left_out_if", "only_if"}
"""Fields with conditions on values."""
WHOLE = ROWS | VALUES | {"distinct", "filled", "missing", "sum"}
"""Fields whose value is read in one go."""
SMALL = (Bound, Effect, Period, Rounding, Text, Top, Trim)
"""Models that are read in one go."""
SERIES = (Band, CurvePoint, RankKey)
"""Items that say something only in their list, where more than their values differ."""


def differences(old: Any, new: Any, steps: Steps = ()) -> Iterator[Difference]:
    """Every difference of two values, the smallest parts that people would name."""
    whole = _is_whole(steps)
    if isinstance(old, Frozen) and isinstance(new, Frozen) and _alike(old, new):
        yield from _fields(old, new, type(new).model_fields, steps)
    elif isinstance(old, BaseNode) and isinstance(new, BaseNode):
        yield from _kinds(old, new, steps)
    elif not whole and isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _entries(old, new, steps)
    elif not whole and isinstance(old, tuple) and isinstance(new, tuple):
        yield from _lists(old, new, steps)
    elif not equal(old, new):
        yield Difference(steps, "changed", old, new)


def _is_whole(steps: Steps) -> bool:
    match steps:
        case (*_, Field(name=name)):
            return name in WHOLE
        case (*_, Field(name="choice_only_where"), _):
            return True
    return False


def _alike(old: Frozen, new: Frozen) -> bool:
    """Whether two models are told field by field."""
    if isinstance(old, Period) and isinstance(new, Period) and old.days == new.days:
        return True
    taken = [getattr(one, "taken", None) for one in (old, new)]
    return type(old) is type(new) and not isinstance(new, SMALL) and taken[0] == taken[1]


def _fields(old: Frozen, new: Frozen, names: Iterable[str], steps: Steps) -> Iterator[Difference]:
    for name in names:
        step = Field(type(new), name, old, new)
        yield from differences(getattr(old, name), getattr(new, name), (*steps, step))


def _kinds(old: BaseNode, new: BaseNode, steps: Steps) -> Iterator[Difference]:
    """Of nodes of two kinds: the kind, what both state, and what only one can state."""
    kinds = (getattr(node, "kind", None) for node in (old, new))
    yield Difference((*steps, Field(type(new), "kind", old, new)), "changed", *kinds)
    for name in dict.fromkeys((*type(old).model_fields, *type(new).model_fields)):
        owner = type(new) if name in type(new).model_fields else type(old)
        default = owner.model_fields[name].get_default()
        unstated = NOTHING if default is PydanticUndefined else default
        one, two = (getattr(node, name, unstated) for node in (old, new))
        if name != "kind":
            yield from differences(one, two, (*steps, Field(owner, name, old, new)))


def _lists(old: tuple[Any, ...], new: tuple[Any, ...], steps: Steps) -> Iterator[Difference]:
    if not any(isinstance(item, Frozen) for item in (*old, *new)):
        yield from _members(old, new, steps)
        return
    if not in_order(steps):
        old, new = tuple(missing_from(old, new)), tuple(missing_from(new, old))
    one, two = keyed(old), keyed(new)
    if all(isinstance(item, SERIES) for item in (*old, *new)) and set(one) != set(two):
        yield Difference(steps, "changed", old, new)
    else:
        yield from _entries(_in_place(one, two), two, steps)


def _in_place(old: Mapping[Any, Any], new: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Of lists of one length: an item whose name is gone is the one that stands in its place."""
    if len(old) != len(new):
        return old
    return {
        other if key not in new and other not in old else key: item
        for (key, item), other in zip(old.items(), new, strict=True)
    }


def _members(old: tuple[Any, ...], new: tuple[Any, ...], steps: Steps) -> Iterator[Difference]:
    gone, come = missing_from(old, new), missing_from(new, old)
    figures = any(isinstance(item, Decimal) for item in new)
    if old != new and (not old or not new or (figures and in_order(steps))):
        yield Difference(steps, "changed", old, new)
        return
    if gone or come:
        yield Difference(steps, "members", tuple(gone), tuple(come))
    if in_order(steps):
        yield from _order(missing_from(old, gone), missing_from(new, come), steps)


def _entries(old: Mapping[Any, Any], new: Mapping[Any, Any], steps: Steps) -> Iterator[Difference]:
    before = renamed(*(_with_faces(entries, steps) for entries in (old, new)))
    for key, value in new.items():
        old_key = before.get(key, key)
        step = Key(key, old.get(old_key, NOTHING), value)
        if old_key != key:
            yield Difference((*steps, step), "renamed", old_key, key)
        yield from differences(step.old, value, (*steps, step))
    for key in old:
        if key not in new and key not in before.values():
            yield Difference((*steps, Key(key, old[key], NOTHING)), "changed", old[key], NOTHING)
    if in_order(steps):
        after = {one: other for other, one in before.items()}
        kept = [after.get(key, key) for key in old]
        one = [Key(key, new[key], new[key]) for key in kept if key in new]
        yield from _order(one, [Key(key, new[key], new[key]) for key in new if key in kept], steps)


def _with_faces(entries: Mapping[Any, Any], steps: Steps) -> Mapping[Any, Any]:
    """Entries by what people know them by; of choices that is the text itself."""
    if steps and getattr(steps[-1], "name", None) == "choices":
        return {key: Text(zh=value, en=value) for key, value in entries.items()}
    return entries


def _order(old: list[Any], new: list[Any], steps: Steps) -> Iterator[Difference]:
    if old != new:
        yield Difference(steps, "order", tuple(old), tuple(new))
