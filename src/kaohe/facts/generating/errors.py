"""What can stop a town from being made, in Chinese and English."""

from __future__ import annotations

from collections.abc import Sequence

from kaohe.values.text import Text


class GeneratingError(Exception):
    """Says everything that has to change before a town can be made; nothing has been written."""

    def __init__(self, *texts: Text) -> None:
        super().__init__("; ".join(text.en for text in texts))
        self.texts: Sequence[Text] = texts


class HintProblem(Exception):
    """One thing wrong in the hints, found while a recipe is put into SQL."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh=zh, en=en)
