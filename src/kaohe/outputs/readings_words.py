"""The words of a study, in both languages; terminal, workbook and page say the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kaohe.analysis.sensitivity import Moved, Outcome, Spread, Weight
from kaohe.readings import CHECKS_APART, Study
from kaohe.values.text import Language, Text

HEADINGS = {
    "title": Text(zh="决定事项影响分析", en="What the decisions change"),
    "number": Text(zh="序号", en="No."),
    "question": Text(zh="决定事项", en="Decision"),
    "matters": Text(zh="是否影响结果", en="Does it matter"),
}
MATTERS: Mapping[Weight, Text] = {
    "alone": Text(zh="有影响", en="matters"),
    "together": Text(zh="与别项一同才有影响", en="only together with others"),
    "none": Text(zh="没有影响", en="does not matter"),
}
NOTHING = Text(zh="无", en="none")


def numbered(study: Study) -> dict[str, int]:
    """The decisions by number, as tables name them."""
    return {one: number for number, one in enumerate(study.sensitivity.trials.options, start=1)}


def told(outcome: Outcome, value: str | None, language: Language) -> str:
    """A value as people read it: words instead of codes."""
    if value is None:
        return "—" if outcome.is_number else NOTHING[language]
    if outcome.is_number:
        return value
    codes = value.split(CHECKS_APART) if outcome.nature == "checks" else [value]
    words = [outcome.words.get(code, Text(zh=code, en=code))[language] for code in codes]
    return ("、" if language == "zh" else "; ").join(words)


def frequencies(
    outcome: Outcome,
    spread: Spread,
    alone: Mapping[str | None, Sequence[int]],
    language: Language,
) -> str:
    """Always the same, or under how many of the readings each value comes out.

    ``alone`` are, for a value, the numbers of the decisions one of whose options alone brings it.
    """
    if spread.is_constant:
        only = told(outcome, spread.taken, language)
        return Text(zh=f"始终：{only}", en=f"always {only}")[language]
    lines = []
    for value, times in spread.values:
        word = told(outcome, value, language)
        how = _how_it_comes(alone.get(value, ()), is_taken=value == spread.taken)
        zh, en = f"{word}：{times} 种{how.zh}", f"{word}: {times}{how.en}"
        lines.append(Text(zh=zh, en=en)[language])
    return "\n".join(lines)


def _how_it_comes(alone: Sequence[int], *, is_taken: bool) -> Text:
    """Whether a value is that of the options taken, else which decision alone brings it."""
    if is_taken:
        return Text(zh="（现行）", en=" (as taken)")
    if not alone:
        return Text(zh="", en="")
    numbers = [str(one) for one in alone]
    zh = f"（只改第 {'、'.join(numbers)} 项{'中的一项' if len(numbers) > 1 else ''}）"
    return Text(zh=zh, en=f" (no. {' or '.join(numbers)} alone)")


def is_told(moved: Moved) -> bool:
    """Whether an outcome needs a column: being complete, and checks, do not if nothing moves."""
    if moved.outcome.nature not in ("status", "checks"):
        return True
    return any(not spread.is_constant for spread in moved.spreads)
