"""A year on its way to adoption: lists of duties, options taken, departments in the lead."""

from __future__ import annotations

from datetime import date

from kaohe.web.audit.models import Event
from kaohe.web.cycles import actions, deciding
from kaohe.web.cycles.items import blocks, items
from kaohe.web.cycles.models import Cycle, StageChange
from kaohe.web.cycles.rules import against, open_points, transition
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.cycles.standing import standing_of
from kaohe.web.registry.models import DutyEntry, DutyList
from tests.web.cast import NOW, TODAY, Cast

MEETING = {"meeting_on": TODAY, "meeting_number": "会议纪要〔2024〕3号"}


def in_stage(cast: Cast, stage: str) -> Cycle:
    """The year 2024 as if it had come to a stage."""
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage=stage)
    return cast.cycle


def duty_entry(cast: Cast) -> DutyEntry:
    """An entry of the list of assisted matters."""
    found = DutyEntry.objects.filter(town=cast.town).first()
    if found is not None:
        return found
    duties = DutyList.objects.create(
        town=cast.town, kind="assisting", edition="2024", adopted_on=date(2024, 1, 10)
    )
    return DutyEntry.objects.create(
        town=cast.town, duty_list=duties, number="1", matter="协助开展议事协商"
    )


def decide_all(cast: Cast) -> None:
    """Every open question gets its default."""
    decisions = scheme_of(cast.cycle).decisions
    taken = {name: (decision.default, "") for name, decision in decisions.items()}
    deciding.take_decisions(cast.cycle, taken, by=cast.person("clerk"), at=NOW)


def assign_all(cast: Cast) -> None:
    """Every block is led by 社建办, every item rests on one entry."""
    scheme, entry = scheme_of(cast.cycle), duty_entry(cast)
    leads = {block.node: cast.department("社建办").pk for block in blocks(scheme)}
    links = {node: [entry.pk] for node in items(scheme)}
    deciding.assign_duties(cast.cycle, leads, links, by=cast.person("clerk"), at=NOW)


def ready(cast: Cast) -> Cycle:
    """A cycle in preparation against whose adoption nothing stands."""
    in_stage(cast, "prepare")
    decide_all(cast)
    assign_all(cast)
    return cast.cycle


def proposed(cast: Cast) -> StageChange:
    """A cycle whose adoption waits for two signatures."""
    return actions.propose_stage(ready(cast), "adopted", by=cast.person("clerk"), at=NOW, **MEETING)


def told_of_step(cycle: Cycle, enters: str) -> tuple[list[str], list[str]]:
    """What bars a step, and what is only to be known before it."""
    step = transition(cycle.stage, enters)
    assert step is not None
    standing = standing_of(cycle)
    return against(step, standing, cycle), open_points(step, standing, cycle)


def acts() -> list[str]:
    """What the log says was done, oldest first."""
    return list(Event.objects.order_by("number").values_list("act", flat=True))
