"""How far a cycle is, found in the database and put into words for the rules."""

from __future__ import annotations

from datetime import date

from kaohe.scheme.model import Scheme
from kaohe.web.accounts.models import Post
from kaohe.web.accounts.people import Person
from kaohe.web.cycles import rules
from kaohe.web.cycles.items import blocks
from kaohe.web.cycles.models import (
    BlockLead,
    Choice,
    Cycle,
    Delivery,
    DutyLink,
    Exemption,
    StageChange,
)
from kaohe.web.cycles.schemes import scheme_file, scheme_of
from kaohe.web.registry.models import Department
from kaohe.web.ui.templatetags.ui import told


def standing_of(cycle: Cycle) -> rules.Standing:
    """What the conditions of the table of stages ask about a cycle."""
    scheme = scheme_of(cycle)
    found = blocks(scheme)
    linked = set(DutyLink.objects.filter(cycle=cycle).values_list("node", flat=True))
    led = set(BlockLead.objects.filter(cycle=cycle).values_list("node", flat=True))
    return rules.Standing(
        faults=_faults(cycle) if cycle.stage == "prepare" else (),
        unanswered=tuple(
            told(decision.question)
            for name, decision in scheme.decisions.items()
            if name not in cycle.taken
        ),
        unlinked=tuple(
            told(item.label) for block in found for item in block.items if item.node not in linked
        ),
        without_lead=tuple(told(block.label) for block in found if block.node not in led),
        unknown_scorers=_unknown_scorers(scheme, cycle),
        has_facts=rules.has_facts(cycle),
    )


def is_pending(cycle: Cycle) -> bool:
    """Whether a proposed change of stage waits for signatures."""
    return cycle.stage_changes.filter(done_at=None, dropped_at=None).exists()


def is_touched(cycle: Cycle) -> bool:
    """Whether anything was proposed, decided, assigned or handed in since a cycle was set up."""
    kept = (StageChange, Choice, BlockLead, DutyLink, Exemption, Delivery)
    return any(model.objects.filter(cycle=cycle).exists() for model in kept) or rules.has_facts(
        cycle
    )


def heads_besides(person: Person, day: date) -> int:
    """How many heads of the leading group the town has on a day besides a person."""
    posts = Post.objects.held_on(day).filter(town=person.user.town, role="group_head")
    others = posts.filter(user__is_active=True).exclude(user=person.user)
    return others.values("user").distinct().count()


def _faults(cycle: Cycle) -> tuple[str, ...]:
    """What stops the scheme from scoring under the options taken; each option alone was tried."""
    findings = scheme_file(cycle.scheme).checked(cycle.taken)[1]
    return tuple(told(one.message) for one in findings if one.weight == "error")


def _unknown_scorers(scheme: Scheme, cycle: Cycle) -> tuple[str, ...]:
    known = set(Department.objects.filter(town=cycle.town_id).values_list("code", flat=True))
    named = (one for block in blocks(scheme) for item in block.items for one in item.scorers)
    return tuple(dict.fromkeys(one for one in named if one not in known))


def _delivered(cycle: Cycle) -> bool:
    return Delivery.objects.filter(cycle=cycle).exclude(state="withdrawn").exists()


rules.add_fact_probe(_delivered)
