"""What happens to a provider's file: taken, its columns explained, applied, signed, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Mapped
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import Actor, Stale, content_of, name_of, record
from kaohe.web.cycles import delivery_rules as rules
from kaohe.web.cycles.delivery_checking import (
    Asked,
    Checked,
    Tell,
    check_file,
    not_read,
    unlike_text,
    untold,
)
from kaohe.web.cycles.delivery_doors import Door, door_of, taken_table
from kaohe.web.cycles.delivery_headings import NOWHERE, Layout
from kaohe.web.cycles.delivery_presenters import title_of
from kaohe.web.cycles.delivery_storing import Draft, draft_of, reading_of, received_file
from kaohe.web.cycles.facts import names_of_areas, rows_referred_to, unsigned
from kaohe.web.cycles.models import Cycle, Delivery, Mapping
from kaohe.web.cycles.rules import add_condition, listed
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.registry.models import Source
from kaohe.web.ui.acts import refuse
from kaohe.web.ui.templatetags.ui import told

Words = Mapped[str, Mapped[str, str]]
Consequence = Callable[[Delivery, Person, datetime], object]
AT_THE_DOOR = 0.7
"""About so much of the work is done when a file has passed its door."""
_OBJECTIONS: list[Callable[[Delivery], str]] = []
_CONSEQUENCES: list[Consequence] = []


def add_objection(why_not: Callable[[Delivery], str]) -> None:
    """What else stands against a version taking effect: a function that gives a reason, or none."""
    _OBJECTIONS.append(why_not)


def add_consequence(follow: Consequence) -> None:
    """What else happens where a version takes effect, also again: a function of it, of whoever did
    it and of the time. It runs in the same transaction and may find the version known already.
    """
    _CONSEQUENCES.append(follow)


def _follow(delivery: Delivery, by: Person, at: datetime) -> None:
    for follow in _CONSEQUENCES:
        follow(delivery, by, at)


def objection_to(delivery: Delivery) -> str:
    """The first reason that a higher app has against a version taking effect."""
    return next((reason for why_not in _OBJECTIONS if (reason := why_not(delivery))), "")


@dataclass(frozen=True)
class Preparation:
    """What a higher app makes of a version before it counts.

    ``make`` may take long, is done outside of any transaction, and comes to the same end however
    often it is begun; ``is_made`` is asked at the moment at which the version comes to count.
    """

    make: Callable[[Delivery, Tell], None]
    is_made: Callable[[Delivery], bool]


_PREPARATIONS: dict[str, Preparation] = {}


def add_preparation(table: str, preparation: Preparation) -> None:
    """What has to be made of every version of a table before it counts."""
    _PREPARATIONS[table] = preparation


def is_prepared(table: str) -> bool:
    """Whether something is made of the versions of a table before they count, which takes time."""
    return table in _PREPARATIONS


def _locked(cycle: Cycle) -> Cycle:
    """The cycle as it stands, held until the act is done: acts on its files wait for each other."""
    return Cycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)


def asked_of(cycle: Cycle, source: Source, table: str) -> Asked:
    """What is asked of a file. Raises PermissionDenied where the source cannot hand it in."""
    scheme = scheme_of(cycle)
    refuse(rules.why_not_hand_in(cycle.stage, table, scheme, source.tables))
    return asked_whenever(cycle, source, table)


def asked_whenever(cycle: Cycle, source: Source, table: str) -> Asked:
    """What was asked of a file that is there already, whatever the stage."""
    scheme = scheme_of(cycle)
    only = {
        column: (codes,) if isinstance(codes, str) else tuple(codes)
        for column, codes in source.only.get(table, {}).items()
    }
    declared = taken_table(scheme, table)
    refuse(rules.why_limits_do_not_fit(declared, only))
    beside = rows_referred_to(cycle, declared)
    known = scheme.subject.table == "areas"
    names = names_of_areas(cycle, beside["areas"]) if known else {}
    return Asked(scheme, table, only, beside, names)


def remembered(source: Source, table: str) -> Layout:
    """What was said of a source's own headings and words for a table."""
    mapping = Mapping.objects.filter(source=source, table=table).first()
    said = mapping.headings if mapping is not None else {}
    return Layout(said.get("columns", {}), said.get("values", {}))


def in_force_of(delivery: Delivery) -> Delivery | None:
    """The version that counts of the source, table and part of a delivery."""
    applied = _versions(delivery).filter(state="applied")
    return applied.order_by("-number").first()


def _versions(delivery: Delivery) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        cycle=delivery.cycle, source=delivery.source, table=delivery.table, part=delivery.part
    )


# -- a file comes in ------------------------------------------------------------------------------


def take_delivery(
    *,
    cycle: Cycle,
    source: Source,
    table: str,
    part: str,
    path: Path,
    name: str,
    by: Actor,
    at: datetime,
    kind: str = "",
    said: Layout | None = None,
    submission: UUID | None = None,
    tell: Tell = untold,
) -> Delivery:
    """Take in a provider's file and check it; nothing of it counts before it is applied.

    ``path`` is copied, or what the door of its table lets through; ``kind`` is ``xlsx``, ``csv`` or
    ``parquet``, by the name where not given; ``said`` tells what its headings mean, where that is
    not what is remembered of the source; ``tell`` is told how much is done, 0 to 1.
    A file whose content is in force already gives that delivery and leaves everything as it is,
    and so does the newest version for the same file while it waits to be applied, or to be mended
    of the same faults. Raises PermissionDenied where the source cannot hand in this table now.
    """
    asked = asked_of(cycle, source, table)
    kind = kind or Path(name).suffix.lower().removeprefix(".")
    if kind not in rules.KINDS:
        raise ValueError(f"{name} is none of {', '.join(rules.KINDS)}")
    door = door_of(asked.scheme, table)
    layout = remembered(source, table) if said is None else said
    with draft_of(table) as draft:
        if door is None:
            received, digest = draft.receive(path, kind)
            checked = check_file(received, asked, layout, draft.content, tell)
        else:
            digest, checked = _through(door, draft, path, kind, asked, layout, tell)
            name = door.clean(name)
        draft.keep_reading(checked)
        with transaction.atomic():
            refuse(rules.why_not_collecting(_locked(cycle).stage))
            delivery = Delivery(
                town_id=cycle.town_id,
                cycle=cycle,
                source=source,
                table=table,
                part=part,
                file_name=name[-200:],
                file_sha256=digest,
                uploaded_by=by.name,
                uploaded_at=at,
                submission=submission,
            )
            _found(delivery, checked)
            same = _the_same(delivery, checked)
            if same is not None:
                return same
            if Delivery.objects.filter(submission=submission).exists():
                delivery.submission = None
            newest = _versions(delivery).aggregate(newest=Max("number"))["newest"]
            delivery.number = (newest or 0) + 1
            delivery.save()
            draft.become(delivery.folder)
            _record("cycles.delivery_taken", delivery, by=by, at=at)
    return delivery


def _through(
    door: Door, draft: Draft, path: Path, kind: str, asked: Asked, said: Layout, tell: Tell
) -> tuple[str, Checked]:
    """What a door lets through of a file, checked: the SHA-256 of the file as it came, and that."""
    declared = asked.declared.columns
    known = {one.heading: name for name, one in declared.items()}
    known |= {name: name for name in declared}
    known |= {heading: name for name, heading in said.columns.items() if heading != NOWHERE}
    notes = unlike_text(path, asked.table) if path.suffix == f".{kind}" else ()
    received, digest, passage = draft.let_in(
        path, kind, door, known, lambda share: tell(AT_THE_DOOR * share)
    )
    if passage.unreadable is not None:
        return digest, replace(not_read(asked.table, passage.unreadable), passage=passage)
    checked = check_file(
        received,
        asked,
        said,
        draft.content,
        lambda share: tell(AT_THE_DOOR + (1 - AT_THE_DOOR) * share),
    )
    return digest, replace(checked, passage=passage, notes=(*notes, *passage.notes, *checked.notes))


def _found(delivery: Delivery, checked: Checked) -> None:
    delivery.state = "faulty" if checked.fault_count else "checked"
    delivery.rows, delivery.faults = checked.rows, checked.fault_count
    delivery.content_sha256 = checked.content_sha256


def _the_same(delivery: Delivery, checked: Checked) -> Delivery | None:
    """The delivery that this one would only repeat: the same form, content, or file that waits."""
    if delivery.submission is not None:
        sent = _versions(delivery).filter(submission=delivery.submission).first()
        if sent is not None:
            return sent
    counts = in_force_of(delivery) if delivery.state == "checked" else None
    if counts is not None and counts.content_sha256 == delivery.content_sha256:
        return counts
    newest = _versions(delivery).order_by("-number").first()
    if newest is None or newest.state != delivery.state:
        return None
    alike = newest.file_sha256 == delivery.file_sha256
    alike &= newest.content_sha256 == delivery.content_sha256
    return newest if alike and reading_of(newest).faults == checked.faults else None


def map_columns(
    delivery: Delivery,
    *,
    columns: Mapped[str, str],
    words: Words,
    by: Person,
    at: datetime,
    seen: int | None = None,
    tell: Tell = untold,
) -> Delivery:
    """Say what a file's headings and words mean, remember it for the source, and check anew.

    ``columns`` gives a heading for each declared column, an empty one where the file has no such
    column; ``words`` codes for words, column by column. Raises PermissionDenied and Stale.
    """
    source, table = delivery.source, delivery.table
    asked = asked_of(delivery.cycle, source, table)
    said = Layout(columns, words)
    with draft_of(table) as draft:
        received = draft.take_over(received_file(delivery))
        checked = check_file(received, asked, said, draft.content, tell)
        checked = replace(checked, passage=reading_of(delivery).passage)
        draft.keep_reading(checked)
        with transaction.atomic():
            stage = _locked(delivery.cycle).stage
            delivery = _as_seen(delivery, seen)
            refuse(rules.why_not_map(stage, delivery.state))
            headings = {"columns": dict(columns), "values": {k: dict(v) for k, v in words.items()}}
            Mapping.objects.update_or_create(
                source=source,
                table=table,
                defaults={"headings": headings},
                create_defaults={"headings": headings, "town_id": delivery.town_id},
            )
            before = content_of(delivery)
            _found(delivery, checked)
            delivery.version += 1
            delivery.save()
            draft.become(delivery.folder)
            _record("cycles.delivery_mapped", delivery, by=by, at=at, before=before)
    return delivery


def _as_seen(delivery: Delivery, seen: int | None) -> Delivery:
    """The delivery as it stands. Raises Stale if it is not as somebody saw it."""
    stands = Delivery.objects.select_related("cycle", "source").get(pk=delivery.pk)
    if seen is not None and stands.version != seen:
        raise Stale(stands)
    return stands


# -- what becomes of it ---------------------------------------------------------------------------


def apply_delivery(
    delivery: Delivery, *, by: Person, at: datetime, seen: int | None = None, tell: Tell = untold
) -> Delivery:
    """Let a version count in the place of the older one.

    A version that counts already is left as it is. Raises PermissionDenied where faults, a newer
    version or the stage stand against it, Stale where somebody was faster.
    """
    preparation, stands = _PREPARATIONS.get(delivery.table), _as_seen(delivery, None)
    if preparation is not None and seen in (None, stands.version):
        counts = in_force_of(stands)
        newer = counts.number if counts is not None and counts.number > stands.number else None
        if not rules.why_not_apply(stands.cycle.stage, stands.state, newer):
            preparation.make(stands, tell)
    return _let_count(delivery, by=by, at=at, seen=seen)


@transaction.atomic
def _let_count(delivery: Delivery, *, by: Person, at: datetime, seen: int | None) -> Delivery:
    stage = _locked(delivery.cycle).stage
    stands = _as_seen(delivery, None)
    counts = in_force_of(stands)
    if counts is not None and counts.pk == stands.pk:
        return stands
    delivery = _as_seen(delivery, seen)
    newer = counts.number if counts is not None and counts.number > delivery.number else None
    refuse(rules.why_not_apply(stage, delivery.state, newer) or objection_to(delivery))
    preparation = _PREPARATIONS.get(delivery.table)
    if preparation is not None and not preparation.is_made(delivery):
        raise Stale(delivery)  # somebody else has begun anew
    before = content_of(delivery)
    delivery.state, delivery.applied_at = "applied", at
    _changed("cycles.delivery_applied", delivery, by=by, at=at, before=before)
    _follow(delivery, by, at)
    return delivery


@transaction.atomic
def sign_delivery(
    delivery: Delivery, *, by: Person, at: datetime, seen: int | None = None
) -> Delivery:
    """The provider stands for the version in force: what counts is what was handed in.

    Raises PermissionDenied and Stale as ``apply_delivery`` does.
    """
    stage = _locked(delivery.cycle).stage
    delivery = _as_seen(delivery, seen)
    counts = in_force_of(delivery) == delivery
    refuse(rules.why_not_sign(stage, delivery.state, counts=counts, signed_by=delivery.signed_by))
    before = content_of(delivery)
    delivery.signed_by, delivery.signed_at = by.name, at
    return _changed("cycles.delivery_signed", delivery, by=by, at=at, before=before)


@transaction.atomic
def withdraw_delivery(
    delivery: Delivery, *, by: Person, at: datetime, seen: int | None = None
) -> Delivery:
    """Take a version back: where it counts, the one before it counts again, with its signature.

    Raises PermissionDenied and Stale as ``apply_delivery`` does.
    """
    stage = _locked(delivery.cycle).stage
    delivery = _as_seen(delivery, seen)
    counts = in_force_of(delivery) == delivery
    refuse(rules.why_not_withdraw(stage, delivery.state, counts=counts))
    before = content_of(delivery)
    delivery.state = "withdrawn"
    _changed("cycles.delivery_withdrawn", delivery, by=by, at=at, before=before)
    if counts and (again := in_force_of(delivery)) is not None:
        _follow(again, by, at)
    return delivery


def _changed(
    act: str, delivery: Delivery, *, by: Person, at: datetime, before: Mapped[str, object]
) -> Delivery:
    delivery.version += 1
    delivery.save()
    _record(act, delivery, by=by, at=at, before=before)
    return delivery


def _record(
    act: str,
    delivery: Delivery,
    *,
    by: Actor,
    at: datetime,
    before: Mapped[str, object] | None = None,
) -> None:
    """One event: which version, how many rows, which file and content. None of what they say."""
    sentence = _("%(delivery)s：%(rows)s行，%(faults)s处错误；文件 %(file)s；内容 %(content)s") % {
        "delivery": f"{delivery.source} {title_of(delivery, scheme_of(delivery.cycle))}",
        "rows": delivery.rows,
        "faults": delivery.faults,
        "file": delivery.file_sha256,
        "content": delivery.content_sha256 or "—",
    }
    record(
        act,
        by=by,
        at=at,
        about=name_of(delivery),
        told=sentence,
        before=before,
        after=content_of(delivery),
    )


def every_file_signed(cycle: Cycle) -> list[str]:
    """What stands against scoring: files in force for which nobody stands yet."""
    names = [
        f"{one.source} {told(scheme_of(cycle).fact_tables[one.table].label)} {one.part}".strip()
        for one in unsigned(cycle)
    ]
    if not names:
        return []
    return [_("这些已生效的报送文件还没有签认：%(which)s。") % {"which": listed(names)}]


add_condition("collecting", "scoring", every_file_signed)
