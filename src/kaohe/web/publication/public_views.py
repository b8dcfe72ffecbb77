"""What everybody may read of a year's results: labels in administrative order, nothing written."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.outputs.papers.naming import scheme_name
from kaohe.scheme.nodes import labels_of
from kaohe.values.text import Label
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_under
from kaohe.web.publication.contents import in_force, public_node, stored
from kaohe.web.publication.models import Publication
from kaohe.web.results.public_views import public_page
from kaohe.web.ui.language import in_a_row
from kaohe.web.ui.templatetags.ui import told


def _published(town: str, year: int) -> Publication:
    rows = Publication.objects.effective().select_related("run__cycle__scheme", "cycle__town")
    found = rows.filter(cycle__town__code=town, cycle__year=year).first()
    if found is None:
        raise Http404
    return found


def results(request: HttpRequest, town: str, year: int) -> HttpResponse:
    """Grades of all areas; no scores, no ranks, no tiers (三(一), 五(一))."""
    found = _published(town, year)
    scheme = scheme_under(found.cycle.scheme, found.run.taken)
    name = public_node(found.run)
    node = scheme.nodes[name] if name else None
    labels = labels_of(node) if node is not None else {}
    shown = {
        "publication": found,
        "cycle": found.cycle,
        "kind": told(node.label) if node is not None and node.label else "",
        "labels": in_a_row(told(label) for label in labels.values()),
        "clause": node.clause if node is not None else "",
        "policy": scheme_name(scheme),
        "rows": [
            (one["name"], _labelled(labels, one["labels"].get(name, "")) if name else "")
            for one in stored(found)["subjects"]
        ],
        "event": found.event,
    }
    return public_page("publication/public_results.html", shown)


def _labelled(labels: Mapping[str, Label], code: str) -> str:
    """A label in words; that there is none, in words too."""
    return told(labels[code]) if code in labels else _("不列档")


def links_of_year(cycle: Cycle) -> list[tuple[str, str]]:
    """The results of a year, for its public page; nothing before they are published."""
    if in_force(cycle) is None:
        return []
    return [(_("考核结果"), reverse("published:results", args=[cycle.town.code, cycle.year]))]
