"""Kinds that compare subjects: ranks, bands, labels by place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby

from kaohe.scheme.nodes import AllocateNode, Band, BandsNode, Places, RankNode
from kaohe.scoring.combining import evaluate
from kaohe.scoring.operands import operand_input, operand_label
from kaohe.scoring.reasons import Reason, shown, why_absent
from kaohe.scoring.sheet import Column, Sheet
from kaohe.values.numbers import Absence, Value
from kaohe.values.text import Text

Key = tuple[tuple[bool, Fraction], ...]


def rank_column(node: RankNode, sheet: Sheet) -> Column:
    """Places by the keys, apart for each cohort; subjects without the first key have none."""
    column: Column = list(sheet.values[node.by[0].node])
    classes, applies = cohorts(node, sheet), sheet.applies(node)
    for cohort in sorted(set(classes)):
        members = [
            index
            for index in range(sheet.size)
            if classes[index] == cohort and applies[index]
            if not isinstance(column[index], Absence)
        ]
        keys = {index: _key(node, sheet, index) for index in members}
        place = 1
        for _, group in groupby(sorted(members, key=keys.__getitem__), key=keys.__getitem__):
            equals = list(group)
            for index in equals:
                column[index] = place if node.ties == "first" else place + len(equals) - 1
            place += len(equals)
    return column


def cohorts(node: RankNode, sheet: Sheet) -> list[str]:
    """The class of every subject within which it is ranked; all in one where there are none."""
    if node.within is None:
        return [""] * sheet.size
    return [str(subject.cells[node.within]) for subject in sheet.figures.subjects]


def _cohort_label(node: RankNode, sheet: Sheet, index: int) -> Text:
    """The class of one subject in a sentence; nothing where all are ranked together."""
    if node.within is None:
        return Text(zh="", en="")
    column = sheet.scheme.fact_tables[sheet.scheme.subject.table].columns[node.within]
    code = cohorts(node, sheet)[index]
    name = column.choices.get(code, code)
    return Text(zh=f"{column.heading}“{name}”的", en=f" in {node.within} {code}")


def _key(node: RankNode, sheet: Sheet, index: int) -> Key:
    """What a subject is sorted by: the best first, what is absent last."""
    parts: list[tuple[bool, Fraction]] = []
    for key in node.by:
        value = sheet.values[key.node][index]
        if isinstance(value, str | Absence):
            parts.append((True, Fraction(0)))
        else:
            parts.append((False, Fraction(-value if key.order == "high_first" else value)))
    return tuple(parts)


def _groups(node: RankNode, sheet: Sheet) -> list[tuple[int, int, int]]:
    """For every subject: how many are ranked with it, share its first key, share all its keys."""
    classes, applies = cohorts(node, sheet), sheet.applies(node)
    first = sheet.values[node.by[0].node]
    keys = [(cohort, _key(node, sheet, index)) for index, cohort in enumerate(classes)]
    ranked = [
        index
        for index, value in enumerate(first)
        if applies[index] and not isinstance(value, Absence)
    ]
    sizes = Counter(classes[index] for index in ranked)
    alike = Counter((cohort, key[0]) for cohort, key in (keys[index] for index in ranked))
    equal = Counter(keys[index] for index in ranked)
    return [(sizes[key[0]], alike[key[0], key[1][0]], equal[key]) for key in keys]


def explain_rank(node: RankNode, sheet: Sheet, index: int, text: str) -> Reason:
    """The place among how many, with how many equals; in public only what it is ranked by."""
    inputs = tuple(operand_input(key.node, sheet, index) for key in node.by)
    labels = [operand_label(key.node, sheet) for key in node.by]
    zh, en = "、".join(label.zh for label in labels), ", ".join(label.en for label in labels)
    public = Text(
        zh=f"依次按{zh}比较，只供内部计算。", en=f"Compared by {en}; for internal use only."
    )
    if not text:
        absent = sheet.values[node.by[0].node][index]
        assert isinstance(absent, Absence)
        return Reason(why_absent([(labels[0], absent)], absent), inputs, public)
    ranked, alike, equals = sheet.kept(node, "groups", lambda: _groups(node, sheet))[index]
    kind = sheet.scheme.subject.label.zh
    within = _cohort_label(node, sheet, index)
    zh = f"{labels[0].zh} {inputs[0].value}，在{within.zh} {ranked} 个{kind}中列第 {text} 名"
    en = f"{labels[0].en} {inputs[0].value}: place {text} of {ranked}{within.en}"
    if alike > equals:
        others = [f"{one.label.zh} {one.value}" for one in inputs[1:]]
        others_en = [f"{one.label.en} {one.value}" for one in inputs[1:]]
        zh += f"；{alike} 个{labels[0].zh}相同，依次再比{'、'.join(others)}"
        en += f"; {alike} have the same {labels[0].en}, compared further by {', '.join(others_en)}"
    if equals > 1:
        zh, en = f"{zh}（与另外 {equals - 1} 个并列）", f"{en}, equal with {equals - 1} more"
    return Reason(Text(zh=f"{zh}。", en=f"{en}."), inputs, public)


def _band(bands: Sequence[Band], value: Value) -> tuple[int, Band] | None:
    """The first band that a number falls into, with its position."""
    if isinstance(value, str | Absence):
        return None
    for position, band in enumerate(bands):
        below = band.up_to is not None and value > Fraction(band.up_to)
        under = band.at_least is not None and value < Fraction(band.at_least)
        if not below and not under:
            return position, band
    return None


def _gives(bands: Sequence[Band], value: Value) -> Value:
    found = _band(bands, value)
    if found is None:
        return value if isinstance(value, Absence) else Absence.NOT_APPLICABLE
    gives = found[1].gives
    return gives if isinstance(gives, str) else Fraction(gives)


def bands_column(node: BandsNode, sheet: Sheet) -> Column:
    """What the first band that the value falls into gives."""
    return [_gives(node.bands, value) for value in sheet.column(node.of)]


def explain_bands(node: BandsNode, sheet: Sheet, index: int, text: str) -> Reason:
    """The value and its band; a band of places has a sentence without place as well."""
    figure = operand_input(node.of, sheet, index)
    value = sheet.column(node.of)[index]
    by_place = isinstance(node.of, str) and isinstance(sheet.scheme.nodes[node.of], RankNode)
    found = _band(node.bands, value)
    if found is None:
        absent = value if isinstance(value, Absence) else Absence.NOT_APPLICABLE
        return Reason(why_absent([(figure.label, absent)], absent), (figure,))
    is_label = text in node.labels
    given = node.labels[text] if is_label else Text(zh=f"得 {text} 分", en=text)
    if is_label:
        given = Text(zh=f"为{given.zh}", en=given.en)
    limits = _limits(node.bands, found[0], by_place=by_place)
    place_zh, place_en = (
        (f"{figure.label.zh}第 {figure.value} 名", f"{figure.label.en} {figure.value}")
        if by_place
        else (f"{figure.label.zh} {figure.value}", f"{figure.label.en} {figure.value}")
    )
    sentence = Text(
        zh=f"{place_zh}，{limits.zh}，{given.zh}。",
        en=f"{place_en}, band {limits.en}: {given.en}.",
    )
    if not by_place:
        return Reason(sentence, (figure,))
    return Reason(sentence, (figure,), _public_band(node, sheet, index, given))


def _public_band(node: BandsNode, sheet: Sheet, index: int, given: Text) -> Text:
    """The band told by the figure that was ranked."""
    assert isinstance(node.of, str)
    rank = sheet.scheme.nodes[node.of]
    assert isinstance(rank, RankNode)
    figure = operand_input(rank.by[0].node, sheet, index)
    return Text(
        zh=f"{figure.label.zh} {figure.value}，按档{given.zh}。",
        en=f"{figure.label.en} {figure.value}, by band: {given.en}.",
    )


def _limits(bands: Sequence[Band], position: int, *, by_place: bool) -> Text:
    """A band's limits in words: in 6–10, above 25, from 70."""
    band, before = bands[position], bands[position - 1] if position else None
    if band.up_to is not None:
        low = before.up_to if before else None
        if by_place:
            first = 1 if low is None else int(low) + 1
            return Text(zh=f"在 {first}–{band.up_to} 名档", en=f"{first}–{band.up_to}")
        if low is None:
            return Text(zh=f"在 {band.up_to} 及以下档", en=f"up to {band.up_to}")
        zh = f"高于 {low}、不超过 {band.up_to}"
        return Text(zh=zh, en=f"above {low}, up to {band.up_to}")
    if band.at_least is not None:
        return Text(zh=f"在 {band.at_least} 及以上档", en=f"from {band.at_least}")
    if before is None:
        return Text(zh="只有一档", en="the only one")
    if before.up_to is not None:
        zh = f"在 {before.up_to} 名以后" if by_place else f"高于 {before.up_to}"
        return Text(zh=zh, en=f"after {before.up_to}" if by_place else f"above {before.up_to}")
    return Text(zh=f"在 {before.at_least} 以下", en=f"below {before.at_least}")


def allocate_column(node: AllocateNode, sheet: Sheet) -> Column:
    """The first label whose places a subject reaches; else by value, or none."""
    limits = [_limit(places, sheet) for places in node.places]
    sizes = _group_sizes(node, sheet)
    column: Column = []
    for index in range(sheet.size):
        rank = sheet.values[node.by][index]
        if isinstance(rank, str | Absence):
            column.append(rank if isinstance(rank, Absence) else Absence.NOT_APPLICABLE)
            continue
        column.append(_allocated(node, sheet, index, limits, sizes))
    return column


def _limit(places: Places, sheet: Sheet) -> Fraction:
    """The last place of a label; it is the same for all subjects."""

    def last_place() -> Fraction:
        value = evaluate(places.to_rank, {}, sheet)[0] if sheet.size else 0
        return Fraction(0) if isinstance(value, str | Absence) else Fraction(value)

    return sheet.kept(places, "limit", last_place)


def _group_sizes(node: AllocateNode, sheet: Sheet) -> list[int]:
    """How many subjects share each subject's place (and cohort)."""

    def sizes() -> list[int]:
        rank = sheet.scheme.nodes[node.by]
        assert isinstance(rank, RankNode)
        shared = list(zip(cohorts(rank, sheet), sheet.values[node.by], strict=True))
        counts = Counter(shared)
        return [counts[one] for one in shared]

    return sheet.kept(node, "sizes", sizes)


def _allocated(
    node: AllocateNode, sheet: Sheet, index: int, limits: Sequence[Fraction], sizes: Sequence[int]
) -> Value:
    rank = sheet.values[node.by][index]
    assert not isinstance(rank, str | Absence)
    for places, limit in zip(node.places, limits, strict=True):
        last = rank if places.ties == "include" else rank + sizes[index] - 1
        if last <= limit and _reaches(places, sheet, index):
            return places.label
    if node.otherwise is None:
        return Absence.NOT_APPLICABLE
    return _gives(node.otherwise.bands, sheet.values[node.otherwise.by][index])


def _reaches(places: Places, sheet: Sheet, index: int) -> bool:
    if places.threshold is None:
        return True
    value = sheet.values[places.threshold.node][index]
    return not isinstance(value, str | Absence) and value >= Fraction(places.threshold.value)


def explain_allocate(node: AllocateNode, sheet: Sheet, index: int, text: str) -> Reason:
    """The place, the places there were, and what that gave; in public only the label."""
    figure = operand_input(node.by, sheet, index)
    inputs = [figure]
    rank = sheet.values[node.by][index]
    if isinstance(rank, str | Absence):
        absent = rank if isinstance(rank, Absence) else Absence.NOT_APPLICABLE
        none = why_absent([(figure.label, absent)], absent)
        return Reason(none, tuple(inputs), Text(zh="没有结果。", en="No result."))
    size = _group_sizes(node, sheet)[index]
    zh, en = f"第 {figure.value} 名", f"Place {figure.value}"
    if size > 1:
        zh, en = f"{zh}（{size} 个并列）", f"{en} ({size} equal)"
    for places in node.places:
        reached = places.label == text
        step = _step(node, places, sheet, index, size, reached=reached)
        zh, en = f"{zh}，{step.zh}", f"{en}, {step.en}"
        if reached:
            break
    outcome = _outcome(node, sheet, index, text)
    if node.otherwise is not None and text not in {places.label for places in node.places}:
        inputs.append(operand_input(node.otherwise.by, sheet, index))
    label = node.labels[text] if text else Text(zh="不列档", en="none")
    public = Text(zh=f"结果：{label.zh}。", en=f"Result: {label.en}.")
    sentence = Text(zh=f"{zh}{outcome.zh}。", en=f"{en}{outcome.en}.")
    return Reason(sentence, tuple(inputs), public)


def _step(
    node: AllocateNode, places: Places, sheet: Sheet, index: int, size: int, *, reached: bool
) -> Text:
    """Whether and why a subject is within a label's places."""
    label, limit = node.labels[places.label], _limit(places, sheet)
    rank = sheet.values[node.by][index]
    assert not isinstance(rank, str | Absence)
    if reached:
        zh = f"在{label.zh}的前 {shown(limit)} 名之内"
        return Text(zh=zh, en=f"within the first {shown(limit)} for {label.en}")
    if rank <= limit and not _reaches(places, sheet, index) and places.threshold is not None:
        least = shown(Fraction(places.threshold.value))
        zh = f"在{label.zh}的前 {shown(limit)} 名之内但未达 {least} 分"
        return Text(zh=zh, en=f"within {shown(limit)} for {label.en} but below {least}")
    if rank <= limit and size > 1:
        zh = f"并列超出{label.zh}的前 {shown(limit)} 名"
        return Text(zh=zh, en=f"the equals reach beyond the first {shown(limit)} for {label.en}")
    zh = f"不在{label.zh}的前 {shown(limit)} 名之内"
    return Text(zh=zh, en=f"not within the first {shown(limit)} for {label.en}")


def _outcome(node: AllocateNode, sheet: Sheet, index: int, text: str) -> Text:
    """What the subject gets, and by which value if not by place."""
    if not text:
        return Text(zh="，不列档", en=", no label")
    label = node.labels[text]
    if node.otherwise is None or text in {places.label for places in node.places}:
        return Text(zh=f"，为{label.zh}", en=f": {label.en}")
    figure = operand_input(node.otherwise.by, sheet, index)
    found = _band(node.otherwise.bands, sheet.values[node.otherwise.by][index])
    limits = _limits(node.otherwise.bands, found[0] if found else 0, by_place=False)
    return Text(
        zh=f"；{figure.label.zh} {figure.value}，{limits.zh}，为{label.zh}",
        en=f"; {figure.label.en} {figure.value}, band {limits.en}: {label.en}",
    )
