"""Taking in and checking a provider's file, at once or, where it is long, in the background."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.cycles.delivering import (
    apply_delivery,
    is_prepared,
    map_columns,
    take_delivery,
)
from kaohe.web.cycles.delivery_checking import headings_of
from kaohe.web.cycles.delivery_doors import Door
from kaohe.web.cycles.delivery_storing import reading_of, received_file
from kaohe.web.cycles.models import Cycle, Delivery
from kaohe.web.jobs.working import Tell
from kaohe.web.registry.models import Source
from kaohe.web.ui.uploads import off_the_disk

LONG = 2 * 2**20
"""A file of more bytes takes longer than people wait for a page."""
LONG_ROWS = 20_000
"""A version of more rows takes longer to be put into an index than people wait for a page."""
INCOMING = "incoming"
UNMASKED = "unmasked"
"""Where long files wait that have not passed their door yet: removed whatever becomes of them."""


@contextmanager
def place_for(file: UploadedFile, door: Door | None) -> Iterator[Path | None]:
    """Where an upload is written to until it is taken: one that has to pass a door first is kept
    off the disk, if it is short, else in a folder that nobody but the server reads."""
    kind = Path(file.name or "").suffix.lower().removeprefix(".")
    if door is None:
        yield None
    elif (file.size or 0) <= LONG:
        with off_the_disk(kind) as place:
            yield place
    else:
        folder = Path(settings.MEDIA_ROOT) / UNMASKED
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield folder / f"{uuid4()}.{kind}"


def forget_unmasked() -> None:
    """Remove what a stop of the server left before the door; whose work it was uploads it anew."""
    shutil.rmtree(Path(settings.MEDIA_ROOT) / UNMASKED, ignore_errors=True)


def take_in(given: Mapping[str, Any], by: Person, at: datetime, tell: Tell) -> str:
    """Take in the file of an upload form; the address of where it goes on.

    Raises PermissionDenied as ``take_delivery`` does, ValidationError if the file is gone.
    """
    for folder in (INCOMING, UNMASKED):
        path = Path(settings.MEDIA_ROOT) / folder / Path(given["file"]).name
        if path.is_file():
            return take(path, given, by, at, tell)
    raise ValidationError(_("上传的文件已不在，没有办理。请重新上传。"))


def take(path: Path, given: Mapping[str, Any], by: Person, at: datetime, tell: Tell) -> str:
    """Take in a file that lies somewhere, and remove it from there; where it goes on.

    Raises PermissionDenied as ``take_delivery`` does.
    """
    cycle = Cycle.objects.get(pk=given["cycle"])
    source = Source.objects.get(pk=given["source"])
    versions = Delivery.objects.filter(cycle=cycle, source=source, table=given["table"])
    before = set(versions.values_list("pk", flat=True))
    try:
        delivery = take_delivery(
            cycle=cycle,
            source=source,
            table=given["table"],
            part=given["part"],
            path=path,
            name=given["name"],
            kind=given["kind"],
            by=by,
            at=at,
            submission=UUID(given["submission"]),
            tell=tell,
        )
    finally:
        path.unlink(missing_ok=True)
    return address_after(delivery, known=delivery.pk in before)


def let_count(given: Mapping[str, Any], by: Person, at: datetime, tell: Tell) -> str:
    """Let a version count; the address of its page.

    Raises PermissionDenied and Stale as ``apply_delivery`` does.
    """
    delivery = apply_delivery(
        Delivery.objects.select_related("cycle", "source").get(pk=given["delivery"]),
        by=by,
        at=at,
        seen=given["seen"],
        tell=tell,
    )
    return reverse("cycles:delivery", args=[delivery.pk])


def takes_long_to_count(delivery: Delivery) -> bool:
    """Whether letting a version count is better done in the background."""
    return is_prepared(delivery.table) and delivery.rows > LONG_ROWS


def map_again(given: Mapping[str, Any], by: Person, at: datetime, tell: Tell) -> str:
    """Check a file under what its columns were said to mean; the address of its page.

    Raises PermissionDenied and Stale as ``map_columns`` does.
    """
    delivery = map_columns(
        Delivery.objects.select_related("cycle", "source").get(pk=given["delivery"]),
        columns=given["columns"],
        words=given["words"],
        by=by,
        at=at,
        seen=given["seen"],
        tell=tell,
    )
    return reverse("cycles:delivery", args=[delivery.pk])


def is_long(delivery: Delivery) -> bool:
    """Whether the file of a delivery is better checked in the background."""
    return received_file(delivery).stat().st_size > LONG


def address_after(delivery: Delivery, *, known: bool) -> str:
    """Where an upload leads: to its page, or, where headings do not say enough, to its columns.

    ``known`` says that the file was there before, which the page then tells.
    """
    if delivery.state == "faulty" and reading_of(delivery).layout is None:
        if headings_of(received_file(delivery), delivery.table):
            return reverse("cycles:delivery_mapping", args=[delivery.pk])
    page = reverse("cycles:delivery", args=[delivery.pk])
    return f"{page}?again=yes" if known else page
