"""What was expected of a cell, in plain words, Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from kaohe.facts.parsing import decimal_text, most_digits
from kaohe.values.tables import Bound, Codes, Column
from kaohe.values.text import Text, spaced

MOST_CHOICES = 12
MOST_LABEL = 12


def expected(column: Column) -> Text:
    """What a cell of the column must hold."""
    what = described(column)
    return Text(zh=spaced("应为", what.zh), en=what.en)


def described(column: Column) -> Text:
    """A value of the column: ``0 到 100 之间、最多 2 位小数的数``."""
    if column.type in ("whole", "decimal"):
        return _described_number(column)
    if column.type == "choice":
        return _described_choices(column.choices)
    return {
        "id": Text(zh="编号（文本）", en="an id (text)"),
        "text": Text(zh="文字", en="text"),
        "date": Text(zh="日期，如 2024-03-01", en="a date such as 2024-03-01"),
        "boolean": Text(
            zh="是或否（也可写 true/false、1/0）", en="yes or no, as true/false, 1/0 or 是/否"
        ),
    }[column.type]


def too_many_digits(column: Column) -> Text:
    """What a number has to keep to so that it can be stored exactly."""
    digits = most_digits(column)
    zh = f"应为整数部分不超过 {digits} 位的数"
    return Text(zh=zh, en=f"a number with at most {digits} digits before the point")


def listed(names: Iterable[str]) -> Text:
    """Names in a row, each language with its own comma."""
    several = tuple(names)
    return Text(zh="、".join(several), en=", ".join(several))


def where(conditions: Mapping[str, Codes]) -> Text:
    """A condition on other cells of the row: ``channel 为 online``."""
    parts = [_holds(column, codes) for column, codes in conditions.items()]
    return Text(
        zh=" 且 ".join(part.zh for part in parts), en=" and ".join(part.en for part in parts)
    )


def _holds(column: str, codes: Codes) -> Text:
    zh, en = [code or "空" for code in codes], [code or "empty" for code in codes]
    several = Text(zh=listed(zh).zh, en=listed(en).en)
    one_of = "" if len(codes) == 1 else "one of "
    return Text(zh=f"{column} 为 {several.zh}", en=f"{column} is {one_of}{several.en}")


def limit(bound: Bound) -> Text:
    """A limit that another cell sets: ``answered 的 10 倍``."""
    zh, en = bound.column, bound.column
    if bound.of is not None:
        zh, en = f"该 {bound.of} 的 {zh}", f"the {en} of its {bound.of}"
    if bound.times != 1:
        times = decimal_text(bound.times)
        zh, en = f"{zh} 的 {times} 倍", f"{times} times {en}"
    return Text(zh=zh, en=en)


def _described_number(column: Column) -> Text:
    kind = Text(zh="整数", en="a whole number") if column.type == "whole" else _decimal(column)
    limits = _limits(column)
    if limits is None:
        return kind
    several = column.type == "decimal" and column.places is not None
    # The range stands beside the noun: a number from 0 to 100 with at most 2 decimals.
    head, _, tail = kind.en.partition(" with ")
    en = f"{head} {limits.en}{' with ' + tail if tail else ''}"
    zh = f"{limits.zh}、" if several else spaced(limits.zh, "的")
    return Text(zh=zh + kind.zh, en=en)


def _limits(column: Column) -> Text | None:
    low, high = _edge(column.minimum), _edge(column.maximum)
    if low and high:
        zh_range = spaced(low.zh, "到", high.zh, "之间")
        return Text(zh=zh_range, en=f"from {low.en} to {high.en}")
    zh, en = [], []
    if column.above is not None:
        zh.append(f"大于 {decimal_text(column.above)}")
        en.append(f"above {decimal_text(column.above)}")
    if low:
        zh.append(spaced("不小于", low.zh))
        en.append(f"of at least {low.en}")
    if high:
        zh.append(spaced("不大于", high.zh))
        en.append(f"of at most {high.en}")
    return Text(zh="、".join(zh), en=" and ".join(en)) if zh else None


def _decimal(column: Column) -> Text:
    if column.places is None:
        return Text(zh="数", en="a number")
    if column.places == 0:
        return Text(zh="没有小数的数", en="a number with no decimals")
    plural = "" if column.places == 1 else "s"
    en = f"a number with at most {column.places} decimal{plural}"
    return Text(zh=f"最多 {column.places} 位小数的数", en=en)


def _edge(value: Decimal | Bound | None) -> Text | None:
    if value is None:
        return None
    if isinstance(value, Bound):
        return limit(value)
    return Text(zh=decimal_text(value), en=decimal_text(value))


def _described_choices(choices: Mapping[str, str]) -> Text:
    shown = [_choice(code, label) for code, label in list(choices.items())[:MOST_CHOICES]]
    hidden = len(choices) - len(shown)
    zh, en = "、".join(shown), ", ".join(shown)
    if hidden > 0:
        zh, en = f"{zh}（共 {len(choices)} 项）", f"{en} ({hidden} more)"
    return Text(zh=f"以下之一：{zh}", en=f"one of {en}")


def _choice(code: str, label: str) -> str:
    if code == label or not code:
        return label
    return f"{code}（{label if len(label) <= MOST_LABEL else label[:MOST_LABEL] + '…'}）"
