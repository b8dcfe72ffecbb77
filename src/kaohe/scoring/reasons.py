"""How a reason is told: one sentence in each language, the figures it rests on, what lies below."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import BaseNode, labels_of
from kaohe.values.numbers import Absence, Value, fixed, shortest
from kaohe.values.text import Language, Text

ABSENT = {
    Absence.NO_DATA: Text(zh="没有数据", en="no data"),
    Absence.NOT_APPLICABLE: Text(zh="不适用", en="not applicable"),
    Absence.BELOW_MIN_SAMPLE: Text(zh="样本太少", en="sample too small"),
    Absence.SUPPRESSED: Text(zh="不予显示", en="suppressed"),
}
EXACT_PLACES = 6


@dataclass(frozen=True)
class Input:
    """A figure that a value rests on; ``id`` if it is itself a named node."""

    label: Text
    value: str | None
    id: str | None = None


@dataclass(frozen=True)
class Reason:
    """Why a node has its value for one subject.

    ``public`` is set where the sentence names a rank or a distance to others: it says the same
    without them, for those who are assessed.
    """

    sentence: Text
    inputs: tuple[Input, ...] = ()
    public: Text | None = None


def shown(value: Value) -> str:
    """A value within a sentence: exact where a short decimal is, else to six places after ≈."""
    if isinstance(value, Absence):
        return "—"
    if isinstance(value, str):
        return value
    if (value * 10**EXACT_PLACES).denominator == 1:
        return shortest(value)
    return "≈" + fixed(value, EXACT_PLACES)


def printed(scheme: Scheme, node: BaseNode, value: Value) -> str:
    """A named node's value as the results print it; empty where it is absent."""
    if isinstance(value, Absence):
        return ""
    if isinstance(value, str):
        return value
    places = scheme.places(node)
    return shortest(value) if places is None else fixed(value, places)


def worded(node: BaseNode, text: str, language: Language) -> str:
    """A printed value as people read it: the words of a label instead of its code."""
    labels = labels_of(node)
    return labels[text][language] if text in labels else text


def why_absent(parts: Iterable[tuple[Text, Absence]], absence: Absence) -> Text:
    """A sentence that says which missing part leaves a value without a result, and why each is."""
    by_reason: dict[Absence, list[Text]] = {}
    for label, why in parts:
        by_reason.setdefault(why, []).append(label)
    if not by_reason:
        reason = ABSENT[absence]
        return Text(zh=f"{reason.zh}，没有结果。", en=f"{reason.en.capitalize()}: no result.")
    zh = "，".join(
        f"{'、'.join(label.zh for label in labels)}{ABSENT[why].zh}"
        for why, labels in by_reason.items()
    )
    en = "; ".join(
        f"{', '.join(label.en for label in labels)} ({ABSENT[why].en})"
        for why, labels in by_reason.items()
    )
    return Text(zh=f"{zh}，因此没有结果。", en=f"No result: {en}.")
