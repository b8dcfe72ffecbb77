"""Rows and schemes as the pages of a year need them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from kaohe.scheme.head import Decision
from kaohe.scheme.model import Scheme
from kaohe.values.findings import Finding
from kaohe.values.text import Text
from kaohe.web.accounts.access import STAGES
from kaohe.web.accounts.people import Person
from kaohe.web.cycles import rules
from kaohe.web.cycles.calendar import schedule
from kaohe.web.cycles.forms import DecisionsForm, DutiesForm
from kaohe.web.cycles.items import Block, Item
from kaohe.web.cycles.models import (
    STAGE_NAMES,
    BlockLead,
    Choice,
    Cycle,
    DutyLink,
    StageChange,
)
from kaohe.web.cycles.rules import Standing, Transition
from kaohe.web.cycles.steps import Scheduled


@dataclass(frozen=True)
class StageShown:
    """A stage in the row of stages: behind, present or ahead."""

    name: str
    done: bool
    here: bool


def stages_shown(stage: str) -> list[StageShown]:
    """The row of stages, the present one marked."""
    here = STAGES.index(stage)
    return [
        StageShown(str(STAGE_NAMES[one]), place < here, place == here)
        for place, one in enumerate(STAGES)
    ]


@dataclass(frozen=True)
class Way:
    """A step that leads out of the present stage: what bars it, what should be known before it.

    ``points`` are for those who propose or sign the step; others are ``told`` nothing of them.
    """

    enters: str
    name: str
    back: bool
    heads: int
    against: list[str]
    told: bool
    points: list[str]
    refused: str
    may: bool


def ways(
    cycle: Cycle, standing: Standing, person: Person, *, pending: bool, other_heads: int
) -> list[Way]:
    """The steps out of the present stage, as one person may take them."""
    steps = rules.ways_from(cycle.stage)
    return [
        way(step, cycle, standing, person, pending=pending, other_heads=other_heads)
        for step in steps
    ]


def way(
    step: Transition,
    cycle: Cycle,
    standing: Standing,
    person: Person,
    *,
    pending: bool,
    other_heads: int,
) -> Way:
    """One step as one person may take it."""
    may = person.has(" ".join(step.proposers))
    told = may or (step.heads > 0 and person.has("group_head"))
    return Way(
        enters=step.enters,
        name=step_told(step),
        back=step.back,
        heads=step.heads,
        against=rules.against(step, standing, cycle),
        told=told,
        points=rules.open_points(step, standing, cycle) if told else [],
        refused=rules.why_not_propose(step, person.roles, pending, other_heads),
        may=may,
    )


def step_told(step: Transition) -> str:
    """What a step is called."""
    if step.back:
        return _("退回%(stage)s") % {"stage": STAGE_NAMES[step.enters]}
    return _ENTERS[step.enters]()


def change_told(change: StageChange) -> str:
    """What the step is called that a change takes."""
    step = rules.transition(change.leaves, change.enters)
    return step_told(step) if step is not None else str(change)


_ENTERS = {
    "adopted": lambda: _("提请通过方案"),
    "collecting": lambda: _("开始收集"),
    "scoring": lambda: _("开始计分"),
    "review": lambda: _("提交复核"),
    "published": lambda: _("公布结果"),
    "archived": lambda: _("归档"),
}


@dataclass(frozen=True)
class ChangeShown:
    """A change of stage with its signatures, and what the person may do about it."""

    row: StageChange
    name: str
    subject: tuple[str, str]
    signatures: list[Any]
    needed: int
    refused_sign: str
    refused_drop: str
    state: str


def change_shown(change: StageChange, cycle: Cycle, person: Person) -> ChangeShown:
    """A change of stage as one person sees it; its signatures are fetched already."""
    signatures = list(change.signatures.all())
    step = rules.transition(change.leaves, change.enters)
    return ChangeShown(
        row=change,
        name=change_told(change),
        subject=rules.subject_of(step, cycle) if step is not None else ("", ""),
        signatures=signatures,
        needed=step.heads if step is not None else 0,
        refused_sign=rules.why_not_sign(
            is_head=person.has("group_head"),
            closed=change.is_closed,
            stage_left=cycle.stage != change.leaves,
            signed=person.username in {one.username for one in signatures},
            proposed=person.username == change.proposer,
        ),
        refused_drop=rules.why_not_drop(
            may=person.has("clerk group_head"), closed=change.is_closed
        ),
        state=_state_of(change),
    )


def _state_of(change: StageChange) -> str:
    if change.dropped_at is not None:
        return _("已撤回")
    return _("已生效") if change.done_at is not None else _("等待签署")


@dataclass(frozen=True)
class StepShown:
    """A step of the calendar on a day."""

    scheduled: Scheduled
    state: str
    tag: str


def calendar_shown(cycle: Cycle, day: date) -> list[StepShown]:
    """The calendar of a cycle as it stands on a day."""
    return [_step_shown(one, day, cycle.stage) for one in schedule(cycle)]


def _step_shown(one: Scheduled, day: date, stage: str) -> StepShown:
    done_by = one.step.done_by
    if done_by is not None and STAGES.index(stage) >= STAGES.index(done_by):
        return StepShown(one, _("已完成"), "plain")
    if one.open_on(day):
        return StepShown(one, _("进行中"), "good")
    if day < one.opens_on:
        return StepShown(one, _("未开始"), "plain")
    if done_by is not None:
        return StepShown(one, _("逾期未完成"), "bad")
    return StepShown(one, _("已截止"), "plain")


# -- schemes --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FindingShown:
    """Something said about a scheme: how weighty, where it stands, what to do."""

    code: str
    weight: str
    tag: str
    line: int | None
    path: str
    message: Text
    reason: Text | None


_TAGS = {"error": "bad", "finding": "warn", "note": "plain"}


def _weight(one: Finding) -> str:
    if one.reason is not None:
        return _("已接受")
    return {"error": _("错误"), "finding": _("问题"), "note": _("提示")}[one.weight]


def findings_shown(findings: Iterable[Finding]) -> list[FindingShown]:
    """Findings for a list, in the order of their lines."""
    return [
        FindingShown(
            code=one.code,
            weight=_weight(one),
            tag=_TAGS[one.weight],
            line=one.line,
            path=one.path,
            message=one.message,
            reason=one.reason,
        )
        for one in findings
    ]


def period_told(scheme: Scheme) -> str:
    """The days that count, or that the scheme has no period."""
    if scheme.period is None:
        return _("未写考核期")
    return f"{scheme.period.first} — {scheme.period.last}"


# -- decisions ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OptionShown:
    """One answer to a question."""

    label: Text
    default: bool
    taken: bool


@dataclass(frozen=True)
class DecisionShown:
    """A question with its options; the fields of the form where it can be answered."""

    name: str
    decision: Decision
    options: list[OptionShown]
    choice: Choice | None
    option_field: BoundField | None
    reason_field: BoundField | None


def decisions_shown(
    scheme: Scheme, asked: Iterable[str], choices: Iterable[Choice], form: DecisionsForm | None
) -> list[DecisionShown]:
    """The questions asked for, with what was chosen and, if given, the form."""
    chosen = {choice.decision: choice for choice in choices}
    return [_decision_shown(name, scheme.decisions[name], chosen.get(name), form) for name in asked]


def _decision_shown(
    name: str, decision: Decision, choice: Choice | None, form: DecisionsForm | None
) -> DecisionShown:
    taken = choice.option if choice is not None else ""
    return DecisionShown(
        name=name,
        decision=decision,
        options=[
            OptionShown(label, option == decision.default, option == taken)
            for option, label in decision.options.items()
        ],
        choice=choice,
        option_field=form[f"option-{name}"] if form is not None else None,
        reason_field=form[f"reason-{name}"] if form is not None else None,
    )


# -- duties ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ItemShown:
    """A scored item with the entries that it rests on; its field where they can be chosen."""

    item: Item
    entries: list[str]
    field: BoundField | None


@dataclass(frozen=True)
class BlockShown:
    """A block with its lead department and its items."""

    block: Block
    lead: str
    field: BoundField | None
    items: list[ItemShown]


def duties_shown(
    blocks: Sequence[Block],
    leads: Iterable[BlockLead],
    links: Iterable[DutyLink],
    form: DutiesForm | None,
) -> list[BlockShown]:
    """Blocks and items with what was chosen for them and, if given, the form."""
    led_by = {lead.node: str(lead.department) for lead in leads}
    entries: dict[str, list[str]] = {}
    for link in links:
        told = f"{link.entry.duty_list.get_kind_display()} {link.entry}"
        entries.setdefault(link.node, []).append(told)
    return [
        BlockShown(
            block=block,
            lead=led_by.get(block.node, ""),
            field=form[f"lead-{block.node}"] if form is not None else None,
            items=[
                ItemShown(
                    item,
                    entries.get(item.node, []),
                    form[f"links-{item.node}"] if form is not None else None,
                )
                for item in block.items
            ],
        )
        for block in blocks
    ]
