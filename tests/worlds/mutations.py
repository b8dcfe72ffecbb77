"""Scheme files with something changed at random: in the tree, or in the text itself."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import yaml

Path = tuple[Any, ...]

JUNK: Sequence[Any] = (
    *(None, True, False, -1, 0, 1, 2, 7, 1000000, 0.5, -0.1, 1.005, "", "0", "nosuch", "1 +"),
    *("full", "subjects", "a.b", "a.*", "5%", "1/0", "none", "absent", "exact", "first", "last"),
    *("highest", "sum", "leave_out", "zero", "2024-02-30", "2024-02-29", "3 months", "quarter.1"),
    *([], ["nosuch"], [1, 2], {}, {"a": 1}, {"zh": "一"}, {"use": 1}, {"count": "nosuch"}),
    *({"at_least": 1}, {"decide": "nosuch"}, {"when": {"nosuch": "a"}}, {"kind": "sum", "of": [1]}),
)
SIGNS = "0123456789-+.,:{}[]()*/%#'\"\n  abcxyz中文&!|>?"
KINDS = (
    *("tally", "survey", "ratio", "marks", "rows", "ledger", "sum", "mean", "pick", "formula"),
    *("members", "rules", "bands", "curve", "slope", "lookup", "rank", "stat", "allocate"),
)


def places(part: Any, path: Path = ()) -> Iterator[Path]:
    """Every place of a document."""
    inner = part.items() if isinstance(part, dict) else enumerate(part)
    for key, value in inner:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


def at(document: Any, path: Path) -> Any:
    """What stands at a place."""
    for key in path:
        document = document[key]
    return document


def _junk(document: Any, path: Path, dice: random.Random) -> None:
    at(document, path[:-1])[path[-1]] = copy.deepcopy(dice.choice(JUNK))


def _remove(document: Any, path: Path, _: random.Random) -> None:
    del at(document, path[:-1])[path[-1]]


def _from_elsewhere(document: Any, path: Path, dice: random.Random) -> None:
    other = copy.deepcopy(at(document, dice.choice(list(places(document)))))
    at(document, path[:-1])[path[-1]] = other


def _from_alike(document: Any, path: Path, dice: random.Random) -> None:
    """What stands under the same key somewhere else: often still a scheme."""
    alike = [one for one in places(document) if one[-1] == path[-1] and one != path]
    if alike:
        _from_elsewhere_at(document, path, dice.choice(alike))


def _from_elsewhere_at(document: Any, path: Path, other: Path) -> None:
    at(document, path[:-1])[path[-1]] = copy.deepcopy(at(document, other))


def _other_number(document: Any, path: Path, dice: random.Random) -> None:
    numbers = [
        one
        for one in places(document)
        if isinstance(at(document, one), int | float) and not isinstance(at(document, one), bool)
    ]
    if numbers:
        chosen = dice.choice(numbers)
        value = at(document, chosen)
        changed = dice.choice([-value, value + 1, value * 100, 0, value / 2])
        at(document, chosen[:-1])[chosen[-1]] = round(changed, 4)


def _other_kind(document: Any, path: Path, dice: random.Random) -> None:
    kinds = [one for one in places(document) if one[-1] == "kind"]
    if kinds:
        chosen = dice.choice(kinds)
        at(document, chosen[:-1])["kind"] = dice.choice(KINDS)


def _other_node(document: Any, path: Path, dice: random.Random) -> None:
    """A node named where another one was."""
    nodes = list(document.get("nodes") or {}) if isinstance(document, dict) else []
    named = [
        one
        for one in places(document)
        if isinstance(at(document, one), str) and at(document, one) in nodes
    ]
    if named:
        chosen = dice.choice(named)
        at(document, chosen[:-1])[chosen[-1]] = dice.choice(nodes)


CHANGES: Sequence[Callable[[Any, Path, random.Random], None]] = (
    *(_junk, _junk, _remove, _remove, _from_elsewhere, _from_alike, _from_alike),
    *(_other_number, _other_number, _other_kind, _other_node),
)


def changed_tree(text: str, dice: random.Random) -> str:
    """A scheme with one to three places of its tree changed."""
    document = yaml.safe_load(text)
    for _ in range(dice.choice([1, 1, 1, 2, 3])):
        every = list(places(document))
        if every:
            dice.choice(CHANGES)(document, dice.choice(every), dice)
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)


def changed_text(text: str, dice: random.Random) -> str:
    """A scheme with a few characters or lines of its text changed."""
    for _ in range(dice.randint(1, 4)):
        start = dice.randrange(len(text))
        end = start + dice.choice([0, 1, 1, 2, 5, 30])
        put = "".join(dice.choice(SIGNS) for _ in range(dice.choice([0, 1, 2, 6])))
        if dice.random() < 0.2:
            lines = re.split(r"(?<=\n)", text)
            put = dice.choice(lines)
        text = text[:start] + put + text[end:]
    return text
