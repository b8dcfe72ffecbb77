"""What is said of every entry of two schemes, and under which options it is so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kaohe.scheme.comparing.differences import SMALL, differences
from kaohe.scheme.comparing.field_words import phrase
from kaohe.scheme.comparing.folding import Wanted, wanted
from kaohe.scheme.comparing.names import Names
from kaohe.scheme.comparing.pairing import BY_NAME, Case, Entry, Pair
from kaohe.scheme.comparing.renaming import face
from kaohe.scheme.comparing.report import Part, Said
from kaohe.scheme.comparing.sentences import ID, Sentences, became
from kaohe.scheme.comparing.sides import Taken
from kaohe.scheme.comparing.steps import Field, Key, Steps
from kaohe.scheme.comparing.telling import Teller
from kaohe.scheme.comparing.wording import both, listed, quoted
from kaohe.scheme.comparing.years import Moving
from kaohe.scheme.model import Scheme
from kaohe.values.text import Frozen, Text, spaced

QUOTED = {"decisions", "readings"}
"""Entries that are known by a question."""


class Accounts:
    """What there is to say of one entry after the other."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.old, self.new = Teller(Names(pair.old)), Teller(Names(pair.new))
        self.sentences = Sentences(self.old, self.new)
        self.moving = Moving(*(side.read("period", None, {}) for side in (pair.old, pair.new)))

    def parts(self, entry: Entry) -> Iterator[Part]:
        """What is said of an entry: that it came or went, and what became of it."""
        cases: dict[tuple[str, Text], set[int]] = {}
        for number, case in enumerate(entry.cases):
            for found in self._found(entry, case):
                cases.setdefault(found, set()).add(number)
        tried = [case.taken for case in entry.cases]
        said: dict[str, list[Said]] = {"come": [], "gone": [], "detail": [], "changed": []}
        for (how, text), numbers in cases.items():
            said[how].append(Said(text, self._under(wanted(tried, numbers), tried)))
        for one in said["come"]:
            yield Part(None, (_detailed(one, said["detail"]),))
        for one in said["gone"]:
            yield Part(None, (one,))
        if said["changed"]:
            yield Part(_name(entry), tuple(said["changed"]))

    def _found(self, entry: Entry, case: Case) -> Iterator[tuple[str, Text]]:
        """What there is to say of an entry under one set of options."""
        if entry.field not in BY_NAME:
            yield from self._field(entry, case)
        elif case.old is None and case.new is not None:
            name = _called(entry.field, entry.key, case.new, quote=True)
            yield "come", Text(zh=f"新增{name.zh}", en=f"{name.en} added")
            yield from (("detail", detail) for detail in self.new.details(case.new))
        elif case.new is None and case.old is not None:
            name = _called(entry.field, entry.old_key, case.old, quote=True)
            yield "gone", Text(zh=f"取消{name.zh}", en=f"{name.en} removed")
        elif case.new is not None:
            if entry.key != entry.old_key:
                yield "changed", became(ID, both(str(entry.old_key)), both(str(entry.key)))
            yield from self._changed(entry, case, ())

    def _field(self, entry: Entry, case: Case) -> Iterator[tuple[str, Text]]:
        """What there is to say of a field of the scheme."""
        name = phrase(Scheme, entry.field)
        large = _is_large(case.new if case.old is None else case.old)
        if large and case.old is None:
            yield "come", Text(zh=f"新增{name.zh}", en=f"{name.en} added")
            yield from (("detail", detail) for detail in self.new.details(case.new))
        elif large and case.new is None:
            yield "gone", Text(zh=f"取消{name.zh}", en=f"{name.en} removed")
        else:
            yield from self._changed(entry, case, (Field(Scheme, entry.field),))

    def _changed(self, entry: Entry, case: Case, steps: Steps) -> Iterator[tuple[str, Text]]:
        for difference in differences(case.old, case.new, steps):
            way = (step.key if isinstance(step, Key) else step.name for step in difference.steps)
            left = self.moving.rest((entry.key, *way), difference)
            if left is not None:
                yield "changed", self.sentences.of(left)

    def _under(self, options: Wanted | None, tried: Sequence[Taken]) -> Text | None:
        """Options in words; None where what is said holds under all."""
        if options is None:
            decisions = listed([both(decision) for decision in tried[0]])
            zh = spaced("视", decisions.zh, "的选项而定")
            return Text(zh=zh, en=f"depending on {decisions.en}")
        if not options:
            return None
        parts = [
            listed([self._option(decision, name) for name in names], "或", " or ")
            for decision, names in options.items()
        ]
        told = listed(parts, "且", " and ")
        return Text(zh=f"在选项{told.zh}下", en=f"under the option {told.en}")

    def _option(self, decision: str, option: str) -> Text:
        if option in self.new.names.options.get(decision, {}):
            return self.new.names.option(decision, option)
        before = self.pair.before["decisions"].get(decision, decision)
        return self.old.names.option(before, option)


def _is_large(value: Any) -> bool:
    """Whether a field is told part by part where it comes or goes."""
    return isinstance(value, Frozen) and not isinstance(value, SMALL)


def _detailed(come: Said, details: Sequence[Said]) -> Said:
    """A new entry with what it states; what it states only under some options comes last."""
    same = [one.text for one in details if one.under == come.under]
    rest = [one.whole for one in details if one.under != come.under]
    told = listed([listed(same, "，"), *rest] if same else rest, "；", "; ")
    return Said(Text(zh=f"{come.text.zh}：{told.zh}", en=f"{come.text.en}: {told.en}"), come.under)


def _name(entry: Entry) -> Text | None:
    """What a changed entry is called; a field of the scheme needs no name."""
    value = next((case.new for case in entry.cases if case.new is not None), None)
    if entry.field not in BY_NAME or entry.key is None:
        return None
    return _called(entry.field, entry.key, value, quote=entry.field in QUOTED)


def _called(field: str, key: str | None, value: Any, *, quote: bool) -> Text:
    """An entry by its label, its id, and its clause where it is not listed under that."""
    known = face(value)
    label, clause = known if known is not None else (both(str(key)), None)
    if not isinstance(label, Text):
        label = both(label)
    label = quoted(label) if quote else label
    told = [str(key)] if field == "nodes" or clause is None else [str(key), clause]
    return Text(zh=f"{label.zh}（{'，'.join(told)}）", en=f"{label.en} ({', '.join(told)})")
