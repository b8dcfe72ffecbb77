"""Under which options something holds, told from the cases in which it was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Wanted = Mapping[str, tuple[str, ...]]
"""Options by decision, one of each of which must be taken; empty where it holds in any case."""


def wanted(tried: Sequence[Mapping[str, str]], found: set[int]) -> Wanted | None:
    """The options under which something holds that was found in some of the cases tried.

    None where it depends on several decisions in a way that is no “this and that”.

    >>> tried = [{"a": "x", "b": "p"}, {"a": "x", "b": "q"}, {"a": "y", "b": "p"}]
    >>> wanted(tried, {0, 1}), wanted(tried, {0, 1, 2}), wanted(tried, {1, 2})
    ({'a': ('x',)}, {}, None)
    """
    options = {}
    for decision in tried[0]:
        every = {taken[decision] for taken in tried}
        here = tuple(dict.fromkeys(tried[number][decision] for number in sorted(found)))
        if set(here) != every:
            options[decision] = here
    matching = {
        number
        for number, taken in enumerate(tried)
        if all(taken[decision] in names for decision, names in options.items())
    }
    return options if matching == found else None
