"""What burden relief demands, read from ``relief.yaml`` beside this module."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import yaml

from kaohe.scheme.document import plain
from kaohe.values.text import Frozen, Text


class Words(Frozen):
    """Words that point to something an assessment should not reward, and what is said then."""

    code: str
    basis: str
    look_for: tuple[str, ...]
    says: Text

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Any of the words; Latin ones only as words of their own."""
        every = (rf"\b{re.escape(one)}\b" if one.isascii() else one for one in self.look_for)
        return re.compile("|".join(every), re.IGNORECASE)


class Relief(Frozen):
    """The demands: the least percentage of residents' judgement, and the words to look for."""

    residents_percent: Decimal
    words: tuple[Words, ...]


def _relief() -> Relief:
    text = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    assert root is not None
    return Relief.model_validate(plain(root))


RELIEF = _relief()
