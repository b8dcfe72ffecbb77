"""What may happen to a cycle and its scheme, and why not. Plain values in, a reason out.

``TRANSITIONS`` is the one table of stages: pages, buttons, guards and the diagram of the reference
read it. Higher apps add what only they can know by ``add_condition``, ``add_fact_probe``,
``add_allowance`` and ``add_consequence``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.web.accounts.access import STAGES
from kaohe.web.accounts.roles import ROLES
from kaohe.web.cycles.models import STAGE_NAMES
from kaohe.web.ui.language import in_a_row, in_quotes, sentences

if TYPE_CHECKING:
    from kaohe.web.accounts.people import Person
    from kaohe.web.cycles.models import Cycle, StageChange

NAMED = 2
"""So many of what is missing are named; of the rest only the number is told."""


@dataclass(frozen=True)
class Standing:
    """How far a cycle is: what the conditions of the table ask about, in words for people."""

    faults: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    unlinked: tuple[str, ...] = ()
    without_lead: tuple[str, ...] = ()
    unknown_scorers: tuple[str, ...] = ()
    has_facts: bool = False


Condition = Callable[[Standing], str]
"""Says why a step may not be taken, an empty text if nothing stands against it."""


def listed(names: Sequence[str]) -> str:
    """The first few names, and how many there are."""
    told = in_a_row(in_quotes(name) for name in names[:NAMED])
    if len(names) <= NAMED:
        return told
    return _("%(first)s等 %(number)s 项") % {"first": told, "number": len(names)}


def scheme_is_sound(standing: Standing) -> str:
    """The scheme holds under just the options that were taken."""
    if not standing.faults:
        return ""
    return _("按现在的选项，方案不能计分：%(faults)s") % {"faults": sentences(standing.faults)}


def every_decision_answered(standing: Standing) -> str:
    """No open question of the policy is left to its default unasked."""
    if not standing.unanswered:
        return ""
    return _("决定事项还没有全部选定：%(which)s") % {"which": listed(standing.unanswered)}


def every_item_linked(standing: Standing) -> str:
    """Every scored item rests on an entry of the three lists: 三(三)."""
    if not standing.unlinked:
        return ""
    return _("考核内容还没有对应的清单事项：%(which)s") % {"which": listed(standing.unlinked)}


def every_block_led(standing: Standing) -> str:
    """Every block of everyday work has a lead department (牵头部门)."""
    if not standing.without_lead:
        return ""
    return _("还没有确定牵头部门：%(which)s") % {"which": listed(standing.without_lead)}


def every_scorer_known(standing: Standing) -> str:
    """Every scorer that the scheme names is a department of the town."""
    if not standing.unknown_scorers:
        return ""
    told = {"which": listed(standing.unknown_scorers)}
    return _("方案中的评价部门在科室登记中没有，届时无人能评分：%(which)s") % told


def no_fact_exists(standing: Standing) -> str:
    """What was adopted cannot be opened again once data has been seen (A60)."""
    if not standing.has_facts:
        return ""
    return _("已经有数据报送或登记，方案不能再退回准备；需要改的写入下一年度方案。")


@dataclass(frozen=True)
class Transition:
    """One step from stage to stage.

    ``proposers`` are the roles that may propose it, ``heads`` the number of group heads who must
    sign; with none it takes effect at once. ``conditions`` bar it, ``points`` are only shown.
    ``elsewhere`` says where the step is taken instead, unless an allowance was added.
    """

    leaves: str
    enters: str
    proposers: tuple[str, ...]
    heads: int = 0
    reason: bool = False
    meeting: bool = False
    conditions: tuple[Condition, ...] = ()
    points: tuple[Condition, ...] = ()
    elsewhere: Promise | None = None

    @property
    def back(self) -> bool:
        """Whether it leads to an earlier stage."""
        return STAGES.index(self.enters) < STAGES.index(self.leaves)


CLERK = ("clerk",)
CLERK_OR_HEAD = ("clerk", "group_head")
IN_PUBLICATION = gettext_lazy("请先在“审定与公布”中准备公布。")

TRANSITIONS = (
    Transition(
        "prepare",
        "adopted",
        CLERK,
        heads=2,
        meeting=True,
        conditions=(scheme_is_sound, every_decision_answered, every_item_linked, every_block_led),
        points=(every_scorer_known,),
    ),
    Transition("adopted", "collecting", CLERK),
    Transition("collecting", "scoring", CLERK),
    Transition("scoring", "review", CLERK),
    Transition("review", "published", CLERK, heads=2, meeting=True, elsewhere=IN_PUBLICATION),
    Transition("published", "archived", CLERK, heads=2),
    Transition(
        "adopted", "prepare", CLERK_OR_HEAD, heads=2, reason=True, conditions=(no_fact_exists,)
    ),
    Transition("scoring", "collecting", CLERK_OR_HEAD, heads=2, reason=True),
    Transition("review", "scoring", CLERK_OR_HEAD, heads=2, reason=True),
    Transition("published", "scoring", CLERK_OR_HEAD, heads=2, reason=True),
)
BY_ENDS: Mapping[tuple[str, str], Transition] = {
    (one.leaves, one.enters): one for one in TRANSITIONS
}


def transition(leaves: str, enters: str) -> Transition | None:
    """The step between two stages; None where there is none."""
    return BY_ENDS.get((leaves, enters))


def ways_from(stage: str) -> tuple[Transition, ...]:
    """The steps that lead out of a stage, forward first."""
    return tuple(one for one in TRANSITIONS if one.leaves == stage)


# -- what higher apps add -------------------------------------------------------------------------

Reasons = Callable[["Cycle"], Sequence[str]]
Consequence = Callable[["StageChange", "Person", datetime], Mapping[str, str]]
_CONDITIONS: dict[tuple[str, str], list[Reasons]] = {}
_POINTS: dict[tuple[str, str], list[Reasons]] = {}
_ALLOWANCES: dict[tuple[str, str], list[Callable[[Cycle], bool]]] = {}
_CONSEQUENCES: dict[tuple[str, str], list[Consequence]] = {}
_FACT_PROBES: list[Callable[[Cycle], bool]] = []
_SUBJECTS: dict[tuple[str, str], Callable[[Cycle], tuple[str, str]]] = {}


def add_condition(leaves: str, enters: str, reasons: Reasons, *, bars: bool = True) -> None:
    """What else stands against a step: a function that gives a cycle's reasons, if it has any.

    With ``bars`` false the reasons are open points: shown before the step, but no obstacle.
    """
    assert (leaves, enters) in BY_ENDS, (leaves, enters)
    (_CONDITIONS if bars else _POINTS).setdefault((leaves, enters), []).append(reasons)


def add_allowance(leaves: str, enters: str, allows: Callable[[Cycle], bool]) -> None:
    """Let a step that is taken elsewhere be taken where the function says so of a cycle."""
    assert (leaves, enters) in BY_ENDS, (leaves, enters)
    _ALLOWANCES.setdefault((leaves, enters), []).append(allows)


def add_consequence(leaves: str, enters: str, follow: Consequence) -> None:
    """What else happens where a step takes effect: a function of it, of whoever signed last and of
    the time. It runs in the same transaction; what it returns goes into the event of the step.
    """
    assert (leaves, enters) in BY_ENDS, (leaves, enters)
    _CONSEQUENCES.setdefault((leaves, enters), []).append(follow)


def add_subject(leaves: str, enters: str, found: Callable[[Cycle], tuple[str, str]]) -> None:
    """Where whoever signs a step reads what they sign: a function of the cycle that gives the words
    of a link and its address, two empty texts where there is nothing to read."""
    assert (leaves, enters) in BY_ENDS, (leaves, enters)
    _SUBJECTS[leaves, enters] = found


def subject_of(step: Transition, cycle: Cycle) -> tuple[str, str]:
    """The words and the address of what is signed with a step; empty where it needs no reading."""
    found = _SUBJECTS.get((step.leaves, step.enters))
    return found(cycle) if found is not None else ("", "")


def follow(change: StageChange, by: Person, at: datetime) -> dict[str, str]:
    """Have everything happen that was added to a step; what the event of the step says of it."""
    told: dict[str, str] = {}
    for one in _CONSEQUENCES.get((change.leaves, change.enters), ()):
        told |= one(change, by, at)
    return told


def add_fact_probe(exists: Callable[[Cycle], bool]) -> None:
    """A function that says whether any fact of a cycle was handed in or entered."""
    _FACT_PROBES.append(exists)


def has_facts(cycle: Cycle) -> bool:
    """Whether any probe finds a fact of the cycle."""
    return any(exists(cycle) for exists in _FACT_PROBES)


def against(step: Transition, standing: Standing, cycle: Cycle) -> list[str]:
    """Everything that bars a step of a cycle now; the conditions of higher apps included."""
    ends = (step.leaves, step.enters)
    allowed = any(allows(cycle) for allows in _ALLOWANCES.get(ends, ()))
    reasons = [condition(standing) for condition in step.conditions]
    for added in _CONDITIONS.get(ends, ()):
        reasons.extend(added(cycle))
    if step.elsewhere is not None and not allowed:
        reasons.append(str(step.elsewhere))
    return [reason for reason in reasons if reason]


def open_points(step: Transition, standing: Standing, cycle: Cycle) -> list[str]:
    """What should be known before a step is taken, though it bars nothing."""
    points = [point(standing) for point in step.points]
    for added in _POINTS.get((step.leaves, step.enters), ()):
        points.extend(added(cycle))
    return [point for point in points if point]


# -- reasons --------------------------------------------------------------------------------------


def why_no_such_step(leaves: str, enters: str) -> str:
    """Why a step is refused that the table does not have."""
    if transition(leaves, enters) is not None:
        return ""
    return _("没有从“%(leaves)s”到“%(enters)s”的步骤。") % _named(leaves, enters)


def why_not_propose(
    step: Transition, roles: Collection[str], pending: bool, other_heads: int
) -> str:
    """Why somebody may not propose a step, apart from what ``against`` says of the cycle.

    ``other_heads`` are the heads on duty besides them: nobody signs what they proposed.
    """
    if not set(step.proposers) & set(roles):
        told = in_a_row(str(ROLES[role].name) for role in step.proposers)
        return _("这一步由%(who)s提出。") % {"who": told}
    if pending:
        return _("已有一项阶段变更等待签署，请先完成签署或撤回。")
    if "group_head" in roles and other_heads < step.heads:
        return _(
            "提出人不能签署自己提出的事项，除您以外的组长不足 %(heads)s 位。请由党建办经办人提出。"
        ) % {"heads": step.heads}
    return ""


def lacking(
    step: Transition, *, reason: str, meeting_on: date | None, meeting_number: str, day: date
) -> dict[str, str]:
    """What a proposal does not say though it must, field by field."""
    wrong: dict[str, str] = {}
    if step.reason and not reason.strip():
        wrong["reason"] = _("请写明退回的理由。")
    if step.meeting and meeting_on is None:
        wrong["meeting_on"] = _("请填写会议日期。")
    if step.meeting and meeting_on is not None and meeting_on > day:
        wrong["meeting_on"] = _("会议日期不能晚于今天。")
    if step.meeting and not meeting_number.strip():
        wrong["meeting_number"] = _("请填写会议编号，如会议纪要的文号。")
    return wrong


def why_not_sign(
    *, is_head: bool, closed: bool, stage_left: bool, signed: bool, proposed: bool
) -> str:
    """Why somebody may not sign a proposed step; ``proposed`` if it is they who proposed it."""
    if not is_head:
        return _("阶段变更由领导小组组长签署。")
    if closed or stage_left:
        return _("这项阶段变更已经生效或撤回，不需要再签署。")
    if proposed:
        return _("提出人不能签署自己提出的事项。")
    if signed:
        return _("您已经签署，还需要另一位组长签署。")
    return ""


def why_not_drop(*, may: bool, closed: bool) -> str:
    """Why somebody may not withdraw a proposed step."""
    if closed:
        return _("这项阶段变更已经生效或撤回。")
    return "" if may else _("由党建办经办人或领导小组组长撤回。")


def why_not_decide(stage: str, pending: bool) -> str:
    """Why decisions, lead departments and links to lists cannot be changed now (A60)."""
    if stage != "prepare":
        return _("方案已经通过，决定事项、牵头部门和清单依据不能再改；需要改的写入下一年度方案。")
    if pending:
        return _("已提请通过，正在等待签署；要修改请先撤回。")
    return ""


def why_not_change_scheme(stage: str, pending: bool) -> str:
    """Why a cycle cannot take another version of the scheme."""
    if stage != "prepare":
        return _("方案已经通过，不能换成另一个版本；需要改的写入下一年度方案。")
    return why_not_decide(stage, pending)


def why_not_set_up(*, has_period: bool, year: int, comprehensive_already: str) -> str:
    """Why no cycle can be set up; ``comprehensive_already`` names the one that the year has."""
    if not has_period:
        return _("这份方案没有写考核期（period），不能设立年度。")
    if comprehensive_already:
        told = {"year": year, "scheme": comprehensive_already}
        return (
            _("%(year)s年度已有一次综合考核（%(scheme)s）。每年只集中开展一次综合考核：三(一)。")
            % told
        )
    return ""


def why_not_withdraw(*, stage: str, touched: bool) -> str:
    """Why a cycle that was set up cannot be taken back."""
    if stage != "prepare":
        return _("方案已经通过，年度不能撤销。")
    if touched:
        return _("这个年度已经有签署、决定事项、分工或数据，不能撤销。")
    return ""


def why_not_copy(*, last: date | None, year: int) -> str:
    """Why no copy for another year can be made of a scheme."""
    if last is None:
        return _("这份方案没有写考核期（period），不能按年度复制。")
    if year == last.year:
        return _("这份方案已经是%(year)s年度的。") % {"year": year}
    return ""


def why_not_move_deadline(stage: str) -> str:
    """Why the dates of a cycle's steps cannot be moved."""
    if STAGES.index(stage) >= STAGES.index("published"):
        return _("结果已经公布，时间安排不能再改。")
    return ""


def why_not_exempt(stage: str) -> str:
    """Why no area can be exempted, or an exemption lifted."""
    if STAGES.index(stage) >= STAGES.index("review"):
        return _("已进入复核，免予考核的居民区不能再变；需要变动的请先退回计分。")
    return ""


# -- the table as text ----------------------------------------------------------------------------


def transitions_as_text() -> str:
    """The table as a state diagram in Mermaid's words, in the language that is active."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {stage}: {_stage_name(stage)}" for stage in STAGES]
    lines.append(f"    [*] --> {STAGES[0]}")
    for step in TRANSITIONS:
        lines.append(f"    {step.leaves} --> {step.enters}: {_told(step)}")
    lines.append(f"    {STAGES[-1]} --> [*]")
    return "\n".join(lines) + "\n"


def _told(step: Transition) -> str:
    who = in_a_row(str(ROLES[role].name) for role in step.proposers)
    parts = [_("%(who)s提出") % {"who": who}]
    if step.heads:
        parts.append(_("%(number)s 位组长签署") % {"number": step.heads})
    if step.meeting:
        parts.append(_("写明会议日期和编号"))
    if step.reason:
        parts.append(_("写明理由"))
    return _("，").join(parts)


def _named(leaves: str, enters: str) -> dict[str, str]:
    return {"leaves": _stage_name(leaves), "enters": _stage_name(enters)}


def _stage_name(stage: str) -> str:
    return str(STAGE_NAMES.get(stage, stage))
