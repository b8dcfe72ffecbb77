"""Signatures under sheets and blocks, and how a signed sheet is opened again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import content_of, name_of, record
from kaohe.web.cycles.holding import held_cycle
from kaohe.web.cycles.models import BlockLead, Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.models import BlockSignature, Reopening, SheetSignature
from kaohe.web.evidence.sheet_actions import name_of_sheet
from kaohe.web.evidence.sheet_contents import (
    held_sheet,
    is_head,
    marked_blocks,
    names_of_departments,
    scorers_of,
    signed_codes,
    unsigned_departments,
)
from kaohe.web.evidence.sheet_rules import (
    read_comment,
    why_not_ask_reopening,
    why_not_decide_reopening,
    why_not_sign,
    why_not_sign_block,
)
from kaohe.web.registry.models import Department
from kaohe.web.ui.acts import refuse


class SheetChanged(Exception):
    """The sheet is not any more what the person had before them when they signed it."""


@transaction.atomic
def sign_sheet(
    *, cycle: Cycle, department: Department, seen: int, by: Person, at: datetime
) -> SheetSignature:
    """The head signs the whole sheet; from then on it is closed.

    ``seen`` is the edition of the sheet that the head had before them. Raises SheetChanged if it
    has changed since, and PermissionDenied if it cannot be signed.
    """
    sheet = held_sheet(cycle, department)
    reason = why_not_sign(
        sheet.cycle.stage,
        sheet.signed_by,
        is_head=is_head(by, department),
        empty=sheet.cells - sheet.filled,
        comments_missing=sheet.comments_missing,
    )
    refuse(reason)
    if seen != sheet.edition:
        raise SheetChanged
    signature = SheetSignature.objects.create(
        town=sheet.cycle.town, cycle=sheet.cycle, department=department, by=by.name, at=at
    )
    marks = {"/".join(key): content_of(mark) for key, mark in sheet.marks.items()}
    record(
        "evidence.sheet_signed",
        by=by,
        at=at,
        about=name_of_sheet(sheet),
        told=str(department),
        after={"signature": content_of(signature), "marks": marks},
    )
    return signature


@transaction.atomic
def ask_reopening(
    *, cycle: Cycle, department: Department, reason: str, by: Person, at: datetime
) -> Reopening:
    """The department asks for its signed sheet to be opened again.

    Raises PermissionDenied if that cannot be, and ValidationError without a reason.
    """
    sheet = held_sheet(cycle, department)
    asked = Reopening.objects.filter(cycle=cycle, department=department, granted=None).exists()
    refuse(why_not_ask_reopening(sheet.cycle.stage, sheet.signed_by, asked=asked))
    told = _reason(reason, _("请写明为什么要重新评分。"))
    request = Reopening.objects.create(
        town=sheet.cycle.town,
        cycle=sheet.cycle,
        department=department,
        reason=told,
        asked_by=by.name,
        asked_at=at,
    )
    record(
        "evidence.reopening_asked",
        by=by,
        at=at,
        about=name_of(request),
        told=str(department),
        reason=told,
        after=content_of(request),
    )
    return request


@transaction.atomic
def grant_reopening(request: Reopening, *, answer: str, by: Person, at: datetime) -> Reopening:
    """The sheet is open again; the signatures of the blocks that it touches are no longer valid.

    Raises PermissionDenied if it cannot be, and ValidationError for an answer that is too long.
    """
    told = _reason(answer)
    decided, before = _decided(request, granted=True, answer=told, by=by, at=at)
    cycle, department = decided.cycle, decided.department
    in_force = SheetSignature.objects.filter(cycle=cycle, department=department, reopened_at=None)
    in_force.update(reopened_at=at)
    touched_blocks = marked_blocks(scheme_of(cycle))
    nodes = [block.node for block in touched_blocks if department.code in scorers_of(block)]
    touched = BlockSignature.objects.filter(cycle=cycle, node__in=nodes, withdrawn_at=None)
    withdrawn = sorted(touched.values_list("node", flat=True))
    touched.update(withdrawn_at=at)
    record(
        "evidence.reopening_granted",
        by=by,
        at=at,
        about=name_of(decided),
        told=str(department),
        reason=told,
        before=before,
        after={**content_of(decided), "blocks_withdrawn": withdrawn},
    )
    return decided


@transaction.atomic
def refuse_reopening(request: Reopening, *, answer: str, by: Person, at: datetime) -> Reopening:
    """The sheet stays closed. Raises ValidationError without a reason."""
    told = _reason(answer, _("请写明不同意的理由。"))
    decided, before = _decided(request, granted=False, answer=told, by=by, at=at)
    record(
        "evidence.reopening_refused",
        by=by,
        at=at,
        about=name_of(decided),
        told=str(decided.department),
        reason=told,
        before=before,
        after=content_of(decided),
    )
    return decided


def _decided(
    request: Reopening, *, granted: bool, answer: str, by: Person, at: datetime
) -> tuple[Reopening, dict[str, Any]]:
    cycle = held_cycle(request.cycle)
    found = Reopening.objects.select_related("department").get(pk=request.pk)
    refuse(why_not_decide_reopening(cycle.stage, decided=found.granted is not None))
    before = content_of(found)
    found.cycle = cycle
    found.granted, found.answer = granted, answer
    found.decided_by, found.decided_at = by.name, at
    found.version += 1
    found.save()
    return found, before


def _reason(text: str, missing: str = "") -> str:
    """A reason as it is stored; without one ValidationError says what is ``missing``, if it is."""
    told, wrong = read_comment(text)
    if wrong or (missing and not told):
        raise ValidationError(wrong or missing)
    return told


@transaction.atomic
def sign_block(*, cycle: Cycle, node: str, by: Person, at: datetime) -> BlockSignature:
    """The head of the lead department signs that a block is complete.

    Raises PermissionDenied if that cannot be.
    """
    held = held_cycle(cycle)
    scheme = scheme_of(held)
    (block,) = (block for block in marked_blocks(scheme) if block.node == node)
    lead = BlockLead.objects.filter(cycle=held, node=node).select_related("department").first()
    standing = BlockSignature.objects.filter(cycle=held, node=node, withdrawn_at=None).first()
    unsigned = unsigned_departments(block, signed_codes(held), names_of_departments(held))
    reason = why_not_sign_block(
        held.stage,
        standing.by if standing is not None else "",
        unsigned,
        is_lead=lead is not None and lead.department.code in by.departments,
        is_head=lead is not None and is_head(by, lead.department),
    )
    refuse(reason)
    assert lead is not None
    signature = BlockSignature.objects.create(
        town=held.town, cycle=held, node=node, department=lead.department, by=by.name, at=at
    )
    record(
        "evidence.block_signed",
        by=by,
        at=at,
        about=name_of(signature),
        told=f"{lead.department} · {block.label.zh}",
        after=content_of(signature),
    )
    return signature
