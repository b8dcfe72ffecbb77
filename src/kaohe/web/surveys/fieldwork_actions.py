"""What the town does about a third party: names and checks it, draws its sample, hands it over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.db import transaction

from kaohe.analysis.sampling import DrawnHousehold, digest
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import name_of, record, save_row
from kaohe.web.cycles.facts import counted_areas
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.registry.models import Area, Source
from kaohe.web.surveys import fieldwork_rules as rules
from kaohe.web.surveys import fieldwork_sampling as sampling
from kaohe.web.surveys.fieldwork_standing import draw_of, missing_checks
from kaohe.web.surveys.models import Round, SampleDraw, SampleHousehold, Vendor, VendorCheck
from kaohe.web.ui.acts import refuse

AT_ONCE = 1000
"""So many rows are written by one statement."""


@transaction.atomic
def name_vendor(
    held: Round, source: Source, *, by: Person, at: datetime, seen: int | None = None
) -> Vendor:
    """Say which third party does the fieldwork; another one counts nothing that was checked."""
    locked = Round.objects.select_for_update().get(pk=held.pk)
    vendor = Vendor.objects.filter(round=locked).first()
    draw = draw_of(vendor)
    refuse(
        rules.why_not_name_vendor(
            manner=locked.manner,
            handed_over=draw is not None and draw.handed_over_at is not None,
            state=locked.state,
        )
    )
    if vendor is None:
        vendor = Vendor(town_id=locked.town_id, cycle_id=locked.cycle_id, round=locked)
    elif vendor.source_id != source.pk:
        vendor.checks.all().delete()
    vendor.source = source
    save_row(vendor, by=by, at=at, act="surveys.vendor_named", seen=seen)
    return vendor


@transaction.atomic
def note_check(
    vendor: Vendor, kind: str, found: str, checked_on: date, *, by: Person, at: datetime
) -> VendorCheck:
    """Note what came of a check, in place of what was noted before."""
    held = Vendor.objects.select_for_update().select_related("round").get(pk=vendor.pk)
    refuse(rules.why_not_note_check(kind, held.round.state))
    row = held.checks.filter(kind=kind).first()
    if row is None:
        row = VendorCheck(town_id=held.town_id, cycle_id=held.cycle_id, vendor=held, kind=kind)
    row.found, row.checked_on = found, checked_on
    row.noted_by, row.noted_at = by.name, at
    save_row(row, by=by, at=at, act="surveys.vendor_checked")
    return row


def why_not_draw(held: Round, vendor: Vendor | None) -> str:
    """Why no sample can be drawn for a round now."""
    scheme = scheme_of(held.cycle)
    return rules.why_not_draw(
        named=vendor is not None,
        drawn=draw_of(vendor) is not None,
        state=held.state,
        samples=len(held.samples),
        checks=sum(len(sampling.checks_for(scheme, one)) for one in held.samples),
        counted=bool(counted_areas(held.cycle)),
    )


def sizes_of(held: Round) -> list[sampling.AreaSize]:
    """How many households of each area a round's sample takes."""
    [check] = sampling.checks_for(scheme_of(held.cycle), held.samples[0])
    return sampling.sizes_of(
        sampling.asks_of(held.cycle, check), sampling.frame_of_cycle(held.cycle)
    )


@transaction.atomic
def draw_sample(
    vendor: Vendor,
    *,
    response: int,
    back_check_share: int,
    seed: str,
    by: Person,
    at: datetime,
) -> SampleDraw:
    """Draw the main list and the reserves of every area, so many as the scheme's check takes.

    ``response`` and ``back_check_share`` are per cent. Raises PermissionDenied with the areas whose
    register is too small.
    """
    locked = Round.objects.select_for_update().select_related("cycle").get(pk=vendor.round_id)
    refuse(why_not_draw(locked, vendor))
    [check] = sampling.checks_for(scheme_of(locked.cycle), locked.samples[0])
    frame = sampling.frame_of_cycle(locked.cycle)
    areas = sampling.sizes_of(sampling.asks_of(locked.cycle, check), frame)
    refuse(
        rules.why_frame_too_small(
            (one.name, one.size, one.there) for one in areas if one.there < one.size
        )
    )
    sizes = {one.area_id: one.size for one in areas}
    text = sampling.frame_text(frame, sizes)
    draw = SampleDraw.objects.create(
        town_id=locked.town_id,
        cycle_id=locked.cycle_id,
        vendor=vendor,
        check_id=check,
        response=response,
        back_check_share=back_check_share,
        seed=seed,
        frame_sha256=digest(text),
        drawn_by=by.name,
        drawn_at=at,
    )
    _keep_frame(draw, text)
    lists = sampling.drawn(frame, sizes, seed, rules.share(response))
    _write_list(draw, lists)
    record(
        "surveys.sample_drawn",
        by=by,
        at=at,
        about=name_of(draw),
        told=f"{draw} {draw.frame_sha256}",
        after={"seed": seed, "frame": draw.frame_sha256, "response": response, "sizes": sizes},
    )
    return draw


def _keep_frame(draw: SampleDraw, text: str) -> None:
    folder = draw.frame_path.parent
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8", newline="") as file:
        file.write(text)
    Path(file.name).replace(draw.frame_path)


def _write_list(draw: SampleDraw, lists: Mapping[str, Sequence[DrawnHousehold]]) -> None:
    areas = {area.area_id: area for area in Area.objects.filter(town=draw.town_id)}
    SampleHousehold.objects.bulk_create(
        [
            SampleHousehold(
                town_id=draw.town_id,
                cycle_id=draw.cycle_id,
                draw=draw,
                area=areas[area],
                building=one.building,
                household_id=one.household,
                place=one.place,
                reserve=one.reserve,
                stands_by=one.stands_by,
            )
            for area, households in lists.items()
            for one in households
        ],
        batch_size=AT_ONCE,
    )


@transaction.atomic
def hand_over(vendor: Vendor, *, by: Person, at: datetime) -> SampleDraw:
    """Let the third party's people see their list; nobody of the town's sees it."""
    held = Vendor.objects.select_for_update().get(pk=vendor.pk)
    draw = draw_of(held)
    refuse(
        rules.why_not_hand_over(
            drawn=draw is not None,
            handed_over=draw is not None and draw.handed_over_at is not None,
            missing=missing_checks(held),
        )
    )
    assert draw is not None, "the rule has refused a round without a draw"
    draw.handed_over_by, draw.handed_over_at = by.name, at
    save_row(draw, by=by, at=at, act="surveys.sample_handed_over")
    return draw


@transaction.atomic
def note_download(draw: SampleDraw, households: int, *, by: Person, at: datetime) -> None:
    """Put into the log that somebody took the list along."""
    record(
        "surveys.sample_downloaded",
        by=by,
        at=at,
        about=name_of(draw),
        told=f"{draw} {households}",
    )
