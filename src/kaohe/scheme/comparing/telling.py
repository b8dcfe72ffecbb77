"""Values as people read them: numbers, names, conditions, bands, and whole parts of a scheme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kaohe.scheme.comparing.bands import Range, range_told, ranges
from kaohe.scheme.comparing.choice_words import choice
from kaohe.scheme.comparing.conditions_told import NO, YES, Conditions, duration
from kaohe.scheme.comparing.differences import ROWS, VALUES
from kaohe.scheme.comparing.field_words import phrase
from kaohe.scheme.comparing.items import equal
from kaohe.scheme.comparing.names import Names
from kaohe.scheme.comparing.renaming import FACES, face
from kaohe.scheme.comparing.steps import NOTHING
from kaohe.scheme.comparing.wording import beside, both, bracketed, called, listed, number, quoted
from kaohe.scheme.formulas import FormulaText
from kaohe.scheme.head import Decision, Period, Rounding
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import Band, CurvePoint, RankKey, Substitute
from kaohe.scheme.references import Reference
from kaohe.scheme.tallies import Tally
from kaohe.values.text import Frozen, Text, spaced

NONE = Text(zh="无", en="none")
LITERAL = {"basis", "beside", "choices", "follows", "heading", "number"}
"""Fields whose text stands for itself and names nothing."""
BARE = {"clause", "code", "version"}
"""Such fields whose text needs no quotation marks."""
BRIEF = {"columns", "questions"}
"""Fields whose entries a whole part tells by name only."""
BY_CHOICE = "choice_only_where"
"""The field with conditions on rows for each choice."""
ARROW = Text(zh="→", en="→")
TOLD_ALREADY = {*FACES, "clause"}
"""Fields that are told where a thing is named."""


@dataclass(frozen=True)
class Place:
    """Where a value stands: a field of a model, and the model itself where there is one."""

    owner: type[Frozen]
    name: str
    of: Any = None


@dataclass(frozen=True)
class Teller:
    """Tells values in the names of one scheme."""

    names: Names

    def value(self, value: Any, place: Place) -> Text:
        """A value at its place."""
        known = choice(place.owner, place.name, value)
        if known is not None:
            return known
        if place.name in ROWS or (place.name == BY_CHOICE and not _has_inner(value)):
            return Conditions(self.names).rows(value or {}, table_of(place.of))
        if place.name in VALUES and isinstance(value, Mapping | tuple):
            return Conditions(self.names).values(value)
        if isinstance(place.of, Decision) and place.name == "default":
            return called(place.of.options.get(value), value)
        if place.owner is Band and place.name == "gives":
            return self._given(value)
        if place.name in ("lasts", "within") and (stretch := duration(value)) is not None:
            return stretch
        if place.name in LITERAL and isinstance(value, str):
            return quoted(both(value))
        if place.name in BARE or (place.owner is Scheme and place.name == "id"):
            return both(value) if isinstance(value, str) else NONE
        return self.plain(value, place)

    def plain(self, value: Any, place: Place = Place(Frozen, "")) -> Text:
        """A value as it is, whatever it stands for."""
        match value:
            case None | NOTHING.NOTHING:
                return NONE
            case bool():
                return YES if value else NO
            case int() | Decimal():
                return number(value)
            case date():
                return both(value.isoformat())
            case Reference():
                return self.names.node(value)
            case FormulaText():
                return both(value)
            case str():
                return self.names.word(value, table_of(place.of))
            case Text():
                return quoted(value)
            case Mapping():
                return listed([self._entry(key, one, place) for key, one in value.items()])
            case tuple():
                return listed(self._items(value, place))
        return self.model(value)

    def _items(self, items: tuple[Any, ...], place: Place) -> list[Text]:
        if items and all(isinstance(item, Band) for item in items):
            limits = [self.range(one, place) for one in ranges(items)]
            return [self._band(*pair) for pair in zip(limits, items, strict=True)]
        return [self.value(item, place) for item in items]

    def _given(self, value: Any) -> Text:
        """What a band gives: points, or a label, which needs no code here."""
        if isinstance(value, Decimal):
            return beside(number(value), Text(zh="分", en="points"))
        return self.names.label(value)

    def _band(self, limits: Text, band: Band) -> Text:
        gives = self.value(band.gives, Place(Band, "gives", band))
        verb = "得" if isinstance(band.gives, Decimal) else "为"
        return Text(zh=spaced(limits.zh, verb, gives.zh), en=f"{limits.en}: {gives.en}")

    def _entry(self, key: Any, value: Any, place: Place) -> Text:
        absent = choice(place.owner, place.name, key)
        if absent is not None:
            name = Text(zh=f"{absent.zh}时", en=f"{absent.en}:")
            return beside(name, self.value(value, place))
        name = self.key(key, value)
        if place.name in BRIEF:
            return name
        if isinstance(value, Frozen) and not isinstance(value, Text):
            return beside(name, bracketed(self.model(value, named=True)))
        parts = (name, ARROW) if isinstance(value, str) else (name,)
        return beside(*parts, self.value(value, place))

    def key(self, key: Any, value: Any) -> Text:
        """An entry of a mapping by what people know it by, and its key."""
        known = face(value)
        if isinstance(value, Text):
            return both(key)
        if known is None:
            return self.names.node(key) if isinstance(key, Reference) else self.names.word(key)
        label = known[0]
        return called(label if isinstance(label, Text) else Text(zh=label, en=key), key)

    def range(self, limits: Range, place: Place) -> Text:
        """The values of a band of the node that stands at a place."""
        of = getattr(place.of, "of", None)
        by_place = isinstance(of, str) and of in self.names.ranks
        return range_told(limits, self.plain, by_place=by_place)

    def model(self, value: Frozen, *, named: bool = False) -> Text:
        """A part of a scheme in full; without its label where that is told already."""
        told = self._small(value) or listed(self.details(value), "，")
        label = getattr(value, "label", None)
        if named or not isinstance(label, Text):
            return told
        return beside(quoted(label), bracketed(told)) if told.zh else quoted(label)

    def _small(self, value: Frozen) -> Text | None:
        """Parts that have a short form of their own."""
        match value:
            case Period(first=first, last=last):
                return Text(zh=f"{first} 至 {last}", en=f"{first} – {last}")
            case Rounding(places=places, half=half):
                end = "to 1 place" if places == 1 else f"to {places} places"
                word = choice(Rounding, "half", half) or NONE
                return beside(word, Text(zh=f"到 {places} 位小数", en=end))
            case RankKey(node=node, order=order):
                word = choice(RankKey, "order", order) or NONE
                told = self.names.node(node)
                return beside(told, bracketed(word)) if order == "low_first" else told
            case CurvePoint(at=at, gives=gives):
                return Text(zh=f"{at} 得 {gives}", en=f"{at} gives {gives}")
            case Substitute(use=use):
                return beside(Text(zh="改用", en="instead"), self.plain(use))
        return None

    def details(self, value: Frozen) -> Iterator[Text]:
        """What a part states, field by field, its kind first; what is by default is not said."""
        kind = getattr(value, "kind", None)
        fields = type(value).model_fields
        if kind is not None and kind not in fields:
            yield choice(type(value), "kind", kind) or both(kind)
        # What the kind is named after goes first: a formula, the bands, the rules.
        for name in sorted(fields, key=lambda name: name != kind):
            stated = getattr(value, name)
            told = name in (*TOLD_ALREADY, "kind") or equal(stated, fields[name].get_default())
            if not told:
                yield self._detail(stated, Place(type(value), name, value))

    def _detail(self, stated: Any, place: Place) -> Text:
        name = phrase(place.owner, place.name)
        if stated is True and choice(place.owner, place.name, True) is None:
            return name
        told = self.value(stated, place)
        nested = isinstance(stated, Frozen) and not isinstance(stated, Text)
        if nested and "，" in told.zh:
            return beside(name, bracketed(told))
        close = told.zh[0] == "“" or told.zh[0].isdigit()
        zh = spaced(name.zh, told.zh) if close else f"{name.zh}：{told.zh}"
        return Text(zh=zh, en=f"{name.en}: {told.en}")


def _has_inner(value: Any) -> bool:
    return not isinstance(value, Mapping) or any(isinstance(one, Mapping) for one in value.values())


def table_of(owner: Any) -> str | None:
    """The table whose columns a part names, where it says which."""
    if isinstance(owner, Tally):
        named = getattr(owner, owner.taken)
        first = named[0] if isinstance(named, tuple) else named
        return first.partition(".")[0] if isinstance(first, str) else None
    found = getattr(owner, "table", None) or getattr(owner, "base", None)
    return found if isinstance(found, str) else None
