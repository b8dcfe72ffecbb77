"""What comes back from the third party: files area by area, single interviews.

Ballots go under seal into the round's box before anything else is written; the database learns how
each case ended and by whom, never what was answered. Should the machine stop between the two, the
same file or interview sent again puts both right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from kaohe.scheme.asking import Answers
from kaohe.values.faults import Fault
from kaohe.values.text import Text
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import name_of, record, save_row
from kaohe.web.clock import day_of
from kaohe.web.surveys import boxes, fieldwork_box
from kaohe.web.surveys import fieldwork_rules as rules
from kaohe.web.surveys.fieldwork_standing import missing_checks, sample_of
from kaohe.web.surveys.models import (
    ReturnFile,
    ReturnMapping,
    Round,
    SampleDraw,
    SampleHousehold,
)
from kaohe.web.surveys.response_rates import ANSWERED
from kaohe.web.surveys.return_headings import Mapped
from kaohe.web.surveys.return_values import Numbers
from kaohe.web.surveys.returns import TABLE, Returned, Returns, read_returns
from kaohe.web.surveys.rounds import asking_of
from kaohe.web.surveys.sealing import Contents, seal
from kaohe.web.surveys.vendor_fields import HOUSEHOLD, INTERVIEWER
from kaohe.web.ui.acts import refuse
from kaohe.web.ui.uploads import CheckedUpload


@dataclass(frozen=True)
class Taken:
    """What came of a file: how it was read, all that is wrong with it, and what is kept of it."""

    returns: Returns
    faults: tuple[Fault, ...]
    file: ReturnFile | None


def _held(draw: SampleDraw) -> Round:
    """The round of a draw, held against being closed meanwhile; refuse where it takes nothing."""
    held = Round.objects.select_for_update().select_related("cycle").get(pk=draw.vendor.round_id)
    refuse(
        rules.why_not_take(
            handed_over=draw.handed_over_at is not None,
            missing=missing_checks(draw.vendor),
            state=held.state,
        )
    )
    return held


def _shut(word: str) -> PermissionDenied:
    return PermissionDenied(rules.told_shut(word))


# -- files ----------------------------------------------------------------------------------------


def take_returns(
    draw: SampleDraw,
    upload: CheckedUpload,
    *,
    said: Mapped,
    numbers: Numbers | None,
    by: Person,
    at: datetime,
    submission: UUID | None = None,
) -> Taken:
    """Read a file and, if nothing is wrong with it, put its ballots into the box.

    It replaces all that files brought before of the areas that are in it. ``said`` are columns as
    somebody explained them just now; what they say is remembered for the source. The uploaded file
    is removed whatever comes of it.
    """
    try:
        mapping = _remembered(draw, said, numbers)
        asked = asking_of(draw.vendor.round).asked
        returns = read_returns(
            upload.path, asked, sample_of(draw), said=mapping.columns, numbers=numbers
        )
    finally:
        upload.discard()
    with transaction.atomic():
        held = _held(draw)
        mapping.save()
        households = _households_in(draw, returns.rows)
        faults = (*returns.faults, *_own_faults(returns, households))
        if faults:
            _record_refused(draw, upload, len(faults), by, at)
            return Taken(returns, faults, None)
        _seal_all(held, returns.rows, day_of(at).isoformat())
        _write_dispositions(households, returns.rows)
        _release(draw, {row.area_id for row in households.values()})
        file = _kept(draw, upload, returns.rows, submission, by, at)
    return Taken(returns, (), file)


def _remembered(draw: SampleDraw, said: Mapped, numbers: Numbers | None) -> ReturnMapping:
    source = draw.vendor.source
    mapping = ReturnMapping.objects.filter(source=source).first() or ReturnMapping(
        town_id=draw.town_id, source=source
    )
    mapping.columns = {**mapping.columns, **said}
    mapping.numbers = numbers or ""
    return mapping


def _households_in(
    draw: SampleDraw, rows: Iterable[Returned]
) -> dict[tuple[str, str], SampleHousehold]:
    """The drawn households of every area that is in the file, by area and id."""
    areas = {row.area for row in rows}
    found = draw.households.select_for_update(of=("self",)).filter(area__area_id__in=areas)
    return {(one.area.area_id, one.household_id): one for one in found.select_related("area")}


def _own_faults(
    returns: Returns, households: Mapping[tuple[str, str], SampleHousehold]
) -> list[Fault]:
    """What only the database knows to be wrong: ballots that were entered, numbers too long."""
    headings = {field: heading for heading, field in returns.mapped.items()}
    faults = []
    for row in returns.rows:
        household = households[row.area, row.household]
        if household.entered and household.disposition in ANSWERED:
            expected = Text(
                zh="这一户的答卷已在录入页交过，不应再在文件里",
                en="no row: this household's ballot was entered on the page",
            )
            column = headings.get(HOUSEHOLD)
            faults.append(Fault(TABLE, row.row, column, row.household, expected))
        if len(row.interviewer) > rules.LONGEST_INTERVIEWER:
            most = rules.LONGEST_INTERVIEWER
            expected = Text(zh=f"最多 {most} 个字符", en=f"at most {most} characters")
            column = headings.get(INTERVIEWER)
            faults.append(Fault(TABLE, row.row, column, row.interviewer, expected))
    return faults


def _seal_all(held: Round, rows: Sequence[Returned], day: str) -> None:
    asking, sample = asking_of(held), held.samples[0]
    batches = {}
    for area in {row.area for row in rows}:
        answered = [row for row in rows if row.area == area and row.disposition in ANSWERED]
        batches[area] = fieldwork_box.Batch(
            voters=tuple(row.household for row in answered),
            sealed=tuple(
                seal(
                    Contents(area, sample, row.answers, row.took, by=row.interviewer),
                    asking.length,
                    held.public_keys,
                )
                for row in answered
            ),
        )
    word = fieldwork_box.replace_batches(boxes.box_of(held.tag), sample, day, batches)
    if word != fieldwork_box.TAKEN:
        raise _shut(word)


def _write_dispositions(
    households: Mapping[tuple[str, str], SampleHousehold], rows: Iterable[Returned]
) -> None:
    """How each case ended. A household of the area that the file leaves out is open again, unless
    its case was entered on a page."""
    told = {(row.area, row.household): row for row in rows}
    for where, one in households.items():
        row = told.get(where)
        if row is not None:
            one.disposition, one.interviewer = row.disposition, row.interviewer
            one.entered = False
        elif not one.entered:
            one.disposition, one.interviewer = "", ""
    SampleHousehold.objects.bulk_update(
        households.values(), ["disposition", "interviewer", "entered"], batch_size=200
    )


def _release(draw: SampleDraw, area_keys: Iterable[int]) -> None:
    """Release the reserves that are now wanted in these areas."""
    for area in sorted(area_keys):
        rows = {one.pk: one for one in draw.households.filter(area=area)}
        listed = [
            rules.Listed(
                one.pk,
                one.building,
                one.place,
                one.reserve,
                one.stands_by,
                one.replaces_id,
                one.disposition,
            )
            for one in rows.values()
        ]
        for key, lost in rules.releases(listed).items():
            rows[key].replaces_id = lost
            rows[key].save(update_fields=["replaces"])


def _kept(
    draw: SampleDraw,
    upload: CheckedUpload,
    rows: Sequence[Returned],
    submission: UUID | None,
    by: Person,
    at: datetime,
) -> ReturnFile:
    file = ReturnFile(
        town_id=draw.town_id,
        cycle_id=draw.cycle_id,
        submission=submission,
        vendor=draw.vendor,
        file_name=upload.name[-200:],
        sha256=upload.sha256,
        areas=sorted({row.area for row in rows}),
        rows=len(rows),
        ballots=sum(row.disposition in ANSWERED for row in rows),
        uploaded_by=by.name,
        uploaded_at=at,
    )
    told = f"{draw} {file.rows}/{file.ballots} {file.sha256}"
    save_row(file, by=by, at=at, act="surveys.returns_taken", told=told)
    return file


def _record_refused(
    draw: SampleDraw, upload: CheckedUpload, faults: int, by: Person, at: datetime
) -> None:
    record(
        "surveys.returns_refused",
        by=by,
        at=at,
        about=name_of(draw.vendor),
        told=f"{draw} {upload.sha256}",
        after={"faults": faults},
    )


# -- single interviews ----------------------------------------------------------------------------


@transaction.atomic
def enter_interview(
    household: SampleHousehold,
    *,
    disposition: str,
    answers: Answers,
    by: Person,
    at: datetime,
) -> SampleHousehold:
    """Note how a case ended and, where it brought answers, put them under seal at once.

    Answers of somebody who broke off are kept nowhere. Raises PermissionDenied where the round, or
    the household, takes nothing more.
    """
    held = _held(household.draw)
    row = SampleHousehold.objects.select_for_update(of=("self",)).select_related("draw", "area")
    one = row.get(pk=household.pk)
    to_ask = not one.reserve or one.replaces_id is not None
    refuse(rules.why_not_enter(to_ask=to_ask, disposition=one.disposition))
    given = answers if disposition in ANSWERED else {}
    refuse(rules.why_not_disposition(disposition, len(given)))
    if given:
        _seal_one(held, one, given, by.username, day_of(at).isoformat())
    one.disposition, one.interviewer, one.entered = disposition, by.username, True
    save_row(one, by=by, at=at, act="surveys.interview_entered", told=f"{one.draw}")
    _release(one.draw, [one.area_id])
    return one


def _seal_one(held: Round, one: SampleHousehold, answers: Answers, by: str, day: str) -> None:
    asking, sample = asking_of(held), held.samples[0]
    area = one.area.area_id
    outcome = fieldwork_box.put_interview(
        boxes.box_of(held.tag),
        one.household_id,
        sample,
        area,
        day,
        lambda: seal(Contents(area, sample, answers, by=by), asking.length, held.public_keys),
    )
    # A ballot that is in the box although the case is open came just before a stop of the machine.
    if outcome.word not in (fieldwork_box.TAKEN, "used"):
        raise _shut(outcome.word)
