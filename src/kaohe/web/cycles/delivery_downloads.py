"""What may be downloaded of a provider's file, by whom, and the workbook to fill in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from kaohe.facts import write_template
from kaohe.outputs.delimited import quoted
from kaohe.values.text import safe
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles import delivering
from kaohe.web.cycles import delivery_rules as rules
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.delivery_checking import write_marked_file
from kaohe.web.cycles.delivery_doors import taken_table
from kaohe.web.cycles.delivery_storing import is_kept, reading_of, received_file
from kaohe.web.cycles.facts import canonical_rows
from kaohe.web.cycles.models import Delivery
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.registry.facts import example_area
from kaohe.web.registry.models import Source
from kaohe.web.ui.downloads import XLSX, attachment, to_keep
from kaohe.web.ui.language import page_language
from kaohe.web.ui.templatetags.ui import told

CSV = "text/csv; charset=utf-8"
LINES = 2000


def visible_deliveries(person: Person) -> QuerySet[Delivery]:
    """The versions of which a person may know, with what pages say about them."""
    rows = person.visible(Delivery.objects.all())
    return rows.select_related("cycle__scheme", "cycle__town", "source")


def may_read_content(person: Person, found: Delivery) -> bool:
    """Whether somebody may see what a file says: who handed it in, and the auditor."""
    own = person.writable(Delivery.objects.filter(pk=found.pk)).exists()
    return own or person.has(rules.CONTENT_READERS)


def template(request: HttpRequest, table: str) -> HttpResponseBase:
    """The workbook to fill in for one table."""
    person = person_of_request(request)
    if not person.may_read(Delivery):
        raise Http404
    scheme = scheme_of(chosen_cycle(request))
    own = {name for source in person.visible(Source.objects.all()) for name in source.tables}
    if table not in rules.tables_to_hand_in(scheme, own):
        raise Http404
    declared = taken_table(scheme, table)
    subject = f"{scheme.subject.table}.{scheme.subject.id}"
    first = example_area(person.user.town) if scheme.subject.table == "areas" else ""
    examples = {
        name: first for name, column in declared.columns.items() if column.refers_to == subject
    }
    with TemporaryDirectory(prefix="kaohe-") as folder:
        path = Path(folder) / "template.xlsx"
        write_template({table: declared}, declared.label, path, page_language(), examples)
        content = path.read_bytes()
    return attachment(content, f"{told(declared.label)}.xlsx", XLSX)


def _with_content(request: HttpRequest, pk: int) -> Delivery:
    person = person_of_request(request)
    found = get_object_or_404(visible_deliveries(person), pk=pk)
    if not may_read_content(person, found) or not is_kept(found):
        raise Http404
    return found


def received(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file as it came, or as its door let it through."""
    found = _with_content(request, pk)
    kept, name = received_file(found), found.file_name
    if reading_of(found).passage is not None:
        name = _("%(name)s（脱敏后）.csv") % {"name": Path(name).stem}
    return FileResponse(
        kept.open("rb"),
        as_attachment=True,
        filename=name,
        content_type="application/octet-stream",
    )


def content(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What the program read of it: English names and codes; no cell is a formula."""
    found = _with_content(request, pk)
    if not found.content.is_file():
        raise Http404
    types = {
        name: column.type
        for name, column in taken_table(scheme_of(found.cycle), found.table).columns.items()
    }
    texts = {name for name, kind in types.items() if kind in ("id", "text", "choice")}
    lines = _csv_lines(found.content, list(types), texts)
    name = f"{found.table}{'-' if found.part else ''}{found.part}-v{found.number}.csv"
    return to_keep(StreamingHttpResponse(lines, content_type=CSV), name)


def _csv_lines(path: Path, columns: list[str], texts: set[str]) -> Iterator[str]:
    yield "\ufeff" + ",".join(quoted(safe(name)) for name in columns) + "\r\n"
    held = []
    for row in canonical_rows(path):
        cells = (safe(row[name]) if name in texts else row[name] for name in columns)
        held.append(",".join(map(quoted, cells)) + "\r\n")
        if len(held) == LINES:
            yield "".join(held)
            held.clear()
    yield "".join(held)


def marked(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file as a workbook with its faults marked."""
    found = _with_content(request, pk)
    if not found.faults:
        raise Http404
    asked = delivering.asked_whenever(found.cycle, found.source, found.table)
    with TemporaryDirectory(prefix="kaohe-") as folder:
        path = Path(folder) / "marked.xlsx"
        write_marked_file(received_file(found), asked, reading_of(found), path, page_language())
        file = path.open("rb")
    name = _("%(name)s（错误已标出）.xlsx") % {"name": Path(found.file_name).stem}
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
