"""A year of the demonstration town that is over: decided, published, read, archived."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kaohe.outputs.papers.letters import Terms
from kaohe.web.cycles.actions import propose_stage, sign_stage
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.demonstration.days import on, who
from kaohe.web.demonstration.pay import lay_staff_accounts
from kaohe.web.evidence.actions import keep_waiver
from kaohe.web.evidence.models import Waiver
from kaohe.web.publication.models import PublishedArea
from kaohe.web.publication.publishing import mark_read, prepare
from kaohe.web.registry.models import Area
from kaohe.web.results.actions import run_scoring
from kaohe.web.results.models import Run
from kaohe.web.results.presenters import checks_shown


def step(cycle: Cycle, stage: str, at: datetime, **given: Any) -> None:
    """The clerk proposes a step, both heads sign it."""
    change = propose_stage(cycle, stage, by=who("clerk", at), at=at, **given)
    for head in ("group_head", "group_head2"):
        sign_stage(change, by=who(head, at), at=at + timedelta(hours=2))
    cycle.refresh_from_db()


def settle(cycle: Cycle) -> None:
    """The leading group accepts what the first run found unmet; a second run is final."""
    run = Run.objects.filter(cycle=cycle).first()
    assert run is not None, "settled after it was scored"
    at = on(cycle.year + 1, 1, 16)
    areas = {area.area_id: area for area in Area.objects.filter(town=cycle.town)}
    for check in checks_shown(run, scheme_of(cycle)):
        if check.bars:
            row = Waiver(
                town=cycle.town,
                cycle=cycle,
                area=areas[check.subject],
                check_id=check.id,
                reason="已说明情况，经会议研究认可（演示）",
                meeting_on=at.date(),
                meeting_number=f"领导小组〔{cycle.year + 1}〕2号",
            )
            keep_waiver(row, by=who("group_member", at), at=at, seen=None)
    run_scoring(cycle, by=who("clerk", at), at=at + timedelta(hours=1))


def publish(cycle: Cycle) -> None:
    """A year in review is published after the meeting of January, and archived in spring."""
    at = on(cycle.year + 1, 1, 24)
    cycle.refresh_from_db()
    until = at.date() + timedelta(days=7)
    terms = Terms(day=at.date(), objections_to="镇党建办", until=until)
    prepare(cycle, terms, by=who("clerk", at), at=at)
    number = f"领导小组〔{cycle.year + 1}〕3号"
    lay_staff_accounts(cycle.town, by=who("finance", at), at=at)
    step(cycle, "published", at, meeting_on=at.date(), meeting_number=number)
    for row in PublishedArea.objects.filter(cycle=cycle).order_by("pk")[::2]:
        mark_read(row, by=who("secretary", at), at=at + timedelta(days=3))
    step(cycle, "archived", on(cycle.year + 1, 3, 28))
