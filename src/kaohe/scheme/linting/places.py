"""Rules about places: quotas that give something, labels and bands that somebody gets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from operator import le

from kaohe.scheme import formulas
from kaohe.scheme.formulas import Call, Constant, Name, Operation, Tree
from kaohe.scheme.linting.saying import Path, Said, finding, note
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import AllocateNode, BandsNode, BaseNode, RankNode, labels_of
from kaohe.values.numbers import shortest
from kaohe.values.text import Text

MOST_SUBJECTS = 1000
"""Quotas are tried for every number of subjects up to this one."""
FEW_SUBJECTS = 10


@lru_cache(maxsize=256)
def quotas(text: str) -> tuple[Fraction, ...] | None:
    """What a quota comes to for 1, 2, 3, … subjects; None where it rests on more than that."""
    tree = formulas.parse(text)
    several = [_quota(tree, Fraction(number)) for number in range(1, MOST_SUBJECTS + 1)]
    known = tuple(one for one in several if one is not None)
    return known if len(known) == len(several) else None


def _quota(tree: Tree, subjects: Fraction) -> Fraction | None:
    match tree:
        case Constant(value):
            return value
        case Name("subjects" | "ranked"):
            return subjects
        case Operation(sign, left, right):
            one, other = _quota(left, subjects), _quota(right, subjects)
            if one is None or other is None or (sign == "/" and not other):
                return None
            return {"+": one + other, "-": one - other, "*": one * other}.get(
                sign, one / other if other else None
            )
        case Call("min" | "max" | "floor" | "ceil" as function, arguments):
            values = [_quota(argument, subjects) for argument in arguments]
            known = [value for value in values if value is not None]
            if len(known) < len(values):
                return None
            if function in ("min", "max"):
                return min(known) if function == "min" else max(known)
            whole = known[0].numerator // known[0].denominator
            return Fraction(whole if function == "floor" or whole == known[0] else whole + 1)
    return None


def labels_are_reached(scheme: Scheme) -> Iterator[Said]:
    """S203: no label ends where an earlier one has ended already."""
    for node_id, node in scheme.nodes.items():
        if isinstance(node, AllocateNode):
            yield from _labels_reached(("nodes", node_id), node)


def _labels_reached(path: Path, node: AllocateNode) -> Iterator[Said]:
    for index, (one, two) in enumerate(pairwise(node.places), start=1):
        if one.to_rank is None or two.to_rank is None:
            continue
        ends, later = quotas(one.to_rank), quotas(two.to_rank)
        if ends is not None and later is not None and all(map(le, later, ends)):
            early, late = label_name(node, one.label), label_name(node, two.label)
            zh = f"“{late.zh}”的末位名次不在“{early.zh}”之后，永远轮不到：请核对 to_rank"
            en = f"{late.en} ends no later than {early.en}: nobody ever gets it, check to_rank"
            yield finding("S203", (*path, "places", index), zh, en)


def quotas_give_something(scheme: Scheme) -> Iterator[Said]:
    """S208, S403: a quota does not round to nothing; a share of places states its rounding."""
    for node_id, node in scheme.nodes.items():
        for index, places in enumerate(node.places if isinstance(node, AllocateNode) else ()):
            text = places.to_rank if places.to_rank is not None else places.places
            several = None if text is None else quotas(text)
            if several is not None:
                path: Path = ("nodes", node_id, "places", index)
                yield from _quota_gives(path, label_name(node, places.label), several)


def _quota_gives(path: Path, name: Text, several: Sequence[Fraction]) -> Iterator[Said]:
    if any(one.denominator != 1 for one in several):
        zh = "名额会出现小数，没有规定取整：请用 floor 或 ceil"
        yield finding("S403", path, zh, "places come out as fractions: use floor or ceil")
    first = next((number for number, one in enumerate(several, start=1) if one >= 1), None)
    if first is None or first > FEW_SUBJECTS:
        zh, en = f"“{name.zh}”的名额取整后为 0", f"places for {name.en} round to nothing"
        if first is not None:
            zh, en = f"不足 {first} 个对象时，{zh}", f"{en} with fewer than {first} subjects"
        yield finding("S208", path, f"{zh}：请核对", f"{en}: check the quota")
    elif first > 1:
        zh = f"不足 {first} 个对象时，“{name.zh}”没有名额"
        en = f"with fewer than {first} subjects nobody is {name.en}"
        yield note("S208", path, zh, en)


def label_name(node: BaseNode, code: str) -> Text:
    """What a label of a node is called."""
    return labels_of(node).get(code, Text(zh=code, en=code))


def most_places(text: str | None) -> Fraction | None:
    """The last place of a quota for however many subjects; None where it has no end."""
    several = None if text is None else quotas(text)
    return several[-1] if several and several[-1] == several[MOST_SUBJECTS // 2] else None


def bands_by_place_fill(scheme: Scheme) -> Iterator[Said]:
    """S213, S214: bands by absolute place: when each of them is used, how far they set apart."""
    for node_id, node in scheme.nodes.items():
        if not isinstance(node, BandsNode) or not isinstance(node.of, str):
            continue
        if not isinstance(scheme.nodes.get(node.of), RankNode):
            continue
        path: Path = ("nodes", node_id)
        limits = sorted(band.up_to for band in node.bands if isinstance(band.up_to, Decimal))
        gives = [Fraction(band.gives) for band in node.bands if isinstance(band.gives, Decimal)]
        if limits:
            zh = f"按绝对名次分档：不超过 {limits[-1]} 个对象时，最后一档无人"
            en = f"bands by absolute place: with {limits[-1]} subjects or fewer the last is empty"
            yield note("S213", path, zh, en)
        if gives and node.max is not None and min(gives) > 0:
            spread = shortest(max(gives) - min(gives))
            least = shortest(min(gives))
            zh = f"末档仍得 {least} 分：满分 {node.max} 分中只有 {spread} 分拉开差距"
            en = f"the last band still gives {least}: only {spread} of {node.max} points differ"
            yield note("S214", path, zh, en)
