"""Laws of comparing: nothing is said of what is the same, something of every change."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kaohe.scheme.comparing import compare
from kaohe.scheme.document import plain
from kaohe.scheme.loading import SchemeFile, load_scheme
from kaohe.scheme.nodes import AbsenceName
from kaohe.scheme.shipped import find_scheme
from tests.spec.cases import all_cases
from tests.spec.parameters import models_of_the_language
from tests.spec.schemes import scheme_text, written
from tests.spec.test_coverage import choices_of

Place = tuple[str | int, ...]
SHIPPED = ("nyc311", "insteval")
IN_ORDER = ("labels", "scales")
"""Mappings whose order means something: the best label first."""
MOST_TRIES = 6
"""How many values are tried for one leaf, until a scheme with one of them loads."""


def parsed(text: str) -> Any:
    return plain(yaml.compose(text, Loader=yaml.CSafeLoader))


def shipped(name: str) -> Any:
    path = find_scheme(name)
    assert path is not None
    return parsed(path.read_text("utf-8"))


@cache
def documents() -> list[Any]:
    """The schemes of all chapters, and so often those that ship that they have their share."""
    chapters = [parsed(scheme_text(case)) for case in all_cases()]
    return [*chapters, *[shipped(name) for name in SHIPPED] * (len(chapters) // 10)]


@cache
def fixed_values() -> list[str]:
    """The words that the language knows as values."""
    parts = models_of_the_language().values()
    fields = [field for part in parts for field in part.model_fields.values()]
    words = {str(word) for field in fields for word in choices_of(field.annotation)}
    return sorted({*words, *get_args(AbsenceName)})


def leaves(part: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every single value of a document, with its place."""
    if isinstance(part, dict | list):
        for key, value in part.items() if isinstance(part, dict) else enumerate(part):
            yield from leaves(value, (*place, key))
    else:
        yield place, part


def put(part: Any, place: Place, value: Any) -> Any:
    """A document with another value at a place."""
    if not place:
        return value
    if isinstance(part, dict):
        return {
            key: put(one, place[1:], value) if key == place[0] else one for key, one in part.items()
        }
    return [put(one, place[1:], value) if n == place[0] else one for n, one in enumerate(part)]


def others(value: Any, document: Any, dice: Random) -> Iterator[Any]:
    """Values that may stand in the place of one."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | Decimal):
        yield from (value + 1, value - 1, 2 * value + 3, value + Decimal("0.5"))
    else:
        yield from (f"{value}甲", f"{value} + 1", f"{value}1")
        texts = [one for _, one in leaves(document) if isinstance(one, str) and one != value]
        yield from dice.sample([*texts, *fixed_values()], MOST_TRIES)


def shuffled(part: Any, dice: Random, within: str = "") -> Any:
    """The same document with its keys in another order."""
    if isinstance(part, list):
        return [shuffled(one, dice) for one in part]
    if not isinstance(part, dict) or within in IN_ORDER:
        return part
    keys = dice.sample(list(part), len(part))
    return {key: shuffled(part[key], dice, key) for key in keys}


def loaded(text: str, folder: Path) -> SchemeFile | None:
    path = folder / "scheme.yaml"
    path.write_text(text, encoding="utf-8")
    return load_scheme(path)[0]


def said(old: SchemeFile, new: SchemeFile) -> list[str]:
    """What is said of two schemes, in both languages."""
    comparison = compare(old, new)
    lines = [*comparison.lines("zh"), *comparison.lines("en")]
    assert all(line.strip() for line in lines)
    return lines if comparison.groups else []


def changed(document: Any, dice: Random, folder: Path) -> tuple[Place, SchemeFile] | None:
    """A document with another value at one place; None where none of those tried loads."""
    place, value = dice.choice(list(leaves(document)))
    for other in list(others(value, document, dice))[:MOST_TRIES]:
        if other != value and (found := loaded(written(put(document, place, other)), folder)):
            return place, found
    return None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("schemes")


seeds = st.integers(min_value=0)


@given(seed=seeds)
def test_nothing_is_said_of_a_copy_with_its_keys_in_another_order(seed: int, folder: Path) -> None:
    dice = Random(seed)
    document = dice.choice(documents())
    one, two = (loaded(written(copy), folder) for copy in (document, shuffled(document, dice)))
    assert one is not None
    assert two is not None
    assert said(one, two) == []
    assert said(one, one) == []


@given(seed=seeds)
def test_something_is_said_of_any_value_that_changes(seed: int, folder: Path) -> None:
    dice = Random(seed)
    document = dice.choice(documents())
    old, found = loaded(written(document), folder), changed(document, dice, folder)
    if old is not None and found is not None:
        place, new = found
        assert said(old, new), place
        assert said(new, old), place


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(8))
def test_something_is_said_of_any_value_of_a_whole_policy(seed: int, folder: Path) -> None:
    document, dice = shipped("gaojing-2024"), Random(seed)
    old = loaded(written(document), folder)
    while (found := changed(document, dice, folder)) is None:
        pass
    assert old is not None
    assert said(old, found[1]), found[0]
