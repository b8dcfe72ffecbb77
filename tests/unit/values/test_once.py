"""What was made once: known by the very objects, not by what they hold."""

from __future__ import annotations

from kaohe.values.once import Once, Part, parts_of
from kaohe.values.text import Text


def test_same_object_is_made_of_once_and_an_equal_one_again() -> None:
    once, made = Once(), []
    one, equal = Text(zh="一", en="one"), Text(zh="一", en="one")
    for part in (one, one, equal):
        once.made("copy", (part,), lambda part=part: made.append(part))
    assert [id(part) for part in made] == [id(one), id(equal)]


def test_nothing_made_stands_in_for_another_purpose() -> None:
    once, part = Once(), Text(zh="一", en="one")
    assert once.made("first", (part,), lambda: 1) == 1
    assert once.made("second", (part,), lambda: 2) == 2
    assert once.made("first", (part,), lambda: 3) == 1


def test_marks_are_equal_for_equal_values_only() -> None:
    once = Once()
    assert once.mark(("a", 1)) == once.mark(("a", 1)) != once.mark(("a", 2))


def test_parts_are_told_apart_whatever_contains_them() -> None:
    one, equal = Text(zh="一", en="one"), Text(zh="一", en="one")
    assert parts_of({"a": (one, 1)}) == parts_of({"a": (one, 1)})
    assert parts_of({"a": (one, 1)}) != parts_of({"a": (equal, 1)})
    assert Part(one) != Part(equal)
