"""The spot check as pages show it: how far each area is, and what can be done at a household."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kaohe.analysis.sampling import Frame, drawn
from kaohe.web.clock import day_of
from kaohe.web.evidence import spot_check_rules as rules
from kaohe.web.evidence.models import SpotCheckHousehold
from kaohe.web.evidence.spot_check_actions import answer_until
from kaohe.web.registry.models import Area

NAMES = dict(SpotCheckHousehold.OUTCOMES)


@dataclass(frozen=True)
class AreaStand:
    """How far one area is."""

    area: Area
    wanted: int
    settled: int
    waiting: int
    """Asked by one person, or by two who disagree."""
    findings: int
    """Found not visited and not settled: the area may answer, or the auditors have to decide."""
    false_visits: int
    reserves_left: int
    short: int
    """Households that are wanted but not there: too few were drawn."""

    @property
    def is_open(self) -> bool:
        """Whether some household that can be asked has no settled outcome yet."""
        return self.settled < self.wanted - self.short


def stands(households: Iterable[SpotCheckHousehold], size: int) -> list[AreaStand]:
    """Area by area, in the order of their ids."""
    by_area: dict[str, list[SpotCheckHousehold]] = {}
    for row in households:
        by_area.setdefault(row.area.area_id, []).append(row)
    return [_stand(by_area[area], size) for area in sorted(by_area)]


def _stand(rows: Sequence[SpotCheckHousehold], size: int) -> AreaStand:
    ordered = sorted(rows, key=lambda row: row.place)
    active = ordered[: rules.active_count([row.outcome for row in ordered], size)]
    settled = [row for row in active if row.settled_at and row.outcome in rules.JUDGED]
    kept = [row for row in active if row.outcome not in rules.REPLACED]
    return AreaStand(
        area=ordered[0].area,
        wanted=size,
        settled=len(settled),
        waiting=sum(bool(row.first_by) and not row.outcome for row in active),
        findings=sum(row.outcome == "not_confirmed" and not row.settled_at for row in active),
        false_visits=sum(row.outcome == "not_confirmed" for row in settled),
        reserves_left=len(ordered) - len(active),
        short=size - len(kept),
    )


@dataclass(frozen=True)
class Household:
    """One household to be asked, with what two people signed and what may be done now."""

    row: SpotCheckHousehold
    reserve: bool
    state: str
    tone: str
    signed: tuple[tuple[str, str], ...]
    """Who found what, by name."""
    found_on: date | None
    """The day from the next of which the area has time to answer a finding; with ``until``."""
    until: date | None
    not_sign: str
    not_answer: str
    not_settle: str

    @property
    def judged(self) -> str:
        """What the household counts as, in words, once that is settled."""
        settled = self.row.settled_at is not None and self.row.outcome in rules.JUDGED
        return self.outcome if settled else ""

    @property
    def outcome(self) -> str:
        """What both found, in words."""
        return str(NAMES.get(self.row.outcome, ""))


def shown_households(
    rows: Sequence[SpotCheckHousehold],
    *,
    active: Iterable[int],
    names: Mapping[str, str],
    username: str,
    today: date,
) -> list[Household]:
    """Households in their order; ``active`` are the keys of those to be asked."""
    asked = set(active)
    return [
        _household(row, row.pk in asked, names, username, today)
        for row in sorted(rows, key=lambda row: (row.area.area_id, row.place))
    ]


def active_keys(rows: Iterable[SpotCheckHousehold], size: int) -> list[int]:
    """The keys of the households of one area that are to be asked."""
    ordered = sorted(rows, key=lambda row: row.place)
    count = rules.active_count([row.outcome for row in ordered], size)
    return [row.pk for row in ordered[:count]]


def _household(
    row: SpotCheckHousehold, active: bool, names: Mapping[str, str], username: str, today: date
) -> Household:
    until = answer_until(row)
    settled, stage = row.settled_at is not None, row.cycle.stage
    signatures = ((row.first_by, row.first_outcome), (row.second_by, row.second_outcome))
    state, tone = _state(row, active)
    return Household(
        row=row,
        reserve=row.place > row.check_of.size,
        state=state,
        tone=tone,
        signed=tuple((names.get(by, by), str(NAMES[found])) for by, found in signatures if by),
        found_on=day_of(row.found_at) if row.found_at is not None else None,
        until=until if row.outcome == "not_confirmed" else None,
        not_sign=rules.why_not_sign(
            stage=stage,
            active=active,
            outcome=row.outcome,
            signers=(row.first_by, row.second_by),
            username=username,
        ),
        not_answer=rules.why_not_answer(
            stage=stage,
            outcome=row.outcome,
            answered=bool(row.answer),
            settled=settled,
            until=until,
            today=today,
        ),
        not_settle=rules.why_not_settle(
            stage=stage,
            outcome=row.outcome,
            answered=bool(row.answer),
            settled=settled,
            until=until,
            today=today,
        ),
    )


def _state(row: SpotCheckHousehold, active: bool) -> tuple[str, str]:
    """The state in words, and the tone of its tag."""
    if row.settled_at and row.outcome in rules.JUDGED:
        return _("已认定"), "good"
    if row.outcome in rules.REPLACED:
        return _("由替补代替"), "plain"
    if row.outcome:
        return (_("已说明，待认定") if row.answer else _("待居民区说明")), "warn"
    if row.second_by:
        return _("两人结果不一致"), "bad"
    if row.first_by:
        return _("待第二人核查"), "warn"
    return (_("待核查"), "plain") if active else (_("替补"), "plain")


@dataclass(frozen=True)
class Redrawn:
    """Whether the draw done again gives what is stored."""

    frame_kept: bool
    """The frame is there and is what its hash says."""
    same: bool
    """The same households in the same order."""
    unchanged: bool
    """The records of visits give the same frame today."""


def redrawn(
    frame: Frame | None,
    *,
    current: str,
    seed: str,
    count: int,
    frame_sha256: str,
    stored: Mapping[str, list[str]],
) -> Redrawn:
    """Draw again from a frame that was kept, and compare; ``current`` is the hash of today's."""
    again = drawn(frame, seed, count) if frame is not None else {}
    return Redrawn(
        frame_kept=frame is not None,
        same=frame is not None and again == dict(stored),
        unchanged=current == frame_sha256,
    )
