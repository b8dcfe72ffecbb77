"""What happens to areas, counts and staff posts; each act is one event of the log.

An act that the state of things forbids raises PermissionDenied with the rule's reason; what was
typed and cannot be raises ValidationError at its field.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kaohe.web.accounts.models import Town
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import Actor, Stale, name_of, record, save_row
from kaohe.web.clock import day_of
from kaohe.web.registry import rules
from kaohe.web.registry.models import Area, AreaCount, CountDoubt, Department, Snapshot, StaffPost
from kaohe.web.registry.progress import SnapshotProgress, progress_of
from kaohe.web.ui.acts import refuse


def _mend(field: str, reason: str) -> None:
    """What was typed cannot be."""
    if reason:
        raise ValidationError({field: reason})


# -- departments --------------------------------------------------------------------------------


@transaction.atomic
def register_departments(codes: Collection[str], *, by: Person, at: datetime) -> list[Department]:
    """Departments by the codes of the scheme; their full names are entered later.

    One that stands already stays as it is; where all do, nothing happens.
    """
    town = Town.objects.select_for_update().get(pk=by.user.town_id)
    known = set(Department.objects.filter(town=town).values_list("code", flat=True))
    new = [Department(town=town, code=code, name=code) for code in codes if code not in known]
    for department in new:
        department.full_clean()
        department.save()
    if new:
        told = "、".join(department.code for department in new)
        about, after = Department._meta.label_lower, {"codes": [one.code for one in new]}
        record("registry.departments_registered", by=by, at=at, about=about, told=told, after=after)
    return new


# -- areas --------------------------------------------------------------------------------------


def set_up_area(area: Area, *, by: Actor, at: datetime, seen: int | None = None) -> None:
    """A new area from its first day on, or corrections to one that stands."""
    if area.pk is not None and area.until_on is not None:
        _mend("from_on", rules.why_not_on(area.from_on, area.until_on))
    act = "registry.area_set_up" if area.pk is None else None
    save_row(area, by=by, at=at, seen=seen, act=act)


@transaction.atomic
def merge_area(
    area: Area, *, into: Area, on: date, by: Actor, at: datetime, seen: int | None = None
) -> None:
    """An area becomes part of another; ``on`` is the last day on which it stands by itself.

    Its counts, cases and staff of the year go to the successor (``facts.successor_ids``).
    """
    refuse(rules.why_not_end_area(_standing(area).until_on))
    _mend("on", rules.why_not_on(area.from_on, on))
    reason = rules.why_not_into(area.area_id, into.area_id, (into.from_on, into.until_on), on)
    _mend("into", reason)
    area.until_on, area.successor = on, into
    told = f"{area} → {into} {on}"
    save_row(area, by=by, at=at, seen=seen, act="registry.area_merged", told=told)


@transaction.atomic
def split_area(area: Area, *, new: Area, by: Actor, at: datetime) -> None:
    """A new area is split off one that goes on; it begins on ``new.from_on``."""
    standing = _standing(area)
    refuse(rules.why_not_end_area(standing.until_on))
    reason = rules.why_not_split_on((standing.from_on, standing.until_on), new.from_on)
    _mend("from_on", reason)
    told = f"{area} → {new} {new.from_on}"
    save_row(new, by=by, at=at, act="registry.area_split", told=told)


@transaction.atomic
def close_area(
    area: Area, *, on: date, reason: str, by: Actor, at: datetime, seen: int | None = None
) -> None:
    """An area ends on a day and nothing follows it; its facts of the year count for nobody."""
    refuse(rules.why_not_end_area(_standing(area).until_on))
    _mend("on", rules.why_not_on(area.from_on, on))
    area.until_on = on
    save_row(area, by=by, at=at, seen=seen, act="registry.area_closed", reason=reason)


@transaction.atomic
def restore_area(
    area: Area, *, reason: str, by: Actor, at: datetime, seen: int | None = None
) -> None:
    """Take back a merger or a closing that was recorded by mistake."""
    refuse(rules.why_not_restore_area(_standing(area).until_on))
    area.until_on, area.successor = None, None
    save_row(area, by=by, at=at, seen=seen, act="registry.area_restored", reason=reason)


def _standing(area: Area) -> Area:
    """The row as it stands, held until the act is done."""
    return Area.objects.select_for_update().get(pk=area.pk)


# -- counts -------------------------------------------------------------------------------------


@transaction.atomic
def save_snapshot(snapshot: Snapshot, *, by: Actor, at: datetime, seen: int | None = None) -> None:
    """A snapshot is planned, or its day corrected while it is open."""
    if snapshot.pk is not None:
        refuse(rules.why_not_change_count(_held(snapshot).frozen_at))
    others = Snapshot.objects.filter(town=snapshot.town, year=snapshot.year).order_by("number")
    days = others.exclude(pk=snapshot.pk).values_list("counted_on", flat=True)
    before = days.filter(number__lt=snapshot.number).last()
    after = days.filter(number__gt=snapshot.number).first()
    reason = rules.why_not_snapshot_on(snapshot.year, snapshot.counted_on, before, after)
    _mend("counted_on", reason)
    save_row(snapshot, by=by, at=at, seen=seen)


@transaction.atomic
def save_count(count: AreaCount, *, by: Actor, at: datetime, seen: int | None = None) -> None:
    """Enter or correct what an open snapshot says of an area.

    New numbers want a new confirmation; a doubt about the old ones is answered by them.
    """
    snapshot = _held(count.snapshot)
    refuse(rules.why_not_change_count(snapshot.frozen_at))
    lasts = (count.area.from_on, count.area.until_on)
    _mend("area", rules.why_not_count_area(lasts, snapshot.counted_on))
    if count.pk is not None and count_differs(count):
        count.confirmed_at = None
        answer_by_numbers([count], by=by, at=at)
    save_row(count, by=by, at=at, seen=seen)


def count_differs(count: AreaCount) -> bool:
    """Whether the numbers are others than those that stand."""
    stands = AreaCount.objects.get(pk=count.pk)
    return (stands.households, stands.party_members) != (count.households, count.party_members)


def answer_by_numbers(counts: list[AreaCount], *, by: Actor, at: datetime) -> None:
    """Doubts about numbers that have been replaced are answered; part of the act that did it."""
    _answered(counts, _("数字已更正。"), by=by, at=at)


@transaction.atomic
def freeze_snapshot(snapshot: Snapshot, *, by: Actor, at: datetime) -> None:
    """Nothing in a snapshot changes any more: codes are issued and shares are computed by it."""
    held = _held(snapshot)
    progress = progress_of(held)
    refuse(why_not_freeze(progress, day_of(at)))
    held.frozen_at = snapshot.frozen_at = at
    held.version += 1
    held.save(update_fields=["frozen_at", "version"])
    told = _("%(snapshot)s：%(areas)s 个居民区，%(households)s 户，党员 %(members)s 人") % {
        "snapshot": held,
        "areas": len(progress.counts),
        "households": progress.households,
        "members": progress.party_members,
    }
    numbers = {
        count.area.area_id: [count.households, count.party_members] for count in progress.counts
    }
    record(
        "registry.snapshot_frozen",
        by=by,
        at=at,
        about=name_of(held),
        told=told,
        after={"counted_on": held.counted_on, "counts": numbers},
    )


def why_not_freeze(progress: SnapshotProgress, today: date) -> str:
    """The rule, asked of a snapshot as it stands."""
    return rules.why_not_freeze(
        progress.snapshot.frozen_at,
        progress.snapshot.counted_on,
        today,
        [str(area) for area in progress.uncounted],
        [str(doubt.count.area) for doubt in progress.open_doubts],
    )


@transaction.atomic
def confirm_count(count: AreaCount, *, by: Actor, at: datetime, seen: int | None = None) -> None:
    """The area's secretary finds the numbers right; a doubt of the area's own is settled by that.

    Confirmed once more, nothing happens. Raises Stale if the numbers are no longer those seen.
    """
    refuse(rules.why_not_confirm(_held(count.snapshot).frozen_at))
    held = AreaCount.objects.select_for_update().get(pk=count.pk)
    if held.confirmed_at is not None:
        return
    if seen is not None and held.version != seen:
        raise Stale(held)
    held.confirmed_at = at
    held.version += 1
    held.save(update_fields=["confirmed_at", "version"])
    _answered([held], _("居民区已确认数字无误。"), by=by, at=at)
    record(
        "registry.count_confirmed",
        by=by,
        at=at,
        about=name_of(held),
        told=str(held),
        after={"households": held.households, "party_members": held.party_members},
    )


@transaction.atomic
def doubt_count(doubt: CountDoubt, *, by: Actor, at: datetime) -> None:
    """The area's secretary says what is wrong with the numbers; the clerk corrects or answers."""
    refuse(rules.why_not_confirm(_held(doubt.count.snapshot).frozen_at))
    count = AreaCount.objects.select_for_update().get(pk=doubt.count_id)
    refuse(rules.why_not_doubt(count.doubts.filter(answered_at=None).count()))
    if count.confirmed_at is not None:
        count.confirmed_at = None
        count.version += 1
        count.save(update_fields=["confirmed_at", "version"])
    doubt.raised_by, doubt.raised_at = by.name, at
    save_row(doubt, by=by, at=at, act="registry.count_doubted")


@transaction.atomic
def answer_doubt(doubt: CountDoubt, *, answer: str, by: Actor, at: datetime) -> None:
    """The numbers stay, and the area is told why."""
    held = CountDoubt.objects.select_for_update().get(pk=doubt.pk)
    refuse(rules.why_not_answer(held.answered_at))
    held.answer, held.answered_by, held.answered_at = answer, by.name, at
    save_row(held, by=by, at=at, act="registry.doubt_answered", told=f"{held.count}：{answer}")


def _held(snapshot: Snapshot) -> Snapshot:
    """The snapshot as it stands, held so that it is not frozen in between."""
    return Snapshot.objects.select_for_update().get(pk=snapshot.pk)


def _answered(counts: list[AreaCount], answer: str, *, by: Actor, at: datetime) -> None:
    doubts = CountDoubt.objects.filter(count__in=counts, answered_at=None)
    doubts.update(answer=answer, answered_by=by.name, answered_at=at)


# -- staff --------------------------------------------------------------------------------------


@transaction.atomic
def save_staff_post(post: StaffPost, *, by: Actor, at: datetime, seen: int | None = None) -> None:
    """Somebody takes a role in an area, or what is known of it is corrected."""
    others = StaffPost.objects.filter(
        town=post.town, staff_id=post.staff_id, area=post.area, role=post.role
    ).exclude(pk=post.pk)
    stretches = [(other.from_on, other.until_on) for other in others]
    _mend("from_on", rules.why_not_stretch((post.from_on, post.until_on), stretches))
    save_row(post, by=by, at=at, seen=seen)


@transaction.atomic
def end_staff_post(
    post: StaffPost, *, on: date, by: Actor, at: datetime, seen: int | None = None
) -> None:
    """A staff post ends; ``on`` is its last day. The row stays."""
    held = StaffPost.objects.select_for_update().get(pk=post.pk)
    refuse(rules.why_not_end_post(held.until_on, day_of(at)))
    _mend("on", rules.why_not_on(post.from_on, on))
    post.until_on = on
    save_row(post, by=by, at=at, seen=seen, act="registry.staff_post_ended")
