"""How far the departments are: sheets filled and signed, blocks signed by their leads. No marks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kaohe.web.accounts.people import Person
from kaohe.web.cycles.items import Block
from kaohe.web.cycles.models import BlockLead, Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.models import BlockSignature, SheetSignature
from kaohe.web.evidence.sheet_contents import (
    Sheet,
    is_head,
    marked_blocks,
    marking_departments,
    names_of_departments,
    sheets_of,
    signed_codes,
    unsigned_departments,
)
from kaohe.web.evidence.sheet_presenters import Spread, column_spread
from kaohe.web.evidence.sheet_rules import why_not_sign_block
from kaohe.web.registry.models import Department
from kaohe.web.ui.templatetags.ui import told


@dataclass(frozen=True)
class DepartmentProgress:
    """How far one department's sheet is."""

    department: Department
    filled: int
    cells: int
    comments_missing: int
    signature: SheetSignature | None


@dataclass(frozen=True)
class BlockProgress:
    """How far one block is: its lead, who has not signed yet, and why it cannot be signed."""

    block: Block
    lead: Department | None
    unsigned: list[str]
    signature: BlockSignature | None
    refused: str


@dataclass(frozen=True)
class Progress:
    """The whole of it; ``unknown`` are departments of the scheme that the town does not have."""

    departments: list[DepartmentProgress]
    unknown: list[str]
    blocks: list[BlockProgress]
    sheets: list[Sheet]


def progress_of_cycle(cycle: Cycle, person: Person) -> Progress:
    """Departments and blocks in the scheme's order."""
    scheme = scheme_of(cycle)
    departments, unknown = marking_departments(cycle, scheme)
    sheets = sheets_of(cycle, departments, scheme)
    return Progress(
        [
            DepartmentProgress(
                sheet.department,
                sheet.filled,
                sheet.cells,
                sheet.comments_missing,
                sheet.signature,
            )
            for sheet in sheets
        ],
        unknown,
        block_progress(cycle, marked_blocks(scheme), person),
        sheets,
    )


def block_progress(cycle: Cycle, blocks: Iterable[Block], person: Person) -> list[BlockProgress]:
    """How far blocks are, and whether this person can sign them now."""
    leads = {
        lead.node: lead.department
        for lead in BlockLead.objects.filter(cycle=cycle).select_related("department")
    }
    signatures = {
        signature.node: signature
        for signature in BlockSignature.objects.filter(cycle=cycle, withdrawn_at=None)
    }
    signed, names = signed_codes(cycle), names_of_departments(cycle)
    found = []
    for block in blocks:
        lead, signature = leads.get(block.node), signatures.get(block.node)
        unsigned = unsigned_departments(block, signed, names)
        refused = why_not_sign_block(
            cycle.stage,
            signature.by if signature is not None else "",
            unsigned,
            is_lead=lead is not None and lead.code in person.departments,
            is_head=lead is not None and is_head(person, lead),
        )
        found.append(BlockProgress(block, lead, unsigned, signature, refused))
    return found


def led_blocks(cycle: Cycle, department: Department) -> list[Block]:
    """The blocks that a department leads."""
    nodes = set(
        BlockLead.objects.filter(cycle=cycle, department=department).values_list("node", flat=True)
    )
    return [block for block in marked_blocks(scheme_of(cycle)) if block.node in nodes]


def item_spreads(sheets: Iterable[Sheet]) -> list[tuple[str, str, Spread]]:
    """Department, item and spread, for those who may know: always in the scheme's order (A31)."""
    return [
        (sheet.department.name, told(item.label), column_spread(sheet, item))
        for sheet in sheets
        for item in sheet.items
    ]
