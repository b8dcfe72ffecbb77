"""What is decided about a cycle before any data is seen: options, lead departments, links."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kaohe.scheme.model import Scheme
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import Stale, name_of, record
from kaohe.web.audit.models import Event
from kaohe.web.cycles import rules
from kaohe.web.cycles.items import blocks
from kaohe.web.cycles.models import BlockLead, Choice, Cycle, DutyLink
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.cycles.standing import is_pending
from kaohe.web.registry.models import Department, DutyEntry


def choices_seen(cycle: Cycle) -> str:
    """A mark of the options as they stand, by which a form tells whether somebody was faster."""
    return _mark(Choice.objects.filter(cycle=cycle).values_list("decision", "option", "reason"))


def duties_seen(cycle: Cycle) -> str:
    """A mark of lead departments and links as they stand."""
    leads = BlockLead.objects.filter(cycle=cycle).values_list("node", "department_id")
    links = DutyLink.objects.filter(cycle=cycle).values_list("node", "entry_id")
    return _mark([*(("lead", *one) for one in leads), *(("link", *one) for one in links)])


def _mark(rows: Iterable[tuple[Any, ...]]) -> str:
    return sha256(json.dumps(sorted(map(list, rows))).encode()).hexdigest()[:32]


def _to_be_prepared(cycle: Cycle) -> Cycle:
    """The cycle, held until the act is done; refused once it is adopted or put up for it."""
    cycle = Cycle.objects.select_for_update(of=("self",)).select_related("scheme").get(pk=cycle.pk)
    reason = rules.why_not_decide(cycle.stage, is_pending(cycle))
    if reason:
        raise PermissionDenied(reason)
    return cycle


@transaction.atomic
def take_decisions(
    cycle: Cycle,
    taken: Mapping[str, tuple[str, str]],
    *,
    by: Person,
    at: datetime,
    seen: str | None = None,
) -> Event | None:
    """Take options: decision → (option, reason). Only what differs is written; None if nothing.

    Raises PermissionDenied once the scheme is adopted or put up for it, Stale where somebody else
    decided since the form was shown, ValidationError for an option that there is not.
    """
    cycle = _to_be_prepared(cycle)
    if seen is not None and seen != choices_seen(cycle):
        raise Stale(cycle)
    scheme = scheme_of(cycle)
    stand = {row.decision: row for row in Choice.objects.filter(cycle=cycle)}
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for name, (option, reason) in taken.items():
        if name not in scheme.decisions or option not in scheme.decisions[name].options:
            raise ValidationError(_("没有这个选项：%(which)s") % {"which": f"{name}={option}"})
        row = stand.get(name) or Choice(town_id=cycle.town_id, cycle=cycle, decision=name)
        if [row.option, row.reason] == [option, reason]:
            continue
        before[name], after[name] = [row.option, row.reason], [option, reason]
        row.option, row.reason, row.by, row.at = option, reason, by.name, at
        row.version += 1 if row.pk else 0
        row.full_clean()
        row.save()
    if not after:
        return None
    told = f"{cycle}：{_answers(scheme, {name: option for name, (option, _why) in after.items()})}"
    return record(
        "cycles.decided",
        by=by,
        at=at,
        about=name_of(cycle),
        told=told,
        before=before,
        after=after,
    )


def _answers(scheme: Scheme, taken: Mapping[str, str]) -> str:
    """Questions with their answers, as the log tells them."""
    return "；".join(
        f"{scheme.decisions[name].question.zh}{scheme.decisions[name].options[option].zh}"
        for name, option in taken.items()
    )


@transaction.atomic
def assign_duties(
    cycle: Cycle,
    leads: Mapping[str, int | None],
    links: Mapping[str, Collection[int]],
    *,
    by: Person,
    at: datetime,
    seen: str | None = None,
) -> Event | None:
    """Set the lead department of each block and the entries of lists that each item rests on.

    Departments and entries are given by key. What is not named stays; None if nothing differs.
    Raises PermissionDenied and Stale as ``take_decisions`` does, ValidationError for a node,
    department or entry that the town's cycle does not have.
    """
    cycle = _to_be_prepared(cycle)
    before = duties_seen(cycle)
    if seen is not None and seen != before:
        raise Stale(cycle)
    if not _is_known(cycle, leads, links):
        raise ValidationError(_("所选的科室或清单事项不在本镇登记之内，请刷新后重选。"))
    for node, department in leads.items():
        _lead(cycle, node, department)
    for node, entries in links.items():
        _link(cycle, node, entries)
    after = duties_seen(cycle)
    if after == before:
        return None
    return record(
        "cycles.duties_assigned",
        by=by,
        at=at,
        about=name_of(cycle),
        told=_("%(cycle)s：牵头部门和清单依据") % {"cycle": cycle},
        before={"duties": before},
        after={"duties": after},
    )


def _is_known(
    cycle: Cycle, leads: Mapping[str, int | None], links: Mapping[str, Collection[int]]
) -> bool:
    """Whether nodes are those of the scheme, departments and entries those of the town."""
    known = blocks(scheme_of(cycle))
    items = {item.node for block in known for item in block.items}
    town = cycle.town_id
    departments = set(Department.objects.filter(town=town).values_list("pk", flat=True))
    entries = set(DutyEntry.objects.filter(town=town).values_list("pk", flat=True))
    return (
        leads.keys() <= {block.node for block in known}
        and links.keys() <= items
        and {one for one in leads.values() if one is not None} <= departments
        and {entry for one in links.values() for entry in one} <= entries
    )


def _lead(cycle: Cycle, node: str, department: int | None) -> None:
    rows = BlockLead.objects.filter(cycle=cycle, node=node)
    if department is None:
        rows.delete()
    elif not rows.filter(department=department).exists():
        rows.delete()
        BlockLead.objects.create(
            cycle=cycle, node=node, department_id=department, town_id=cycle.town_id
        )


def _link(cycle: Cycle, node: str, entries: Collection[int]) -> None:
    rows = DutyLink.objects.filter(cycle=cycle, node=node)
    rows.exclude(entry__in=entries).delete()
    there = set(rows.values_list("entry_id", flat=True))
    DutyLink.objects.bulk_create(
        DutyLink(cycle=cycle, node=node, entry_id=entry, town_id=cycle.town_id)
        for entry in sorted(set(entries) - there)
    )
