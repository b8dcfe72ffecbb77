"""Rules about bands: every value falls into exactly one, which is proved before there are any."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from kaohe.scheme.graph import nodes_at
from kaohe.scheme.linting.bounds import column_bounds
from kaohe.scheme.linting.intervals import OPEN, Bounds
from kaohe.scheme.linting.saying import Path, Said, error
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import AllocateNode, Band, BandsNode, Operand, RankNode, TallyNode
from kaohe.scheme.tallies import Tally
from kaohe.values.numbers import shortest
from kaohe.values.tables import Column

LIMITS = ("up_to", "below", "at_least", "above")
"""The limits of a band: the rising ones, then the falling ones."""


def bands_cover(scheme: Scheme) -> Iterator[Said]:
    """S108: bands run one way, without gap or overlap, and together hold every value."""
    for path, node in nodes_at(scheme):
        if isinstance(node, BandsNode):
            step = step_of(node.of, scheme)
            yield from _cover((*path, "bands"), node.bands, step, ends_of(node.of, scheme))
        elif isinstance(node, AllocateNode) and node.otherwise is not None:
            by, where = node.otherwise.by, (*path, "otherwise", "bands")
            step, ends = step_of(by, scheme), ends_of(by, scheme)
            yield from _cover(where, node.otherwise.bands, step, ends)


def step_of(operand: Operand, scheme: Scheme) -> Fraction | None:
    """The least distance between two values that an operand can have; None where it is exact."""
    if isinstance(operand, Tally):
        column = _attribute_column(operand, scheme)
        whole = column is not None and column.type in ("whole", "boolean")
        counts = operand.taken in ("count", "distinct", "filled")
        return Fraction(1) if counts or whole else None
    node = scheme.nodes.get(operand) if isinstance(operand, str) else None
    if isinstance(node, RankNode):
        return Fraction(1)
    places = None if node is None else scheme.places(node)
    if places is None and isinstance(node, TallyNode):
        return step_of(node.of, scheme)
    return None if places is None else Fraction(1, 10**places)


def _attribute_column(tally: Tally, scheme: Scheme) -> Column | None:
    """The column of an attribute."""
    table, _, name = (tally.attribute or "").partition(".")
    declared = scheme.tables.get(table)
    return None if declared is None else declared.columns.get(name)


def ends_of(operand: Operand, scheme: Scheme) -> Bounds:
    """Between which numbers an operand lies, where a column or a rank says so."""
    node = scheme.nodes.get(operand) if isinstance(operand, str) else operand
    if isinstance(node, RankNode):
        return Fraction(1), None
    tally = node.of if isinstance(node, TallyNode) else node
    column = _attribute_column(tally, scheme) if isinstance(tally, Tally) else None
    return OPEN if column is None else column_bounds(column)


def _cover(
    path: Path, bands: Sequence[Band], step: Fraction | None, ends: Bounds
) -> Iterator[Said]:
    if any(_has_both(band) for band in bands):
        yield from _side_by_side(path, bands, step, ends)
    else:
        yield from _one_after_another(path, bands)


def _stated(band: Band) -> list[str]:
    return [name for name in LIMITS if getattr(band, name) is not None]


def _has_both(band: Band) -> bool:
    stated = _stated(band)
    return bool({"up_to", "below"} & set(stated) and {"at_least", "above"} & set(stated))


def _one_after_another(path: Path, bands: Sequence[Band]) -> Iterator[Said]:
    """Bands with one limit each, read in order; the last takes the rest."""
    *limited, rest = bands
    if _stated(rest):
        zh = "最后一档不写界限，收下其余全部"
        yield error("S108", path, zh, "the last band takes the rest: it has no limit")
    words = {name for band in limited for name in _stated(band)}
    if any(len(_stated(band)) != 1 for band in limited):
        zh = "除最后一档外，每档写一个界限：up_to、below、from 或 above"
        yield error("S108", path, zh, "each band but the last has one limit")
    elif len(words) > 1:
        zh = "除最后一档外，各档应都写同一种界限"
        yield error("S108", path, zh, "all bands but the last have the same kind of limit")
    elif words:
        name = words.pop()
        falling = name in ("at_least", "above")
        limits = [getattr(band, name) for band in limited]
        for one, two in pairwise(limits):
            if isinstance(one, Decimal) and isinstance(two, Decimal):
                if (one <= two) if falling else (one >= two):
                    zh = "各档界限应依次变化（up_to 递增，from 递减），否则有的档永远轮不到"
                    en = "limits must run one way, else a band is never reached"
                    yield error("S108", path, zh, en)
                    return


Edge = tuple[Fraction, bool]
"""A limit, and whether it belongs to the band."""


def _side_by_side(
    path: Path, bands: Sequence[Band], step: Fraction | None, ends: Bounds
) -> Iterator[Said]:
    """Bands with both limits: each begins where the one before it ends."""
    if any(isinstance(getattr(band, name), str) for band in bands for name in LIMITS):
        zh = "写明两端界限的档，界限应为数，才能查对有无空隙和重叠"
        yield error("S108", path, zh, "bands with two limits have numbers as limits")
        return
    ordered = sorted(bands, key=_begin)
    lowest, highest = _low(ordered[0]), _high(ordered[-1])
    for edge, last, side, zh_word, en_word in (
        (lowest, ends[0], 1, "低于", "below"),
        (highest, ends[1], -1, "高于", "above"),
    ):
        held = edge is not None and last is not None and _holds(edge, last, side)
        if edge is not None and not held:
            limit = shortest(edge[0])
            zh = f"{zh_word} {limit} 的值不在任何一档：请去掉最外侧的界限"
            yield error("S108", path, zh, f"values {en_word} {limit} are in no band: open it")
    for one, two in pairwise(ordered):
        end, begin = _high(one), _low(two)
        if end is None or begin is None or _overlap(end, begin, step):
            limit = shortest((begin or end or (Fraction(0), True))[0])
            zh = f"两档在 {limit} 处重叠：请让一档从另一档的终点开始"
            yield error("S108", path, zh, f"two bands overlap at {limit}")
        elif _gap(end, begin, step):
            low, high = shortest(end[0]), shortest(begin[0])
            between = shortest((end[0] + begin[0]) / 2)
            zh = f"{low} 与 {high} 之间的值（如 {between}）不在任何一档：请补上"
            en = f"values between {low} and {high}, such as {between}, are in no band"
            yield error("S108", path, zh, en)


def _holds(edge: Edge, end: Fraction, side: int) -> bool:
    """Whether a band reaches the end beyond which there is no value."""
    return side * (end - edge[0]) > 0 or (end == edge[0] and edge[1])


def _low(band: Band) -> Edge | None:
    if isinstance(band.at_least, Decimal):
        return Fraction(band.at_least), True
    return (Fraction(band.above), False) if isinstance(band.above, Decimal) else None


def _high(band: Band) -> Edge | None:
    if isinstance(band.up_to, Decimal):
        return Fraction(band.up_to), True
    return (Fraction(band.below), False) if isinstance(band.below, Decimal) else None


def _begin(band: Band) -> tuple[bool, Fraction, bool]:
    """Where a band begins: an open one first, one that holds its limit before one that does not."""
    low = _low(band)
    return (False, Fraction(0), False) if low is None else (True, low[0], not low[1])


def _overlap(end: Edge, begin: Edge, step: Fraction | None) -> bool:
    """Whether a value lies in both bands."""
    first = begin[0] if begin[1] or step is None else begin[0] + step
    last = end[0] if end[1] or step is None else end[0] - step
    if step is not None:
        return first <= last
    return begin[0] < end[0] or (begin[0] == end[0] and begin[1] and end[1])


def _gap(end: Edge, begin: Edge, step: Fraction | None) -> bool:
    """Whether a value lies in neither band."""
    if end[0] == begin[0]:
        return not end[1] and not begin[1]
    if step is None:
        return end[0] < begin[0]
    first = begin[0] if begin[1] else begin[0] + step
    last = end[0] if end[1] else end[0] - step
    return first - last > step
