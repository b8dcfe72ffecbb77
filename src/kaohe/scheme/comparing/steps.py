"""What can be said of a difference: where it is, and what became of what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

from kaohe.values.text import Frozen


class Nothing(Enum):
    """That there is no such entry at all, where ``None`` could be one."""

    NOTHING = "nothing"


NOTHING = Nothing.NOTHING


@dataclass(frozen=True)
class Field:
    """A step into a field of a model, by its name in Python; both models, where there are any."""

    owner: type[Frozen]
    name: str
    old: Any = None
    new: Any = None


@dataclass(frozen=True)
class Key:
    """A step into an entry of a mapping or list, by what tells it from the others."""

    key: Any
    old: Any
    new: Any


Step = Field | Key
Steps = tuple[Step, ...]


@dataclass(frozen=True)
class Difference:
    """One difference.

    ``changed``: ``old`` became ``new`` (either may be nothing); ``members``: of a list ``old`` went
    and ``new`` came; ``order``: what stood in one order stands in another; ``renamed``: a key
    became another.
    """

    steps: Steps
    how: Literal["changed", "members", "order", "renamed"]
    old: Any
    new: Any
