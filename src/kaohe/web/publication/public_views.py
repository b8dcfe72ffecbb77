"""What everybody may read of a year's results: labels in administrative order, nothing written."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.web.cycles.models import Cycle
from kaohe.web.publication.contents import in_force, public_nodes, stored
from kaohe.web.publication.models import Publication
from kaohe.web.publication.ruling_forms import label_named
from kaohe.web.publication.ruling_outcomes import outcomes_of
from kaohe.web.results.public_views import public_page
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
    outcomes = outcomes_of(found.run)
    nodes = [node for node in outcomes.nodes if node.id in public_nodes(found.run)]
    shown = {
        "publication": found,
        "cycle": found.cycle,
        "headings": [told(node.label) for node in nodes],
        "rows": [
            (one["name"], [label_named(node, one["labels"].get(node.id, "")) for node in nodes])
            for one in stored(found)["subjects"]
        ],
        "event": found.event,
    }
    return public_page("publication/public_results.html", shown)


def links_of_year(cycle: Cycle) -> list[tuple[str, str]]:
    """The results of a year, for its public page; nothing before they are published."""
    if in_force(cycle) is None:
        return []
    return [(_("考核结果"), reverse("published:results", args=[cycle.town.code, cycle.year]))]
