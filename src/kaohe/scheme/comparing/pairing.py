"""Two schemes side by side: the same entry in either, under every option that it depends on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from kaohe.scheme.comparing.renaming import renamed, with_new_ids
from kaohe.scheme.comparing.sides import Side, Taken, choices
from kaohe.scheme.loading import SchemeFile
from kaohe.scheme.model import Scheme

BY_NAME = ("decisions", "readings", "tables", "nodes", "checks")
"""Parts of a scheme whose entries are told each for itself."""


@dataclass(frozen=True)
class Case:
    """An entry of either scheme under one set of options; None where there is none."""

    taken: Taken
    old: Any
    new: Any


@dataclass(frozen=True)
class Entry:
    """A field of the scheme, or an entry of one, by its key in either scheme."""

    field: str
    old_key: str | None
    key: str | None
    cases: tuple[Case, ...]


class Pair:
    """Two schemes: what was renamed from one to the other, and every entry of both."""

    def __init__(self, old: SchemeFile, new: SchemeFile) -> None:
        self.old, self.new = Side(old), Side(new)
        self.before = {field: self._before(field) for field in BY_NAME}
        self.after = {old: new for new, old in self.before["decisions"].items()}
        self.options_before = {
            decision: self._options_before(decision) for decision in self.new.options
        }

    def _before(self, field: str) -> Mapping[str, str]:
        """Old names of entries by their new ones, where they were renamed."""
        old, new = (
            {key: next(side.readings(field, key), None) for key in side.keys(field)}
            for side in (self.old, self.new)
        )
        return renamed(old, new)

    def _options_before(self, decision: str) -> Mapping[str, str]:
        before = self.before["decisions"].get(decision, decision)
        old, new = (
            next(side.readings("decisions", key), None)
            for side, key in ((self.old, before), (self.new, decision))
        )
        return renamed(old.options, new.options) if old is not None and new is not None else {}

    def entries(self) -> Iterator[Entry]:
        """Every part of either scheme: by field, then the newer's entries, then what is gone."""
        for field in Scheme.model_fields:
            if field not in BY_NAME:
                yield self._entry(field, None, None)
                continue
            gone = self.old.keys(field)
            for key in self.new.keys(field):
                before = self.before[field].get(key, key)
                yield self._entry(field, before if before in gone else None, key)
                gone = [one for one in gone if one != before]
            for key in gone:
                yield self._entry(field, key, None)

    def _entry(self, field: str, old_key: str | None, key: str | None) -> Entry:
        sides = [
            (side, name)
            for side, name in ((self.old, old_key), (self.new, key))
            if name is not None or field not in BY_NAME
        ]
        there = [
            self.after.get(decision, decision) if side is self.old else decision
            for side, name in sides
            for decision in side.depends_on(field, name)
        ]
        cases = []
        for taken in choices({decision: self._options(decision) for decision in there}):
            try:
                read = {side: side.read(field, name, self._of(side, taken)) for side, name in sides}
            except ValidationError:
                continue
            old = with_new_ids(read.get(self.old), self.ids_after)
            cases.append(Case(taken, old, read.get(self.new)))
        return Entry(field, old_key, key, tuple(cases))

    @property
    def ids_after(self) -> Mapping[str, str]:
        """New ids of renamed nodes by their old ones."""
        return {old: new for new, old in self.before["nodes"].items()}

    def _options(self, decision: str) -> tuple[str, ...]:
        """The options of a decision in either scheme, in the newer's words where it has them."""
        before = self.before["decisions"].get(decision, decision)
        gone = set(self.options_before.get(decision, {}).values())
        old = [name for name in self.old.options.get(before, ()) if name not in gone]
        return tuple(dict.fromkeys((*self.new.options.get(decision, ()), *old)))

    def _of(self, side: Side, taken: Taken) -> Taken:
        """Options in the words of one side; its default for an option that it does not know."""
        found = {}
        for decision, option in taken.items():
            name = decision
            if side is self.old:
                name = self.before["decisions"].get(decision, decision)
                option = self.options_before.get(decision, {}).get(option, option)
            if option in side.options.get(name, ()):
                found[name] = option
        return found
