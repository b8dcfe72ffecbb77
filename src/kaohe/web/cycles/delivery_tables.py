"""A declared table as one provider's file has to satisfy it: in its words, within its limits."""

from __future__ import annotations

import re
from collections.abc import ItemsView, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kaohe.facts.parsing import parser_of
from kaohe.values.tables import Alone, Bound, Codes, Column, Table
from kaohe.web.cycles.delivery_headings import Layout

Row = Mapping[str, str]

Only = Mapping[str, tuple[str, ...]]
"""The codes to which a source is limited, column by column."""

PLAIN_NAME = re.compile(r"\w+")


def with_given(table: Table, only: Only) -> Table:
    """A column in which all rows must have the same value may be left out, or left empty."""
    columns = dict(table.columns)
    for name, codes in only.items():
        if len(codes) == 1:
            changed = {"required": False, "default": codes[0]}
            columns[name] = columns[name].model_copy(update=changed)
    return table.model_copy(update={"columns": columns})


def by_name(table: Table, target: str, names: Mapping[str, str]) -> Table:
    """Columns of ids that refer to ``target``, such as ``areas.area_id``, may hold names instead.

    ``names`` gives the name of every id that is known.
    """
    columns = dict(table.columns)
    for name, column in table.columns.items():
        if column.refers_to == target and column.type == "id" and names:
            columns[name] = column.model_copy(update={"type": "choice", "choices": names})
    return table.model_copy(update={"columns": columns})


def limited_to(table: Table, only: Only) -> Table:
    """Codes beyond the limits stay known, since rules may name them, but may stand in no row."""
    columns = dict(table.columns)
    for name, codes in only.items():
        column = columns[name]
        others = {code: {name: codes} for code in column.choices if code not in codes}
        rules = {**column.choice_only_where, **others}
        columns[name] = column.model_copy(update={"choice_only_where": rules})
    return table.model_copy(update={"columns": columns})


# -- in the provider's words ----------------------------------------------------------------------


def in_own_words(table: Table, layout: Layout, keys: Mapping[str, str]) -> Table:
    """The same declaration with columns named as the file has them, and with further words.

    What it says about other tables is left out, but for what its columns refer to.
    """

    def codes(conditions: Mapping[str, Codes]) -> dict[str, Codes]:
        return {
            keys[name]: tuple(called(table.columns[name], code) for code in values)
            for name, values in conditions.items()
        }

    def bound(limit: object) -> object:
        if not isinstance(limit, Bound):
            return limit
        if limit.of is None:
            return limit.model_copy(update={"column": keys[limit.column]})
        return limit.model_copy(update={"of": keys[limit.of]})

    def renamed(name: str, column: Column) -> Column:
        required, filled = column.required_where, column.filled_only_where
        changed: dict[str, object] = {
            "heading": layout.columns.get(name, keys[name]),
            "minimum": bound(column.minimum),
            "maximum": bound(column.maximum),
            "required_where": None if required is None else codes(required),
            "filled_only_where": None if filled is None else codes(filled),
            "choice_only_where": {
                called(column, code): codes(conditions)
                for code, conditions in column.choice_only_where.items()
            },
        }
        if layout.words.get(name):
            changed["choices"] = Wordings(column.choices, layout.words[name])
        return column.model_copy(update=changed)

    def alone(rule: Alone) -> Alone:
        changed = {
            "column": keys[rule.column],
            "value": called(table.columns[rule.column], rule.value),
            "within": tuple(keys[name] for name in rule.within),
        }
        return rule.model_copy(update=changed)

    return table.model_copy(
        update={
            "columns": {keys[name]: renamed(name, one) for name, one in table.columns.items()},
            "key": tuple(keys[name] for name in table.key),
            "in_period": None,
            "numbered_by": {},
            "excludes": (),
            "alone": tuple(alone(rule) for rule in table.alone),
            "required": False,
            "required_unless": None,
        }
    )


def called(column: Column, code: str) -> str:
    """What people call a code of a choice, where that means no other one."""
    label = column.choices.get(code, code)
    if not label:
        return code
    return label if parser_of(column)(label) == code else code


class Wordings(Mapping[str, str]):
    """Codes with their labels; pairs hold each code once more for every word of the provider's."""

    def __init__(self, choices: Mapping[str, str], words: Mapping[str, str]) -> None:
        self._choices, self._words = choices, words

    def __getitem__(self, code: str) -> str:
        return self._choices[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._choices)

    def __len__(self) -> int:
        return len(self._choices)

    def items(self) -> ItemsView[str, str]:
        """Every pair of a code and something that it is called."""
        return _Pairs(self, self._words)


class _Pairs(ItemsView[str, str]):
    def __init__(self, choices: Mapping[str, str], words: Mapping[str, str]) -> None:
        super().__init__(choices)
        self._codes, self._words = choices, words

    def __iter__(self) -> Iterator[tuple[str, str]]:
        yield from ((code, self._codes[code]) for code in self._codes)
        yield from ((code, word) for word, code in self._words.items())

    def __len__(self) -> int:
        return len(self._codes) + len(self._words)


# -- what a file refers to ------------------------------------------------------------------------


@dataclass(frozen=True)
class Beside:
    """A table that a file refers to, reduced to what is asked about it, and its rows."""

    table: Table
    names: tuple[str, ...]
    rows: Sequence[Row]

    def cells(self) -> Iterator[list[str]]:
        """The rows as they are written into a file."""
        for row in self.rows:
            yield [row.get(name, "") for name in self.names]


def pointed_to(
    table: Table, tables: Mapping[str, Table], rows: Mapping[str, Sequence[Row]]
) -> tuple[Table, dict[str, Beside]]:
    """The table, its references pointed to reduced tables with names that people know; and these.

    ``rows`` are those of the tables that are known; a reference to another one is not checked.
    """
    known = [name for name in rows if name in tables]
    asked = {name: _asked_of(table, name) for name in known}
    names = {name: _names(name, tables[name], asked[name]) for name in known if asked[name]}
    columns = {key: _pointed(column, table, names) for key, column in table.columns.items()}
    beside = {
        title: Beside(_reduced(tables[name], headings), tuple(headings), rows[name])
        for name, (title, headings) in names.items()
    }
    return table.model_copy(update={"columns": columns}), beside


def _asked_of(table: Table, target: str) -> list[str]:
    """The columns of another table that this one refers to or takes limits from."""
    found: dict[str, None] = {}
    for column in table.columns.values():
        name, _, key = (column.refers_to or "").partition(".")
        if name == target:
            found[key] = None
        for limit in (column.minimum, column.maximum):
            if isinstance(limit, Bound) and _target(table, limit) == target:
                found[limit.column] = None
    return list(found)


def _target(table: Table, limit: Bound) -> str:
    """The table from which a limit is taken; an empty text for one of the same row."""
    column = table.columns.get(limit.of) if limit.of is not None else None
    return (column.refers_to or "").partition(".")[0] if column is not None else ""


Names = Mapping[str, tuple[str, Mapping[str, str]]]
"""For each table beside what it and its columns are called in messages."""


def _names(name: str, table: Table, columns: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Labels and headings where they can be names, else the names of the declaration."""
    title, headings = table.label.zh, {one: table.columns[one].heading for one in columns}
    every = [title, *headings.values()]
    if all(map(PLAIN_NAME.fullmatch, every)) and len(set(headings.values())) == len(headings):
        return title, headings
    return name, {one: one for one in columns}


def _pointed(column: Column, table: Table, names: Names) -> Column:
    changed: dict[str, object] = {}
    target, _, key = (column.refers_to or "").partition(".")
    if target in names:
        title, headings = names[target]
        changed["refers_to"] = f"{title}.{headings[key]}"
    for edge in ("minimum", "maximum"):
        limit = getattr(column, edge)
        if isinstance(limit, Bound) and _target(table, limit) in names:
            heading = names[_target(table, limit)][1][limit.column]
            changed[edge] = limit.model_copy(update={"column": heading})
    return column.model_copy(update=changed)


def _reduced(table: Table, headings: Mapping[str, str]) -> Table:
    """Some columns without any rule: what is wrong there is not for a provider to mend."""
    columns = {
        heading: Column(
            type=table.columns[name].type,
            heading=heading,
            required="column",
            places=table.columns[name].places,
            choices=table.columns[name].choices,
        )
        for name, heading in headings.items()
    }
    return Table(label=table.label, row=table.row, columns=columns)
