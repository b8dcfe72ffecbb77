"""What is wrong with the call rather than with the facts."""

from __future__ import annotations

from kaohe.values.text import Text


class SourceError(Exception):
    """The source of facts is not to be had; the text says why and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text
