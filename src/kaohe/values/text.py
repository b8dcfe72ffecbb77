"""Text in Chinese and English, and the frozen base of every declared type."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

Language = Literal["zh", "en"]


class Frozen(BaseModel):
    """A declared value: it never changes, and a key that it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Text(Frozen):
    """One text in Chinese and English."""

    zh: str
    en: str

    def __getitem__(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


CHINESE = re.compile(r"[\u3400-\u9fff]")
MARKS = "“”（）〔〕：；，、。？"


RISKY = ("=", "+", "-", "@", "\t", "\r")


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(RISKY) else text


def width_of(text: str) -> int:
    """The columns that a text takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def spaced(*parts: str) -> str:
    """Parts of a Chinese sentence: a space where a Chinese character meets a digit or letter.

    >>> spaced("满分由", "24", "改为", "20", "。"), spaced("名称由", "“甲”", "改为", "“乙”")
    ('满分由 24 改为 20。', '名称由“甲”改为“乙”')
    """
    text = ""
    for part in filter(None, parts):
        edges = text[-1:] + part[0]
        mixed = len(edges) > 1 and not set(edges) & set(MARKS)
        text += (" " if mixed and len(CHINESE.findall(edges)) < len(edges) else "") + part
    return text


def _from_plain(value: Any) -> Any:
    """A plain string stands for both languages; a mapping without English repeats the Chinese."""
    if isinstance(value, str):
        return {"zh": value, "en": value}
    if isinstance(value, dict) and set(value) == {"zh"}:
        return {"zh": value["zh"], "en": value["zh"]}
    return value


class WrittenText(Frozen):
    """A text as a scheme may write it: without English the Chinese stands for both."""

    zh: str
    en: str | None = None


Label = Annotated[Text, BeforeValidator(_from_plain, json_schema_input_type=str | WrittenText)]
