"""What was, or will be, published; the letter of one area and its receipt."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.jobs.working import enqueue
from kaohe.web.publication import publishing
from kaohe.web.publication.contents import in_force, stored
from kaohe.web.publication.letters import FOLDER, letter_of, points_to_mend
from kaohe.web.publication.models import Publication, PublishedArea
from kaohe.web.publication.publishing_work import prepare_publication
from kaohe.web.publication.ruling_forms import PrepareForm
from kaohe.web.publication.ruling_outcomes import Outcomes, outcomes_of
from kaohe.web.publication.ruling_presenters import (
    differences_shown,
    label_columns,
    labels_shown,
    overrides_shown,
)
from kaohe.web.registry.models import Area
from kaohe.web.results.models import SubjectResult
from kaohe.web.ui.acts import refuse, submission_of

FILES = {
    "publication.json": gettext_lazy("公布内容（JSON）"),
    "notice.docx": gettext_lazy("公布通知（DOCX 草稿）"),
    "letters.zip": gettext_lazy("全部反馈函（ZIP）"),
}


def prepare(request: HttpRequest) -> HttpResponse:
    """Say what the letters need besides figures, and have the publication prepared."""
    person, cycle = person_of_request(request), chosen_cycle(request)
    if not person.may_write(Publication):
        raise Http404
    refuse(" ".join(publishing.why_not_prepare(cycle)))
    data = request.POST if request.method == "POST" else None
    form = PrepareForm(data, corrects=in_force(cycle) is not None, day=clock.today())
    if request.method == "POST" and form.is_valid():
        job = enqueue(
            prepare_publication,
            title=_("准备公布：%(cycle)s") % {"cycle": cycle},
            given={"cycle": cycle.pk, **form.given},
            by=person,
            at=clock.now(),
            submission=submission_of(request),
        )
        return redirect("jobs:job", job.pk)
    shown = {"cycle": cycle, "form": form, "submission": submission_of(request) or uuid4()}
    status = 422 if form.errors else 200
    return render(request, "publication/prepare.html", shown, status=status)


def publication(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: overrides, every area's labels, letters, receipts, hashes."""
    person, found = _found(request, pk)
    outcomes = outcomes_of(found.run)
    inside = person.may_read(PublishedArea)
    shown = {
        "publication": found,
        "files": [
            (name, words)
            for name, words in FILES.items()
            if inside and _file(found, name) is not None
        ],
        "overrides": overrides_shown(found.overrides, outcomes) if inside else [],
        "differences": differences_shown(found, outcomes) if inside else [],
        "headings": label_columns(outcomes),
        "rows": _rows(found, outcomes) if inside else [],
        "letters": (found.folder / FOLDER).exists(),
        "event": found.event,
        "public": _public_address(found),
    }
    return render(request, "publication/publication.html", shown)


def _found(request: HttpRequest, pk: int) -> tuple[Person, Publication]:
    person = person_of_request(request)
    rows = Publication.objects.select_related("run__cycle__scheme", "cycle__town", "change")
    return person, get_object_or_404(person.visible(rows), pk=pk)


def _public_address(found: Publication) -> str:
    if found.effective_at is None or in_force(found.cycle) != found:
        return ""
    return reverse("published:results", args=[found.cycle.town.code, found.cycle.year])


def _rows(found: Publication, outcomes: Outcomes) -> list[dict[str, Any]]:
    read = {area.subject_id: area.read_at for area in found.areas.all()}
    return [
        {
            "id": one["id"],
            "name": one["name"],
            "labels": labels_shown(outcomes, one["labels"]),
            "read_at": read.get(one["id"]),
        }
        for one in stored(found)["subjects"]
    ]


def _file(found: Publication, name: str) -> Path | None:
    path = found.folder / (FOLDER if name == "letters.zip" else name)
    return path if name in FILES and path.exists() else None


def file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A file of a publication."""
    person, found = _found(request, pk)
    path = _file(found, name)
    if path is None or not person.may_read(PublishedArea):
        raise Http404
    publishing.record_download(found, name, by=person, at=clock.now())
    content = _zipped(path) if path.is_dir() else path.open("rb")
    saved_as = f"{found.cycle.year}-{found.number}-{name}"
    return FileResponse(content, as_attachment=True, filename=saved_as)


def _zipped(folder: Path) -> io.BytesIO:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    content.seek(0)
    return content


def letter_file(request: HttpRequest, pk: int, subject_id: str, kind: str) -> HttpResponseBase:
    """The letter of one area: to the area once it is published, to the town before too."""
    person = person_of_request(request)
    found = get_object_or_404(Publication.objects.select_related("cycle"), pk=pk)
    areas = person.visible(PublishedArea.objects.filter(publication=found, subject_id=subject_id))
    before = person.sees_all(PublishedArea) and person.visible(Publication.objects.filter(pk=pk))
    path = letter_of(found.folder, subject_id, kind)
    if kind not in ("pdf", "docx") or not (areas.exists() or before) or not path.exists():
        raise Http404
    publishing.record_download(found, path.name, by=person, at=clock.now())
    name = f"{found.cycle.year}-{quote(subject_id, safe='')}.{kind}"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """What was published of one area, for those who may see it."""
    person = person_of_request(request)
    rows = PublishedArea.objects.select_related(
        "publication__run__cycle__scheme", "publication__cycle__town", "cycle"
    )
    area = get_object_or_404(person.visible(rows), pk=pk)
    outcomes = outcomes_of(area.publication.run)
    newest = in_force(area.cycle)
    newer = None
    if newest is not None and newest != area.publication:
        newer = PublishedArea.objects.filter(publication=newest, subject_id=area.subject_id).first()
    own = [one for one in area.publication.overrides if one["subject"] == area.subject_id]
    results = SubjectResult.objects.filter(run=area.publication.run, subject_id=area.subject_id)
    has_tree = person.visible(results).exists() and newer is None
    shown = {
        "area": area,
        "newer": newer,
        "labels": list(
            zip(label_columns(outcomes), labels_shown(outcomes, area.labels), strict=True)
        ),
        "overrides": overrides_shown(own, outcomes),
        "letter": (area.publication.folder / FOLDER).exists(),
        "to_mend": points_to_mend(area.publication.folder, area.subject_id),
        "may_read": person.has("secretary"),
        "tree": reverse("results:subject", args=[area.publication.run_id, area.subject_id])
        if has_tree
        else "",
    }
    return render(request, "publication/letter.html", shown)


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """The area's secretary has read the letter."""
    person = person_of_request(request)
    area = get_object_or_404(person.writable(PublishedArea.objects.all()), pk=pk)
    publishing.mark_read(area, by=person, at=clock.now())
    return redirect("publication:letter", pk)


def letters_of_area(person: Person, area: Area) -> list[tuple[str, str]]:
    """What was published of an area, year by year: the version in force."""
    rows = PublishedArea.objects.filter(town=area.town_id, subject_id=area.area_id)
    found = []
    for row in person.visible(rows.select_related("publication", "cycle")).order_by("-cycle__year"):
        if in_force(row.cycle) == row.publication:
            name = _("%(year)s年度考核反馈") % {"year": row.cycle.year}
            found.append((name, reverse("publication:letter", args=[row.pk])))
    return found
