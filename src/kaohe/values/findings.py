"""What is to be said about a scheme: a stable code, where it stands, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kaohe.values.text import Language, Text

Weight = Literal["error", "finding", "note"]
"""An error stops scoring; a finding makes ``check`` exit with 2; a note informs."""


@dataclass(frozen=True)
class Finding:
    """One thing to say about a scheme file, with the line it stands on and the cure.

    ``reason`` says why it is accepted, where the scheme overrides it; it is a note then.
    """

    code: str
    weight: Weight
    file: str
    line: int | None
    path: str
    message: Text
    reason: Text | None = None

    def text(self, language: Language) -> str:
        """``FILE:LINE: CODE weight: PATH: message``, on one line."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        where = f" {self.path}:" if self.path else ""
        told = f"{place}: {self.code} {self.weight}:{where} {self.message[language]}"
        if self.reason is None:
            return told
        accepted = Text(zh=f"（已接受：{self.reason.zh}）", en=f" (accepted: {self.reason.en})")
        return f"{told}{accepted[language]}"
