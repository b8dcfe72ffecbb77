"""What evidently is the same thing under another name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from kaohe.scheme.formulas import FormulaText
from kaohe.scheme.references import Reference
from kaohe.scheme.unfolding import NAMES, rewritten
from kaohe.values.text import Frozen, Text

FACES = ("label", "question", "heading")
"""Fields by which people know a thing, whatever its id."""


def face(value: Any) -> tuple[Text | str, str | None] | None:
    """By what people know a thing: its label and its clause; None where it has no label."""
    if isinstance(value, Text):
        return value, None
    for name in FACES:
        label = getattr(value, name, None) if isinstance(value, Frozen) else None
        if label is not None:
            return label, getattr(value, "clause", None)
    return None


def renamed(old: Mapping[Any, Any], new: Mapping[Any, Any]) -> dict[Any, Any]:
    """New keys with the old ones that they evidently stand for: the one face on either side."""
    gone, come = _by_face(old, new), _by_face(new, old)
    return {come[one]: gone[one] for one in come if one in gone}


def _by_face(entries: Mapping[Any, Any], others: Mapping[Any, Any]) -> dict[Any, Any]:
    """Keys that the others do not have, by faces that only one of them has."""
    faces = {key: face(value) for key, value in entries.items() if key not in others}
    once = Counter(faces.values())
    return {one: key for key, one in faces.items() if one is not None and once[one] == 1}


def with_new_ids(value: Any, ids: Mapping[str, str]) -> Any:
    """A value of the older scheme in which nodes go by the ids of the newer one."""

    def change(part: Any) -> Any:
        if isinstance(part, Reference):
            return Reference(ids.get(part, part))
        if isinstance(part, FormulaText):
            return FormulaText(NAMES.sub(lambda found: ids.get(found[0], found[0]), part))
        return part

    return rewritten(value, change) if ids else value
