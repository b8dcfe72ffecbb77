"""Where a difference is, in words: 列“月数”的最大值."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kaohe.scheme.comparing.bands import Range
from kaohe.scheme.comparing.field_words import phrase
from kaohe.scheme.comparing.steps import NOTHING, Difference, Field, Key, Steps
from kaohe.scheme.comparing.telling import Place, Teller
from kaohe.scheme.comparing.wording import beside, both, quoted
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import Band, LedgerNode, TallyNode
from kaohe.scheme.references import Reference
from kaohe.values.text import Frozen, Text, spaced

RULE = Text(zh="算法", en="rule")
"""What changes where a node becomes one of another kind."""
OBVIOUS: set[tuple[type[Frozen], str]] = {
    (LedgerNode, "points"),
    (LedgerNode, "times"),
    (Scheme, "pay"),
    (Scheme, "questionnaire"),
    (Scheme, "results"),
    (TallyNode, "of"),
}
"""Fields that need no name where something within them is named."""
WEIGHT = Text(zh="权重", en="weight")
FIGURES: Mapping[str, Text | None] = {
    "amounts": None,
    "each": None,
    "gives": None,
    "of": WEIGHT,
    "scorers": WEIGHT,
    "PointsByKind.each": Text(zh="分值", en="points"),
}
"""Fields with a figure for each entry, and what it is called if not as the field."""


@dataclass(frozen=True)
class Subjects:
    """Names places in the names of both schemes."""

    old: Teller
    new: Teller

    def parts(self, difference: Difference) -> list[Text]:
        """Where a difference is, from outside in: 列“月数”, 最大值."""
        return list(self._parts(difference.steps, difference))

    def _parts(self, steps: Steps, difference: Difference) -> Iterator[Text]:
        match steps:
            case (Field() as field, Key() as key, *rest):
                yield self._entry(field, key, figure=not rest and _is_figure(difference))
            case (Field() as field, *rest):
                if (field.owner, field.name) not in (OBVIOUS if rest else {(Band, "gives")}):
                    yield RULE if field.name == "kind" else phrase(field.owner, field.name)
            case (Key() as key, *rest):
                yield self.key(key, None)
            case _:
                return
        yield from self._parts(tuple(rest), difference)

    def _entry(self, field: Field, key: Key, *, figure: bool) -> Text:
        """An entry of a field: 规则“甲”; of figures: “甲”的权重."""
        name, entry = phrase(field.owner, field.name), self.key(key, field)
        if field.name == "bands":
            return entry
        own = f"{field.owner.__name__}.{field.name}"
        if figure and (own in FIGURES or field.name in FIGURES):
            name = FIGURES.get(own, FIGURES.get(field.name)) or name
            return Text(zh=spaced(entry.zh, "的", name.zh), en=f"{name.en} of {entry.en}")
        return beside(name, entry)

    def key(self, key: Key, field: Field | None) -> Text:
        """What an entry is called: by its own name, or by its number in the list."""
        teller, value = (self.old, key.old) if key.new is NOTHING else (self.new, key.new)
        if not isinstance(key.key, tuple):
            coded = field is not None and field.name == "choices"
            return both(key.key) if coded else teller.key(key.key, value)
        name, number = key.key
        if isinstance(name, Range) and field is not None:
            of = field.old if key.new is NOTHING else field.new
            return teller.range(name, Place(field.owner, field.name, of))
        if isinstance(name, type):
            return Text(zh=f"第 {number} 项", en=f"no. {number}")
        told = _listed_name(name, value, teller)
        again = Text(zh=f"（第 {number} 个）", en=f"(no. {number})")
        return told if number == 1 else beside(told, again)


def _listed_name(name: Any, value: Any, teller: Teller) -> Text:
    if isinstance(getattr(value, "label", None), Text):
        return quoted(value.label)
    if isinstance(name, Reference):
        return teller.names.node(name)
    parts = name if isinstance(name, tuple) else (name,)
    return beside(*(teller.names.word(str(part)) for part in parts if part is not None))


def _is_figure(difference: Difference) -> bool:
    return any(isinstance(value, int | Decimal) for value in (difference.old, difference.new))
