"""Taking in and checking a provider's file, at once or, where it is long, in the background."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.cycles.delivering import map_columns, take_delivery
from kaohe.web.cycles.delivery_checking import headings_of
from kaohe.web.cycles.delivery_storing import reading_of, received_file
from kaohe.web.cycles.models import Cycle, Delivery
from kaohe.web.jobs.working import Tell
from kaohe.web.registry.models import Source

LONG = 2 * 2**20
"""A file of more bytes takes longer than people wait for a page."""


def take_in(given: Mapping[str, Any], by: Person, at: datetime, tell: Tell) -> str:
    """Take in the file of an upload form; the address of where it goes on.

    Raises PermissionDenied as ``take_delivery`` does, ValidationError if the file is gone.
    """
    path = Path(settings.MEDIA_ROOT) / "incoming" / Path(given["file"]).name
    if not path.is_file():
        raise ValidationError(_("上传的文件已不在，没有办理。请重新上传。"))
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
