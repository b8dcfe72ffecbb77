"""What the things that a scheme declares are called: nodes, tables, columns, codes, options."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from kaohe.scheme.comparing.pairing import BY_NAME
from kaohe.scheme.comparing.renaming import face
from kaohe.scheme.comparing.sides import Side
from kaohe.scheme.comparing.wording import both, called, quoted
from kaohe.scheme.comparing.years import DAY
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import RankNode
from kaohe.values.tables import Column, Table
from kaohe.values.text import Frozen, Text


class Names:
    """The names that one scheme gives, and which of its nodes are ranks.

    What is asked for by name alone has a label where all that have this name have the same.
    """

    def __init__(self, side: Side) -> None:
        self.nodes: dict[str, Text] = {}
        self.ranks: set[str] = set()
        self.options: dict[str, Mapping[str, Text]] = {}
        self.columns: dict[tuple[str, str], Column] = {}
        self.labels: dict[object, set[Text]] = defaultdict(set)
        self.chinese: dict[object, set[str]] = defaultdict(set)
        for field in Scheme.model_fields:
            for key in side.keys(field) if field in BY_NAME else (None,):
                for value in side.readings(field, key):
                    self._learn(field, key or field, value)

    def _learn(self, field: str, key: str, value: Any) -> None:
        if field == "decisions":
            self.options[key] = value.options
        elif field == "nodes":
            self.nodes.setdefault(key, value.label or both(key))
            if isinstance(value, RankNode):
                self.ranks.add(key)
            self._learn_labels(value)
        elif field != "readings":
            self._learn_labels({key: value})
        if isinstance(value, Table):
            for name, column in value.columns.items():
                self._learn_column(key, name, column)

    def _learn_column(self, table: str, name: str, column: Column) -> None:
        self.columns[table, name] = column
        self.chinese[name].add(column.heading)
        self.chinese[name,].add(column.heading)
        for code, text in column.choices.items():
            self.chinese[code].add(text)
            self.chinese[name, code].add(text)

    def _learn_labels(self, value: Any) -> None:
        """The labels within a part, by key; the names that a formula binds are its own."""
        if isinstance(value, Mapping):
            for key, inner in value.items():
                known = face(inner)
                if known is not None and isinstance(known[0], Text):
                    self.labels[key].add(known[0])
                self._learn_labels(inner)
        elif isinstance(value, Frozen):
            for name in type(value).model_fields:
                self._learn_labels(getattr(value, name) if name != "bind" else ())
        elif isinstance(value, tuple):
            for inner in value:
                self._learn_labels(inner)

    def node(self, node_id: str) -> Text:
        """A node by its label and id."""
        return called(self.nodes.get(node_id), node_id)

    def word(self, code: str, table: str | None = None) -> Text:
        """Whatever has this name, by its label and by the name."""
        where, _, column = code.rpartition(".")
        declared = self.columns.get((where or table or "", column))
        if declared is not None:
            return called(Text(zh=declared.heading, en=column), code)
        return called(self._label(code), code)

    def _label(self, code: str) -> Text | None:
        """The one label of a name; a heading or a choice only where nothing else has the name."""
        labels = self.labels.get(code) or {
            Text(zh=text, en=code) for text in self.chinese.get(code, ())
        }
        return next(iter(labels)) if len(labels) == 1 else None

    def heading(self, column: str, table: str | None) -> Text | None:
        """The heading of a column of a table, or of any where the table is not known."""
        declared = self.columns.get((table or "", column))
        headings = {declared.heading} if declared is not None else self.chinese.get((column,), ())
        return Text(zh=next(iter(headings)), en=column) if len(headings) == 1 else None

    def cell(self, column: str, code: str, table: str | None) -> Text:
        """A value in a column as people read it."""
        declared = self.columns.get((table or "", column))
        texts = self.chinese.get((column, code), ())
        if declared is not None and code in declared.choices:
            texts = {declared.choices[code]}
        if len(texts) == 1:
            return quoted(Text(zh=next(iter(texts)), en=code))
        return both(code) if DAY.fullmatch(code) else quoted(both(code))

    def label(self, code: str) -> Text:
        """What a label code stands for, without the code."""
        return quoted(self._label(code) or both(code))

    def option(self, decision: str, option: str) -> Text:
        """An option by its label and, as it is given to a command, its name."""
        label = self.options.get(decision, {}).get(option)
        return called(label, f"{decision}={option}")
