"""The inbox: cases that a provider's program pushes one by one, until they become a file.

A case is known by its id, and each telling of it by the provider's own version number. Pushing is
idempotent: a telling that is there already changes nothing, an older one is left aside, and the
same number with other content is a conflict that the provider has to settle. What the inbox holds
of a part of the year becomes a version of that part by ``delivering.take_delivery``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from kaohe.values.text import Text
from kaohe.web.audit.actions import name_of, record
from kaohe.web.cycles.delivering import asked_of, remembered
from kaohe.web.cycles.delivery_rules import part_written
from kaohe.web.cycles.models import Cycle, Delivery
from kaohe.web.hotline.facts import CASE_ID, CASES
from kaohe.web.hotline.inbox_cells import Cells, Reader, Refused, differing, storable
from kaohe.web.hotline.models import PushedCase
from kaohe.web.registry.models import Source

MOST_CASES = 500
"""So many cases are told in one request."""
MOST_NUMBER = 2**31 - 1

TAKEN = frozenset({"accepted", "updated"})
"""Outcomes by which the inbox has changed."""


@dataclass(frozen=True)
class Outcome:
    """What came of one case: ``accepted``, ``updated``, ``known``, ``older``, ``conflict`` or
    ``refused``; ``number`` is the version that the inbox holds now."""

    case_id: str
    status: str
    number: int | None = None
    problem: Refused | None = None
    unknown: Sequence[str] = ()


@dataclass(frozen=True)
class Telling:
    """One telling of a case, read and masked."""

    case_id: str
    number: int
    cells: Cells
    unknown: Sequence[str]


# -- cases come in --------------------------------------------------------------------------------


def push(
    cycle: Cycle, source: Source, part: str, told: Sequence[object], *, at: datetime
) -> list[Outcome]:
    """Take cases into the inbox, as one act; what came of each, in the order given.

    Raises PermissionDenied where the source cannot hand in cases of the cycle now.
    """
    asked = asked_of(cycle, source, CASES)
    reader = Reader(asked.declared, remembered(source, CASES), asked.only)
    read = [_read(reader, one) for one in told]
    with transaction.atomic():
        # Requests of one source wait for each other: of two tellings at once one is the first.
        Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
        stand = _standing(cycle, source, read)
        changed: dict[str, PushedCase] = {}
        found = [
            one if isinstance(one, Outcome) else _judged(one, part, stand, changed) for one in read
        ]
        for row in changed.values():
            row.town, row.cycle, row.source, row.received_at = source.town, cycle, source, at
        if changed:
            _save(changed.values())
            _record_push(cycle, source, part, found, changed.values(), at)
    return found


def _read(reader: Reader, told: object) -> Telling | Outcome:
    """A case of a request: an object with ``case_id``, ``version`` and ``cells``."""
    case_id = told.get(CASE_ID) if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(case_id, str):
        return Outcome("", "refused", problem=Refused("wrong_case", _A_CASE))
    try:
        return _telling(reader, case_id.strip(), told)
    except Refused as problem:
        shown = case_id.strip() if storable(case_id) else ""
        return Outcome(shown, "refused", problem=problem)


def _telling(reader: Reader, case_id: str, told: Mapping[str, Any]) -> Telling:
    longest = PushedCase._meta.get_field(CASE_ID).max_length or 0
    if not 0 < len(case_id) <= longest or not storable(case_id):
        raise Refused("wrong_value", _an_id(longest), CASE_ID)
    number, cells = told.get("version"), told.get("cells")
    if type(number) is not int or not 0 < number <= MOST_NUMBER:
        raise Refused("wrong_value", _A_NUMBER, "version")
    if not isinstance(cells, dict):
        raise Refused("wrong_type", _CELLS, "cells")
    read, unknown = reader.read(cells)
    if read.pop(CASE_ID, case_id) != case_id:
        zh, en = "与这个办件的编号不同", "not the id of this case"
        raise Refused("wrong_value", Text(zh=zh, en=en), CASE_ID)
    return Telling(case_id, number, read, unknown)


def _standing(
    cycle: Cycle, source: Source, read: Iterable[Telling | Outcome]
) -> dict[str, PushedCase]:
    ids = {one.case_id for one in read if isinstance(one, Telling)}
    rows = PushedCase.objects.filter(cycle=cycle, source=source, case_id__in=ids)
    return {row.case_id: row for row in rows}


def _judged(
    one: Telling, part: str, stand: dict[str, PushedCase], changed: dict[str, PushedCase]
) -> Outcome:
    """What becomes of a telling beside the one that stands; what changes is put into both."""
    row = stand.get(one.case_id)
    if row is not None:
        if one.number < row.number:
            return Outcome(one.case_id, "older", row.number)
        if part != row.part:
            problem = Refused("other_part", _PART, "part")
            return Outcome(one.case_id, "conflict", row.number, problem)
        if one.number == row.number:
            return _beside(one, row)
    taken = PushedCase(case_id=one.case_id, part=part, number=one.number, cells=one.cells)
    taken.version = row.version + 1 if row is not None else 1
    stand[one.case_id] = changed[one.case_id] = taken
    status = "updated" if row is not None else "accepted"
    return Outcome(one.case_id, status, one.number, unknown=one.unknown)


def _beside(one: Telling, row: PushedCase) -> Outcome:
    """What becomes of a telling beside one of the same number."""
    field = differing(row.cells, one.cells)
    if field is None:
        return Outcome(one.case_id, "known", row.number, unknown=one.unknown)
    problem = Refused("other_content", _CONTENT, field)
    return Outcome(one.case_id, "conflict", row.number, problem)


def _save(rows: Iterable[PushedCase]) -> None:
    """Add what is new; what is told anew takes the place of what was told before."""
    PushedCase.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["cycle", "source", "case_id"],
        update_fields=["number", "cells", "delivery", "version", "received_at"],
    )


def _record_push(
    cycle: Cycle,
    source: Source,
    part: str,
    found: Iterable[Outcome],
    changed: Iterable[PushedCase],
    at: datetime,
) -> None:
    """One event: how many cases, and a digest of what they say; nothing of it."""
    statuses = [one.status for one in found]
    told = f"+{statuses.count('accepted')} ±{statuses.count('updated')}"
    record(
        "hotline.cases_pushed",
        by=source.machine,
        at=at,
        about=name_of(cycle),
        told=" ".join(filter(None, (source.name, part, told))),
        after={row.case_id: [row.number, row.cells] for row in changed},
    )


# -- how it stands -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A part of a source's inbox: cases, how many no version has taken into account yet, when the
    last was received, and the newest version of the part, whatever it came from."""

    source: Source
    part: str
    cases: int
    waiting: int
    received_at: datetime
    newest: Delivery | None


def parts_of(cycle: Cycle, sources: Iterable[Source]) -> list[Part]:
    """The parts of the inboxes of some sources, by source and name."""
    found = []
    for source in sources:
        newest = {one.part: one for one in versions_of(cycle, source).order_by("number")}
        counted = PushedCase.objects.filter(cycle=cycle, source=source).order_by("part")
        lines = counted.values("part").annotate(
            cases=Count("pk"),
            waiting=Count("pk", filter=Q(delivery=None)),
            last=Max("received_at"),
        )
        for one in lines:
            part = one["part"]
            line = Part(source, part, one["cases"], one["waiting"], one["last"], newest.get(part))
            found.append(line)
    return found


def cases_of(cycle: Cycle, source: Source, ids: Iterable[str]) -> dict[str, PushedCase]:
    """What the inbox of a source holds under some ids."""
    rows = PushedCase.objects.filter(cycle=cycle, source=source)
    found = rows.filter(case_id__in=[one for one in ids if storable(one)])
    return {row.case_id: row for row in found.select_related("delivery")}


def inbox_of(cycle: Cycle, source: Source, part: str) -> QuerySet[PushedCase]:
    """What was told of a part, cases that were taken back among it."""
    rows = PushedCase.objects.filter(cycle=cycle, source=source, part=part)
    return rows.order_by(CASE_ID)


def versions_of(cycle: Cycle, source: Source) -> QuerySet[Delivery]:
    """The versions of a source's cases, whatever they came from."""
    return Delivery.objects.filter(cycle=cycle, source=source, table=CASES)


# -- what requests say ---------------------------------------------------------------------------


def part_of(told: object) -> str:
    """The part that a request names; none is the whole year in one. Raises Refused."""
    longest = PushedCase._meta.get_field("part").max_length or 0
    text = part_written(told) if isinstance(told, str) else None
    if text is None or len(text) > longest or not text.isprintable() or not storable(text):
        zh, en = f"应为批次的名称，不超过 {longest} 个字", f"the name of a part, up to {longest}"
        raise Refused("wrong_value", Text(zh=zh, en=en), "part")
    return text


_A_CASE = Text(
    zh="每个办件应为含 case_id（文字）、version、cells 的对象",
    en="each case is an object with case_id (text), version and cells",
)
_A_NUMBER = Text(zh="应为大于 0 的整数", en="a whole number above 0")
_CELLS = Text(zh="应为列名和值的对象", en="an object of column names and values")
_PART = Text(
    zh="这个办件已在另一批次，更正也在那一批次报送",
    en="the case stands in another part; corrections are told in that part",
)
_CONTENT = Text(
    zh="同一版本号报过不同的内容，更正请用更大的版本号",
    en="the same version was told with other content; a correction takes a higher version",
)


def _an_id(longest: int) -> Text:
    zh, en = f"应为编号，不空，不超过 {longest} 个字", f"an id, not empty, at most {longest}"
    return Text(zh=zh, en=f"{en} characters")
