"""A difference as a sentence: where it is, and what became of what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kaohe.scheme.comparing.steps import NOTHING, Difference, Field, Key
from kaohe.scheme.comparing.subjects import Subjects
from kaohe.scheme.comparing.telling import Place, Teller
from kaohe.scheme.comparing.wording import both, listed, quoted
from kaohe.values.text import Frozen, Language, Text, spaced

ID = Text(zh="编号", en="id")
FEW_WORDS: Mapping[Language, int] = {"zh": 9, "en": 20}
MOST_WITHIN = 80
"""How long values may be that are told as “由 … 改为 …”: one that is words, both together."""
MOST_IN_ORDER = 8
"""A longer list is not told again because its order changed."""


@dataclass(frozen=True)
class Sentences:
    """Tells changes in the names of both schemes."""

    old: Teller
    new: Teller

    @property
    def _subjects(self) -> Subjects:
        return Subjects(self.old, self.new)

    def of(self, difference: Difference) -> Text:
        """The sentence of one difference, without the entry that it belongs to."""
        parts = self._subjects.parts(difference)
        subject = _joined(parts)
        match difference.how:
            case "renamed":
                return became(_joined([subject, ID]), both(difference.old), both(difference.new))
            case "order":
                return self._reordered(subject, difference)
            case "members":
                return self._members(subject, difference)
        if _is_nothing(difference.old) != _is_nothing(difference.new):
            return self._come_or_gone(_joined(parts[:-1]), parts[-1], difference)
        if isinstance(difference.old, Text) and isinstance(difference.new, Text):
            return _reworded(subject, difference.old, difference.new)
        return became(subject, *_apart(*self._values(difference), difference))

    def _values(self, difference: Difference) -> tuple[Text, Text]:
        """Both values where they stand; of an entry that is named already the rest."""
        field = next(step for step in reversed(difference.steps) if isinstance(step, Field))
        return (
            self._value(
                self.old, difference.old, Place(field.owner, field.name, field.old), difference
            ),
            self._value(
                self.new, difference.new, Place(field.owner, field.name, field.new), difference
            ),
        )

    def _value(self, teller: Teller, value: Any, place: Place, difference: Difference) -> Text:
        if _is_model(value) and isinstance(difference.steps[-1], Key):
            return teller.model(value, named=True)
        return teller.value(value, place)

    def _come_or_gone(self, outer: Text, last: Text, difference: Difference) -> Text:
        """That something is stated which was not, or no more."""
        old, new = self._values(difference)
        where = f"{outer.en}, {last.en}" if outer.en else last.en
        if _is_nothing(difference.old):
            zh = f"{spaced(outer.zh, '新增', last.zh)}：{new.zh}"
            return Text(zh=zh, en=f"{where} added: {new.en}")
        zh, en = spaced(outer.zh, "取消", last.zh), f"{where} removed"
        if isinstance(difference.steps[-1], Key) and _is_model(difference.old):
            return Text(zh=zh, en=en)
        return Text(zh=spaced(f"{zh}（原为", f"{old.zh}）"), en=f"{en} (was {old.en})")

    def _members(self, subject: Text, difference: Difference) -> Text:
        gone, come = self._values(difference)
        zh, en = [], []
        if difference.new:
            zh, en = [spaced("增加", come.zh)], [f"{come.en} added"]
        if difference.old:
            zh, en = [*zh, spaced("去掉", gone.zh)], [*en, f"{gone.en} left out"]
        return Text(zh=spaced(subject.zh, "，".join(zh)), en=f"{subject.en}: {'; '.join(en)}")

    def _reordered(self, subject: Text, difference: Difference) -> Text:
        field = next((one for one in reversed(difference.steps) if isinstance(one, Field)), None)
        items = [
            self._subjects.key(item, field) if isinstance(item, Key) else self.new.plain(item)
            for item in difference.new
        ]
        if len(items) > MOST_IN_ORDER:
            return Text(zh=f"{subject.zh}的次序有变", en=f"{subject.en}: in another order")
        told = listed(items)
        zh = spaced(subject.zh, "的次序改为", told.zh)
        return Text(zh=zh, en=f"{subject.en}: now in the order {told.en}")


def _joined(parts: list[Text]) -> Text:
    zh = parts[0].zh if parts else ""
    for part in parts[1:]:
        zh = spaced(zh, "的", part.zh)
    return Text(zh=zh, en=", ".join(part.en for part in parts))


def became(subject: Text, old: Text, new: Text) -> Text:
    """That one thing became another."""
    zh = f"{spaced(subject.zh, '原为')}：{old.zh}；改为：{new.zh}"
    en = f"{subject.en} before: {old.en}; now: {new.en}"
    if _fits(old, new, "zh"):
        zh = spaced(subject.zh, "由", old.zh, "改为", new.zh)
    if _fits(old, new, "en"):
        en = f"{subject.en}: from {old.en} to {new.en}"
    return Text(zh=zh, en=en)


def _fits(old: Text, new: Text, language: Language) -> bool:
    """Whether values can be told apart within a sentence: figures, names, few words."""
    apart = all(
        one.zh == one.en or one[language][0] == "“" or len(one[language]) <= FEW_WORDS[language]
        for one in (old, new)
    )
    return apart and len(old[language] + new[language]) <= MOST_WITHIN


def _reworded(subject: Text, old: Text, new: Text) -> Text:
    """Texts are told in the reader's language, unless only the other one changed."""
    told = became(subject, quoted(old), quoted(new))
    zh, en = told.zh, told.en
    if old.zh == new.zh:
        zh = spaced(subject.zh, "的英文", "由", f"“{old.en}”", "改为", f"“{new.en}”")
    if old.en == new.en:
        en = f"{subject.en} in Chinese: from “{old.zh}” to “{new.zh}”"
    return Text(zh=zh, en=en)


def _apart(old: Text, new: Text, difference: Difference) -> tuple[Text, Text]:
    """Two values that read the same are told as the file writes them."""
    raw = [_written(value) for value in (difference.old, difference.new)]
    zh = raw if old.zh == new.zh else [old.zh, new.zh]
    en = raw if old.en == new.en else [old.en, new.en]
    return Text(zh=zh[0], en=en[0]), Text(zh=zh[1], en=en[1])


def _written(value: Any) -> str:
    if isinstance(value, Frozen):
        return value.model_dump_json(by_alias=True, exclude_defaults=True)
    return repr(value)


def _is_model(value: Any) -> bool:
    return isinstance(value, Frozen) and not isinstance(value, Text)


def _is_nothing(value: Any) -> bool:
    return value is NOTHING or value is None or value in ((), {})
