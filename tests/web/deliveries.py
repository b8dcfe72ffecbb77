"""Files as providers have them, and the ways in which tests hand them in."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from kaohe.web.cycles.delivering import apply_delivery, sign_delivery, take_delivery
from kaohe.web.cycles.models import Delivery
from tests.web.cast import NOW, Cast

CASES = ("办件编号", "居民区编号", "来源", "受理日期", "有责", "已处置")
COUNTS = ("area_id", "channel", "round", "households")
UPLOAD = "/cycles/deliveries/upload"

Rows = Iterable[Sequence[str]]


def case(number: str, area: str = "J01", **changed: str) -> list[str]:
    """A case of the hotline without faults, but for what is changed."""
    row = dict(zip(CASES, (number, area, "12345热线", "2024-05-06", "是", "是"), strict=True))
    return list({**row, **changed}.values())


def as_csv(rows: Rows, headings: Sequence[str] = CASES, encoding: str = "utf-8") -> bytes:
    """A CSV file."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def as_workbook(rows: Rows, headings: Sequence[str] = CASES, sheet: str = "导出") -> bytes:
    """A workbook whose cells are all text."""
    content = BytesIO()
    with Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate([headings, *rows]):
            page.write_row(number, 0, row)
    return content.getvalue()


def sheet_rows(content: bytes, sheet: int = 0) -> list[list[Any]]:
    """The cells of a sheet of a workbook, row by row."""
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(sheet).to_python()


def hand_in(
    cast: Cast,
    content: bytes,
    folder: Path,
    *,
    name: str = "cases.csv",
    table: str = "cases",
    source: str = "hotline",
    part: str = "",
    by: str = "provider",
) -> Delivery:
    """Take in a file as the demonstration does, without a page."""
    path = folder / name
    path.write_bytes(content)
    return take_delivery(
        cycle=cast.cycle,
        source=cast.source(source),
        table=table,
        part=part,
        path=path,
        name=name,
        by=cast.person(by),
        at=NOW,
    )


def in_force(cast: Cast, content: bytes, folder: Path, **given: str) -> Delivery:
    """A version that counts, not signed yet."""
    delivery = hand_in(cast, content, folder, **given)
    by = cast.person(given.get("by", "provider"))
    return apply_delivery(delivery, by=by, at=NOW)


def signed(cast: Cast, content: bytes, folder: Path, **given: str) -> Delivery:
    """A version that counts and is signed."""
    delivery = in_force(cast, content, folder, **given)
    return sign_delivery(delivery, by=cast.person(given.get("by", "provider")), at=NOW)


def send(client: Client, content: bytes, name: str = "cases.csv", **changed: Any) -> Any:
    """Upload a file of hotline cases by the page."""
    form = {"what": "hotline:cases", "part": "", **changed}
    return client.post(UPLOAD, {**form, "file": SimpleUploadedFile(name, content)})


def deliver_counts(cast: Cast, folder: Path, *rows: Sequence[str]) -> Delivery:
    """A file in force in which a platform reports only how many took part."""
    return in_force(
        cast,
        as_csv(rows, COUNTS),
        folder,
        name="participation_counts.csv",
        table="participation_counts",
        source="survey",
    )
