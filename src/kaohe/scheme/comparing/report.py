"""The differences of two schemes, sorted by clause and written as lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kaohe.scheme.comparing.wording import listed
from kaohe.values.text import Language, Text


@dataclass(frozen=True)
class Said:
    """Something said of an entry, and the options under which alone it is so."""

    text: Text
    under: Text | None = None

    @property
    def whole(self) -> Text:
        """The sentence with its options."""
        if self.under is None:
            return self.text
        return Text(zh=f"{self.under.zh}，{self.text.zh}", en=f"{self.under.en}, {self.text.en}")


@dataclass(frozen=True)
class Part:
    """An entry with all that is said of it; without a name what is said stands for itself."""

    name: Text | None
    said: tuple[Said, ...]

    def lines(self, language: Language) -> Iterator[str]:
        """A line for the entry, and one for each difference where there are several."""
        texts = [text[language] for text in self._texts()]
        colon = "：" if language == "zh" else ": "
        if self.name is None:
            yield from (f"  · {text}" for text in texts)
        elif len(texts) == 1:
            yield f"  · {self.name[language]}{colon}{texts[0]}"
        else:
            yield f"  · {self.name[language]}"
            yield from (f"    – {text}" for text in texts)

    def _texts(self) -> Iterator[Text]:
        """What is said in any case, then together what is said under the same options."""
        together: dict[Text, list[Text]] = {}
        for said in self.said:
            if said.under is None:
                yield said.text
            else:
                together.setdefault(said.under, []).append(said.text)
        for under, texts in together.items():
            yield Said(listed(texts, "；", "; "), under).whole


@dataclass(frozen=True)
class Comparison:
    """Two schemes by their names, and the parts in which they differ, group by group."""

    old: Text
    new: Text
    groups: tuple[tuple[Text, tuple[Part, ...]], ...]

    @property
    def number(self) -> int:
        """How many differences there are."""
        return sum(len(part.said) for _, parts in self.groups for part in parts)

    def lines(self, language: Language) -> Iterator[str]:
        """The comparison as a person reads it."""
        if not self.groups:
            zh = f"两份方案没有不同：{self.new.zh}"
            yield Text(zh=zh, en=f"The two schemes do not differ: {self.new.en}")[language]
            return
        arrow = "→ " if language == "zh" else " → "
        yield f"{self.old[language]}{arrow}{self.new[language]}"
        number = self.number
        en = "1 difference:" if number == 1 else f"{number} differences:"
        yield Text(zh=f"共 {number} 处不同：", en=en)[language]
        for name, parts in self.groups:
            yield name[language]
            for part in parts:
                yield from part.lines(language)
