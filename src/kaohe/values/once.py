"""What was made of something is not made again, as long as it is the very same thing."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar, cast

from kaohe.values.text import Frozen

Made = TypeVar("Made")


class Once:
    """What was made, known again by the objects that it was made of and not by what they hold.

    It holds on to those objects, so that no other can come to stand in their place.
    """

    def __init__(self) -> None:
        self._made: dict[Hashable, tuple[object, Any]] = {}
        self._marks: dict[Hashable, int] = {}

    def made(self, what: Hashable, of: tuple[object, ...], make: Callable[[], Made]) -> Made:
        """What ``make`` gives, called once for each purpose and each set of objects."""
        key = (what, *map(id, of))
        known = self._made.get(key)
        if known is None:
            known = self._made[key] = (of, make())
        return cast(Made, known[1])

    def mark(self, value: Hashable) -> int:
        """A number for the value, the same for equal values."""
        return self._marks.setdefault(value, len(self._marks))


class Part:
    """An object that is equal to itself alone, whatever it holds."""

    __slots__ = ("of",)

    def __init__(self, of: object) -> None:
        self.of = of

    def __hash__(self) -> int:
        return id(self.of)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Part) and other.of is self.of


def parts_of(value: object) -> Hashable:
    """A declared value told apart by the objects that it is made of, whatever contains them."""
    if isinstance(value, Frozen):
        return Part(value)
    if isinstance(value, Mapping):
        return tuple((key, parts_of(one)) for key, one in value.items())
    if isinstance(value, tuple):
        return tuple(map(parts_of, value))
    assert isinstance(value, Hashable)
    return value
