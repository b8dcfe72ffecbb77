"""What happens to objections: asked, taken back, decided by two, settled by a new run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import Stale, save_row
from kaohe.web.clock import day_of
from kaohe.web.cycles.holding import held_cycle
from kaohe.web.cycles.models import Cycle
from kaohe.web.publication import objection_rules as rules
from kaohe.web.publication.models import (
    FactsConfirmed,
    Objection,
    ObjectionTerms,
    ObjectionWord,
)
from kaohe.web.publication.objection_deciders import why_not_decide
from kaohe.web.publication.objection_facts import LONGEST_FACT, matters_of
from kaohe.web.publication.objection_terms import Term, terms_of
from kaohe.web.publication.ruling_actions import newest_run
from kaohe.web.registry.models import Area
from kaohe.web.results.models import Run
from kaohe.web.ui.acts import refuse


def _locked(objection: Objection, seen: int | None) -> Objection:
    """An objection as it stands, held. Raises Stale if it is not as somebody saw it."""
    rows = Objection.objects.select_for_update(of=("self",))
    row = rows.select_related("cycle__scheme", "cycle__town", "area", "town").get(pk=objection.pk)
    if seen is not None and row.version != seen:
        raise Stale(row)
    return row


def is_secretary_of(person: Person, area_id: str) -> bool:
    """Whether somebody speaks for an area."""
    return any(post.role == "secretary" and area_id in post.scope for post in person.posts)


@dataclass(frozen=True)
class Said:
    """What an area says: in which kind of fact, of which row or figure, what it should be."""

    table: str
    fact: str
    right: str


def why_not_object(cycle: Cycle, term: Term | None, at: datetime) -> str:
    """Why an area may not object now."""
    last_on = term.last_on if term is not None else None
    return rules.why_not_object(stage=cycle.stage, last_on=last_on, day=day_of(at))


@transaction.atomic
def object_to(
    area: Area,
    cycle: Cycle,
    said: Said,
    *,
    by: Person,
    at: datetime,
    submission: UUID | None = None,
) -> Objection:
    """Object to one fact of an area. The same form sent twice gives the same objection.

    Raises ValidationError where the objection lacks something, PermissionDenied where the stage,
    the day or the person's posts forbid it.
    """
    held = held_cycle(cycle)
    sent = Objection.objects.filter(submission=submission).first() if submission else None
    if sent is not None:
        return sent
    own = is_secretary_of(by, area.area_id)
    refuse("" if own else _("异议由居民区书记为本居民区提出。"))
    refuse(why_not_object(held, terms_of(held).get(area.area_id), at))
    run = newest_run(held)
    assert run is not None, "there are no days without a run"
    kinds = {one.table: one.name for one in matters_of(run, area.area_id)}
    fact, right = said.fact.strip()[:LONGEST_FACT], said.right.strip()
    before = Objection.objects.filter(cycle=held, area=area, table=said.table, fact=fact)
    wrong = rules.wrong_in_objection(
        known=said.table in kinds, fact=fact, right=right, again=before.unsettled().exists()
    )
    if wrong:
        raise ValidationError(wrong)
    row = Objection(
        town=held.town,
        cycle=held,
        submission=submission,
        run=run,
        area=area,
        table=said.table,
        kind=kinds[said.table],
        fact=fact,
        right=right,
        asked_by=by.name,
        asker=by.username,
        asked_at=at,
    )
    save_row(row, by=by, at=at, act="publication.objection_asked")
    return row


@transaction.atomic
def withdraw_objection(
    objection: Objection, *, by: Person, at: datetime, seen: int | None = None
) -> Objection:
    """Take an objection back before it is decided. Raises PermissionDenied and Stale."""
    held_cycle(objection.cycle)
    row = _locked(objection, seen)
    own = is_secretary_of(by, row.area.area_id)
    refuse(rules.why_not_withdraw(state=row.state, own_area=own))
    row.state = "withdrawn"
    save_row(row, by=by, at=at, act="publication.objection_withdrawn")
    return row


@transaction.atomic
def decide_objection(
    objection: Objection,
    agrees: bool,
    reason: str,
    *,
    by: Person,
    at: datetime,
    seen: int | None = None,
) -> Objection:
    """Say whether an objection holds; with the second word of the same opinion it is decided.

    Raises ValidationError where a refusal has no reason, PermissionDenied and Stale.
    """
    stage = held_cycle(objection.cycle).stage
    row, reason = _locked(objection, seen), reason.strip()
    refuse("" if by.has(rules.DECIDING) else _("异议由领导小组和纪检监察决定。"))
    refuse(why_not_decide(row, by, stage))
    if not agrees and not reason:
        raise ValidationError({"reason": _("认为不成立，请写明理由。")})
    ObjectionWord.objects.create(
        town=row.town,
        cycle=row.cycle,
        objection=row,
        agrees=agrees,
        reason=reason,
        username=by.username,
        by=by.name,
        at=at,
    )
    row.state = rules.outcome(list(row.words.values_list("agrees", flat=True)))
    row.decided_at = at if row.state != "open" else None
    act = "publication.objection_agreed" if agrees else "publication.objection_refused"
    save_row(row, by=by, at=at, act=act, reason=reason)
    return row


@transaction.atomic
def settle_objection(
    objection: Objection, text: str, *, by: Person, at: datetime, seen: int | None = None
) -> Objection:
    """Put down what was corrected, with the run that contains it. Raises PermissionDenied, Stale
    and ValidationError."""
    cycle = held_cycle(objection.cycle)
    row, run = _locked(objection, seen), newest_run(cycle)
    refuse("" if by.has("clerk") else _("更正情况由党建办登记。"))
    newer = run is not None and run.number > row.run.number
    refuse(rules.why_not_settle(stage=cycle.stage, state=row.state, newer_run=newer))
    if not text.strip():
        raise ValidationError({"text": _("请写明更正了什么。")})
    row.state, row.settled_run, row.settled_text = "settled", run, text.strip()
    row.settled_by, row.settled_at = by.name, at
    save_row(row, by=by, at=at, act="publication.objection_settled", reason=row.settled_text)
    return row


@transaction.atomic
def confirm_facts(area: Area, run: Run, *, by: Person, at: datetime) -> FactsConfirmed:
    """Say that the facts of an area are right as a run has scored them: nobody waits for it then.

    Said twice it is said once. Raises PermissionDenied where the stage or the person's posts forbid
    it, or another run counts.
    """
    cycle = held_cycle(run.cycle)
    refuse("" if is_secretary_of(by, area.area_id) else _("事实由居民区书记为本居民区核对。"))
    refuse("" if newest_run(cycle) == run else _("又有新的计分，请核对现在的事实。"))
    said = FactsConfirmed.objects.filter(run=run, area=area).first()
    if said is not None:
        return said
    own = Objection.objects.filter(cycle=cycle, area=area)
    waiting = own.unsettled().count()
    refuse(rules.why_not_confirm(stage=cycle.stage, waiting=waiting, confirmed=False))
    row = FactsConfirmed(town=cycle.town, cycle=cycle, run=run, area=area, by=by.name, at=at)
    save_row(row, by=by, at=at, act="publication.facts_confirmed")
    return row


@transaction.atomic
def keep_terms(row: ObjectionTerms, *, by: Person, at: datetime, seen: int | None = None) -> None:
    """Set a later last day for all areas. Raises ValidationError, PermissionDenied and Stale."""
    cycle = held_cycle(row.cycle)
    refuse(rules.why_not_extend(cycle.stage))
    regular = terms_of(cycle, later=False).values()
    reason = rules.wrong_in_terms(
        last_on=row.last_on,
        regular=max((one.last_on for one in regular), default=None),
        day=day_of(at),
    )
    if reason:
        raise ValidationError({"last_on": reason})
    save_row(row, by=by, at=at, act="publication.objections_extended", seen=seen, reason=row.reason)
