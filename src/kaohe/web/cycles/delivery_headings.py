"""What the columns of a provider's file mean: found by their headings, or as somebody said once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from kaohe.values.tables import BLANK, Column, Table

YES_OR_NO = {"true": "是", "false": "否"}

_YES_OR_NO_ASKED = re.compile("^(?:是否)?[已有]?")

NOWHERE = ""
"""In place of a heading: the file has no such column, although one looks like it."""


@dataclass(frozen=True)
class Layout:
    """Under which heading of the file each declared column stands; those that it lacks are not
    in it. ``words`` are codes for words of the provider's own, column by column."""

    columns: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def layout_of(
    table: Table, headings: Sequence[str], said: Layout, shared: Collection[str] = ()
) -> Layout | None:
    """How a file is read: as somebody said where all that they named is there, else as declared.

    ``shared`` are columns that may stand under a heading of another one. None where a column is
    missing, or stands under both of its names.
    """
    words = _known_words(table, said.words)
    for columns in (said.columns, {}):
        known = {name: heading for name, heading in columns.items() if name in table.columns}
        if not {heading for heading in known.values() if heading != NOWHERE} <= set(headings):
            continue
        found = _by_headings(table, headings, known, shared)
        if found is not None and not missing(table, found):
            return Layout(found, words)
    return None


def _by_headings(
    table: Table, headings: Sequence[str], said: Mapping[str, str], shared: Collection[str] = ()
) -> dict[str, str] | None:
    """Columns as said, the others by English name or heading; None if one stands under both."""
    taken = set(said.values())
    found = {}
    for name, column in table.columns.items():
        if name in said:
            if said[name] != NOWHERE:
                found[name] = said[name]
            continue
        names = dict.fromkeys((name, column.heading))
        free = set() if name in shared else taken
        here = [one for one in names if one in headings and one not in free]
        if len(here) > 1:
            return None
        if here:
            found[name] = here[0]
    return found


def missing(table: Table, columns: Mapping[str, str]) -> list[str]:
    """The columns that a file must have and that were not found."""
    return [
        name
        for name, column in table.columns.items()
        if name not in columns and (column.required or _required_always(column, columns))
    ]


def _required_always(column: Column, columns: Collection[str]) -> bool:
    """Whether a column is required where cells are empty that are empty in every row."""
    where = column.required_where or {}
    blank = [one not in columns and BLANK in codes for one, codes in where.items()]
    return bool(blank) and all(blank)


def guessed(table: Table, headings: Sequence[str], said: Layout) -> dict[str, str]:
    """For every column the heading that it most likely stands under, if there is one."""
    found: dict[str, str] = {}
    for looks in (as_it_looks, _as_it_means):
        alike: dict[str, str] = {}
        for heading in headings:
            alike.setdefault(looks(heading), heading)
        for name, column in table.columns.items():
            names = (said.columns.get(name, ""), name, column.heading)
            likely = [alike[looks(one)] for one in names if one and looks(one) in alike]
            free = [heading for heading in likely if heading not in found.values()]
            if free and name not in found:
                found[name] = free[0]
    return found


def _as_it_means(heading: str) -> str:
    """是否解决 is 已解决, 受理时间 is 受理日期, 工单编号 is 办件编号: good enough for a guess."""
    plain = _YES_OR_NO_ASKED.sub("", as_it_looks(heading))
    return plain.replace("时间", "日期").replace("工单", "办件")


def as_it_looks(heading: str) -> str:
    """Width, case and white space make no difference to the eye."""
    return "".join(unicodedata.normalize("NFKC", heading).casefold().split())


def told_apart(
    table: Table, headings: Sequence[str], columns: Mapping[str, str], shared: Collection[str] = ()
) -> dict[str, str]:
    """What has to be remembered of a choice: all that the headings do not say by themselves."""
    by_themselves = _by_headings(table, headings, {}, shared) or {}
    names = [*columns, *(name for name in by_themselves if name not in columns)]
    return {
        name: columns.get(name, NOWHERE)
        for name in names
        if columns.get(name, NOWHERE) != by_themselves.get(name, NOWHERE)
    }


def _known_words(table: Table, words: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Words for codes that the scheme still has."""
    found = {}
    for name, column in table.columns.items():
        known = codes_of(column)
        codes = {word: code for word, code in words.get(name, {}).items() if code in known}
        if codes:
            found[name] = codes
    return found


def codes_of(column: Column) -> Mapping[str, str]:
    """What words of a column may mean, with what people call it: its choices, yes or no, and
    nothing where a cell may be empty."""
    codes = dict(column.choices) or (YES_OR_NO if column.type == "boolean" else {})
    return {**codes, BLANK: ""} if codes and column.required is not True else codes


def keys_of(table: Table, layout: Layout, headings: Sequence[str]) -> dict[str, str]:
    """What each declared column is called while a file is read: its heading in the file.

    So that messages speak the provider's language, and no other column of the file is taken for
    it. A column that the file lacks has a name that no heading is.
    """
    taken = {heading.casefold() for heading in headings}
    keys: dict[str, str] = {}
    used: set[str] = set()
    for name, column in table.columns.items():
        heading = layout.columns.get(name)
        key = heading or column.heading
        # The reader has names of its own with #, and its database knows no case.
        while (
            key.startswith("#")
            or key.casefold() in used
            or (key != heading and key.casefold() in taken)
        ):
            key = f"_{key}"
        keys[name] = key
        used.add(key.casefold())
    return keys
