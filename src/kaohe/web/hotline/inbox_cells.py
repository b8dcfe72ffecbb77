"""What a provider's program says of a case, column by column: canonical, masked, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from kaohe.facts.describing import expected
from kaohe.facts.parsing import Parser, Wrong, parser_of
from kaohe.values.tables import Column, Table, cell_text
from kaohe.values.text import Text, spaced
from kaohe.web.cycles.delivery_headings import NOWHERE, Layout, codes_of
from kaohe.web.cycles.delivery_tables import Only, Wordings
from kaohe.web.hotline.door import IS_NUMBER, masked_cell, without_time_of_day
from kaohe.web.hotline.door_columns import CASE_NUMBERS

LONGEST_CELL = 2000
"""Characters that a cell may have."""

REGISTERED = Text(zh="应为已登记的编号或名称", en="the id or name of something registered")

PLAIN = Text(zh="应为文字、整数、true、false 或 null", en="text, a whole number, true, false, null")

Cells = dict[str, str]


class Refused(Exception):
    """Why something told is not taken: what was expected, and of which field if it is one."""

    def __init__(self, code: str, text: Text, field: str | None = None) -> None:
        super().__init__(text.en)
        self.code, self.text, self.field = code, text, field


@dataclass(frozen=True)
class Reader:
    """How cells of one source are read: the declaration, its own headings and words, its limits."""

    table: Table
    said: Layout
    only: Only

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The declared column for every name under which a cell may come."""
        columns = self.table.columns
        own = {heading: name for name, heading in self.said.columns.items() if heading != NOWHERE}
        headings = {column.heading: name for name, column in columns.items()}
        known = {**headings, **{name: name for name in columns}, **own}
        return {heading: name for heading, name in known.items() if name in columns}

    @cached_property
    def _parsers(self) -> Mapping[str, Parser]:
        return {name: parser_of(self._in_own_words(name)) for name in self.table.columns}

    def _in_own_words(self, name: str) -> Column:
        column, words = self.table.columns[name], self.said.words.get(name, {})
        known = {word: code for word, code in words.items() if code in codes_of(column)}
        if not known:
            return column
        return column.model_copy(update={"choices": Wordings(column.choices, known)})

    def read(self, told: Mapping[str, object]) -> tuple[Cells, list[str]]:
        """The cells under their declared names, and the names that stand for no column.

        What is under these is not looked at any further. Raises Refused.
        """
        cells: Cells = {}
        unknown = []
        for heading, value in told.items():
            name = self.names.get(heading.strip())
            if name is None:
                unknown.append(heading)
                continue
            text = _plain(value, name)
            if text and cells.setdefault(name, cell := self._cell(name, text)) != cell:
                zh, en = f"{name} 写了两次，内容不同", f"{name} is told twice, differently"
                raise Refused("told_twice", Text(zh=zh, en=en), name)
        return cells, unknown

    def _cell(self, name: str, text: str) -> str:
        column = self.table.columns[name]
        if column.type == "date":
            text = without_time_of_day(text)
        stored = self._parsers[name](text)
        if isinstance(stored, Wrong):
            told = REGISTERED if column.refers_to is not None else expected(column)
            raise Refused("wrong_value", told, name)
        cell = cell_text(stored, column)
        allowed = self.only.get(name)
        if allowed is not None and cell not in allowed:
            labels = "、".join(column.choices.get(code, code) for code in allowed)
            zh = spaced(f"本来源只能报送{column.heading}为", labels, "的办件")
            en = f"a case whose {name} is {' or '.join(allowed)}: this source tells no other"
            raise Refused("not_of_this_source", Text(zh=zh, en=en), name)
        if column.type != "text" or (name in CASE_NUMBERS and IS_NUMBER.fullmatch(cell)):
            return cell
        return masked_cell(cell).text


def _plain(value: object, name: str) -> str:
    """A value of JSON as a cell of a file has it. Raises Refused."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            text = str(value)
        case str():
            text = " ".join(value.split())
        case _:
            raise Refused("wrong_type", PLAIN, name)
    if len(text) > LONGEST_CELL:
        zh, en = f"不超过 {LONGEST_CELL} 个字", f"at most {LONGEST_CELL} characters"
        raise Refused("too_long", Text(zh=zh, en=en), name)
    if not storable(text):
        zh, en = "含有不能保存的字符", "holds a character that cannot be stored"
        raise Refused("wrong_value", Text(zh=zh, en=en), name)
    return text


def storable(text: str) -> bool:
    """Whether a text of JSON is one that databases take: no null, no half of a pair."""
    return "\0" not in text and not any("\ud800" <= one <= "\udfff" for one in text)


def differing(stored: Cells, told: Cells) -> str | None:
    """The first column in which two tellings of a case differ; None where they say the same.

    A text that was masked by older rules says the same if today's make it so.
    """
    for name in sorted(stored.keys() | told.keys()):
        before, after = stored.get(name, ""), told.get(name, "")
        if before != after and masked_cell(before).text != after:
            return name
    return None
