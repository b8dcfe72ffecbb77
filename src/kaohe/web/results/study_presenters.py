"""A study as pages tell it: what each decision changes, what each area may get."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from kaohe.outputs.readings_words import MATTERS
from kaohe.values.text import Text
from kaohe.web.results.study_contents import PAY, Entry, OutcomeShown, Seen
from kaohe.web.ui.templatetags.ui import told

# -- decisions ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EffectShown:
    """What a decision, answered otherwise, changes of one outcome: for how many, by how much."""

    outcome: OutcomeShown
    changed: int
    most: str
    """The greatest movement of a figure or of pay, with its sign; empty for others."""


@dataclass(frozen=True)
class OptionShown:
    """Another option of a decision: what it changes, area by area, by itself."""

    label: Text
    sentence: str
    outcomes: tuple[OutcomeShown, ...]
    rows: tuple[tuple[str, str, tuple[tuple[str, str] | None, ...]], ...]
    """Id and name of an area; before and after for each outcome, None where it stays."""
    pay: tuple[str, str] | None
    """What the town pays altogether, before and after, where it changes and may be seen."""


@dataclass(frozen=True)
class QuestionShown:
    """A decision with what hangs on it; ``matters`` is alone, together or none."""

    number: int
    id: str
    question: Text
    clause: str
    taken: Text
    matters: str
    matters_told: Text
    effects: tuple[EffectShown, ...]
    sentence: str
    options: tuple[OptionShown, ...] = field(repr=False)


def questions_shown(seen: Seen) -> list[QuestionShown]:
    """Every decision in the scheme's order."""
    return [_question(seen, one) for one in seen.content["questions"]]


def _question(seen: Seen, entry: Entry) -> QuestionShown:
    labels = {one["id"]: Text(zh=one["label"], en=one["label_en"]) for one in entry["options"]}
    effects = tuple(_effects(seen, entry["effects"]))
    return QuestionShown(
        number=seen.numbers[entry["id"]],
        id=entry["id"],
        question=Text(zh=entry["question"], en=entry["question_en"]),
        clause=entry["clause"] or "",
        taken=labels[entry["taken"]],
        matters=entry["matters"],
        matters_told=MATTERS[entry["matters"]],
        effects=effects,
        sentence=_sentence(seen, entry, effects),
        options=tuple(_option(seen, labels[one["option"]], one) for one in entry["effects"]),
    )


def _effects(seen: Seen, several: Iterable[Entry]) -> Iterator[EffectShown]:
    """What options, each taken alone, change together: areas counted once."""
    found = [seen.effects(one) for one in several]
    for outcome in seen.outcomes:
        own = [one[outcome.id] for one in found if outcome.id in one]
        key = seen.scheme.subject.id
        changed = {change[key] for one in own for change in one["changes"]}
        ends = [one[end] for one in own for end in ("least", "greatest") if end in one]
        most = max(ends, key=lambda text: abs(Decimal(text)), default="")
        measured = outcome.kind in ("figure", "pay") and most != ""
        yield EffectShown(outcome, len(changed), _signed(most) if measured else "")


def _signed(number: str) -> str:
    return number if number.startswith("-") else f"+{number}"


def _sentence(seen: Seen, entry: Entry, effects: Iterable[EffectShown]) -> str:
    """What happens when a decision is answered otherwise, in one clause."""
    changing = [one for one in effects if one.changed]
    foremost = [one for one in changing if one.outcome.kind in ("label", "figure")]
    if changing:
        return _("改选后 %(what)s") % {"what": "，".join(map(_part, foremost or changing))}
    if entry["matters"] == "alone":
        return _only_elsewhere(seen, entry["effects"])
    if entry["matters"] == "together":
        return _("单独改选没有变动，与其他事项一同改变时才有影响")
    return _("没有影响")


def _only_elsewhere(seen: Seen, options: Iterable[Entry]) -> str:
    """What is said where all that changes is not shown: pay to the clerk, other subjects."""
    changing = [outcome for one in options for outcome in one["outcomes"]]
    if changing and all(one["of"] == PAY or one["id"] == PAY for one in changing):
        return _("只影响绩效，不影响分数和等次")
    return _("没有任何变动") if not changing else _("不影响各居民区的分数和等次")


def _part(effect: EffectShown) -> str:
    most = effect.most.lstrip("+-")
    given = {"count": effect.changed, "what": told(effect.outcome.label), "most": most}
    if effect.outcome.kind == "pay":
        return _("%(count)s 个居民区绩效变动（最多 %(most)s 元）") % given
    if most:
        return _("%(count)s 个居民区%(what)s变动（最多 %(most)s）") % given
    return _("%(count)s 个居民区%(what)s变动") % given


def _option(seen: Seen, label: Text, entry: Entry) -> OptionShown:
    effects = tuple(_effects(seen, [entry]))
    changing = tuple(one.outcome for one in effects if one.changed)
    found = seen.effects(entry)
    key = seen.scheme.subject.id
    by_area: dict[str, dict[str, Entry]] = {}
    for outcome in changing:
        for change in found[outcome.id]["changes"]:
            by_area.setdefault(change[key], {})[outcome.id] = change
    rows = [
        (
            area[key],
            area[seen.scheme.subject.name] or area[key],
            tuple(_change(seen, one, by_area[area[key]].get(one.id)) for one in changing),
        )
        for area in seen.areas
        if area[key] in by_area
    ]
    sentence = _sentence(seen, {"matters": "alone", "effects": [entry]}, effects)
    return OptionShown(label, sentence, changing, tuple(rows), _town_pay(seen, found))


def _change(seen: Seen, outcome: OutcomeShown, change: Entry | None) -> tuple[str, str] | None:
    if change is None:
        return None
    return seen.value(outcome, change["before"]), seen.value(outcome, change["after"])


def _town_pay(seen: Seen, found: Mapping[str, Entry]) -> tuple[str, str] | None:
    """What all areas get together, before and after an option."""
    if PAY not in found:
        return None
    taken = (seen.outcome(area, PAY)["taken"] for area in seen.areas)
    before = sum((Decimal(amount or 0) for amount in taken), Decimal(0))
    changes = found[PAY]["changes"]
    moved = (Decimal(one["after"] or 0) - Decimal(one["before"] or 0) for one in changes)
    return str(before), str(before + sum(moved, Decimal(0)))


# -- areas ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CellShown:
    """What an area gets in one outcome: as decided now, under all readings, and what decides it."""

    taken: str
    always: bool
    over_all: str
    decisions: tuple[str, ...]
    """The decisions that matter to it."""
    hangs_on: str
    """The same by their numbers, in a clause."""


def areas_shown(seen: Seen) -> list[tuple[str, str, list[CellShown]]]:
    """Every area in administrative order: id, name, and a cell for each outcome."""
    subject = seen.scheme.subject
    return [
        (
            area[subject.id],
            area[subject.name] or area[subject.id],
            [_cell(seen, one, seen.outcome(area, one.id)) for one in seen.outcomes],
        )
        for area in seen.areas
    ]


def _cell(seen: Seen, outcome: OutcomeShown, entry: Entry) -> CellShown:
    taken = seen.value(outcome, entry["taken"])
    if entry["always"] and entry["taken"] is None:
        over_all = _("始终没有")
    elif entry["always"]:
        words = outcome.kind in ("label", "state")
        over_all = (_("始终%(value)s") if words else _("始终为 %(value)s")) % {"value": taken}
    elif "least" in entry and outcome.kind in ("figure", "place", "pay"):
        over_all = f"{entry['least']} – {entry['greatest']}{_absent(entry['values'])}"
    else:
        over_all = _frequencies(seen, outcome, entry["values"])
    decisions = tuple(entry["decisions"])
    return CellShown(taken, entry["always"], over_all, decisions, _hangs_on(seen, decisions))


def _hangs_on(seen: Seen, decisions: Sequence[str]) -> str:
    numbers = "、".join(str(seen.numbers[one]) for one in decisions)
    if len(decisions) == 1:
        return _("由第 %(number)s 项单独决定") % {"number": numbers}
    return _("取决于第 %(numbers)s 项") % {"numbers": numbers} if decisions else ""


def _absent(values: Iterable[Entry]) -> str:
    """Under how many readings there is no number; nothing where there always is one."""
    times = next((one["readings"] for one in values if one["value"] is None), None)
    return _("，%(times)s 种没有") % {"times": times} if times else ""


def _frequencies(seen: Seen, outcome: OutcomeShown, values: Iterable[Entry]) -> str:
    """Under how many of the readings each value comes out."""
    text = _("%(times)s 种%(value)s")
    parts = [
        text % {"times": one["readings"], "value": seen.value(outcome, one["value"])}
        for one in values
    ]
    every = seen.content["readings"]["number"]
    return _("%(all)s 种中有 %(parts)s") % {"all": every, "parts": "，".join(parts)}


def hanging_on(seen: Seen, decision: str) -> list[tuple[str, str, list[str]]]:
    """The areas that a decision matters to, alone or with others: id, name, in what."""
    labels = [told(one.label) for one in seen.outcomes]
    found = []
    for area_id, name, cells in areas_shown(seen):
        own = [
            label for label, cell in zip(labels, cells, strict=True) if decision in cell.decisions
        ]
        if own:
            found.append((area_id, name, own))
    return found
