"""Handing published results on: labels of named areas as a workbook, with a record that stays."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kaohe.outputs.lists import list_workbook
from kaohe.scheme.nodes import labels_of
from kaohe.values.text import Text
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import name_of, record
from kaohe.web.cycles.models import Cycle
from kaohe.web.publication.contents import in_force
from kaohe.web.publication.export_rules import why_not_export
from kaohe.web.publication.models import Publication, PublishedArea
from kaohe.web.publication.yearly_facts import published_node, scheme_behind
from kaohe.web.publication.yearly_models import NamedExport
from kaohe.web.registry.models import StaffPost
from kaohe.web.registry.vocabulary import codes
from kaohe.web.ui.acts import refuse

TITLE = "年度考核结果"
"""Workbooks that leave the town are in Chinese, as other papers are."""


@dataclass(frozen=True)
class Wanted:
    """What an export is for, for whom, on which basis, and of which areas.

    ``roles`` are codes of roles: the ids of those who held one in the year stand beside their area.
    """

    purpose: str
    recipient: str
    basis: str
    areas: Sequence[str]
    roles: Sequence[str] = ()


@transaction.atomic
def make_export(
    cycle: Cycle, wanted: Wanted, *, by: Person, at: datetime, submission: UUID | None = None
) -> NamedExport:
    """Write the workbook and the record. Raises PermissionDenied with the reason against it.

    Only what is public is in it: no score, no rank, no tier.
    """
    publication = in_force(cycle)
    rows: list[PublishedArea] = []
    if publication is not None:
        found = publication.areas.filter(subject_id__in=wanted.areas)
        rows = list(found.order_by("subject_id"))
    public = publication is not None and published_node(scheme_behind(publication)) is not None
    refuse(why_not_export(published=publication is not None, has_labels=public, areas=len(rows)))
    assert publication is not None, "a year that was not published is refused"
    content = _workbook(publication, rows, wanted)
    export = NamedExport(
        town_id=cycle.town_id,
        cycle=cycle,
        purpose=wanted.purpose,
        recipient=wanted.recipient,
        basis=wanted.basis,
        what={
            "areas": {row.subject_id: row.name for row in rows},
            "roles": list(wanted.roles),
            "publication": publication.sha256,
        },
        sha256=hashlib.sha256(content).hexdigest(),
        made_by=by.name,
        made_at=at,
        submission=submission,
    )
    export.full_clean()
    export.save()
    export.path.parent.mkdir(parents=True, exist_ok=True)
    export.path.write_bytes(content)
    record(
        "publication.exported",
        by=by,
        at=at,
        about=name_of(export),
        told=f"{export}",
        reason=export.basis,
        after={"what": export.what, "sha256": export.sha256},
    )
    return export


def _workbook(publication: Publication, rows: Sequence[PublishedArea], wanted: Wanted) -> bytes:
    scheme = scheme_behind(publication)
    node = published_node(scheme)
    assert node is not None, "a scheme that makes nothing public is refused"
    label, known = scheme.nodes[node].label, labels_of(scheme.nodes[node])
    headings = ["居民区编号", "居民区", label.zh if label is not None else node]
    roles = codes("role", publication.cycle.town)
    headings += [roles.get(role, role) for role in wanted.roles]
    headings += ["用途", "提供给", "依据"]
    staff = _staff(publication.cycle, wanted.roles)
    table = [
        [
            row.subject_id,
            row.name,
            _told(row.labels.get(node, ""), known),
            *("、".join(staff.get((row.subject_id, role), [])) for role in wanted.roles),
            wanted.purpose,
            wanted.recipient,
            wanted.basis,
        ]
        for row in rows
    ]
    return list_workbook(f"{publication.cycle.year}{TITLE}", headings, table)


def _told(code: str, known: Mapping[str, Text]) -> str:
    return known[code].zh if code in known else ""


def _staff(cycle: Cycle, roles: Sequence[str]) -> dict[tuple[str, str], list[str]]:
    """The opaque ids of those who held a role of an area in the year."""
    found: dict[tuple[str, str], list[str]] = {}
    posts = StaffPost.objects.filter(town=cycle.town, role__in=roles)
    for post in posts.held_within(cycle.first, cycle.last).select_related("area"):
        people = found.setdefault((post.area.area_id, post.role), [])
        if post.staff_id not in people:
            people.append(post.staff_id)
    return found


@transaction.atomic
def record_taken(export: NamedExport, *, by: Person, at: datetime) -> None:
    """Whoever takes the file along leaves a trace."""
    record("publication.export_taken", by=by, at=at, about=name_of(export), told=f"{export}")
