"""A file that was shown and agreed to is applied: one transaction, one event."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from kaohe.web.accounts.models import Town
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import record
from kaohe.web.registry.intake.kinds import Kind
from kaohe.web.registry.intake.plans import Plan
from kaohe.web.registry.intake.reading import Read
from kaohe.web.registry.models import Snapshot
from kaohe.web.registry.rules import why_not_change_count


class Overtaken(Exception):
    """The town has changed since the file was shown: what it would do now is something else."""


@transaction.atomic
def take_in(
    kind: Kind,
    read: Read,
    snapshot: Snapshot | None,
    *,
    file_name: str,
    file_sha256: str,
    agreed: str,
    by: Person,
    at: datetime,
) -> Plan:
    """Do what the file says, if that is still what was ``agreed`` (the digest of the plan shown).

    Without anything to add or change nothing happens, and nothing is written to the log.
    """
    town = Town.objects.select_for_update().get(pk=by.user.town_id)
    if snapshot is not None:
        snapshot = Snapshot.objects.select_for_update().get(pk=snapshot.pk)
        if reason := why_not_change_count(snapshot.frozen_at):
            raise PermissionDenied(reason)
    plan = kind.plan(read.rows, town, snapshot)
    if read.faults or plan.faults or plan.digest != agreed:
        raise Overtaken
    if plan.changes:
        plan.apply(by, at)
        told = (
            f"{kind.title}{f'（{snapshot}）' if snapshot is not None else ''}："
            f"+{plan.added} ±{plan.changed} ={plan.unchanged}；{file_name[:120]} {file_sha256}"
        )
        record(
            "registry.taken_in",
            by=by,
            at=at,
            about=kind.model._meta.label_lower,
            told=told,
            before={"rows": [[one.name, [cell[1] for cell in one.cells]] for one in plan.changes]},
            after={"rows": [[one.name, [cell[2] for cell in one.cells]] for one in plan.changes]},
        )
    return plan
