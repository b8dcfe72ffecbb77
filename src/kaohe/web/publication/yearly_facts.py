"""What was published of an area, year by year: the version in force, and the run behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kaohe.outputs.few_ballots import FEWEST_TOLD, Entry, withheld
from kaohe.scheme.comparing import Comparison, compare
from kaohe.scheme.comparing.continuing import asked_anew, worked_out_anew
from kaohe.scheme.graph import goes_by_rank, tells_rank
from kaohe.scheme.model import Scheme
from kaohe.web.cycles.models import Cycle, SchemeVersion
from kaohe.web.cycles.schemes import scheme_file, scheme_under
from kaohe.web.publication.models import Publication, PublishedArea
from kaohe.web.results.models import Run, SubjectResult

KEPT = 32


@dataclass(frozen=True)
class Told:
    """A figure as it is printed, empty where there is none; ``few``: withheld for few ballots."""

    value: str = ""
    few: bool = False


@dataclass(frozen=True)
class AreaYear:
    """What was published of an area for a year: its label's code, its figures, its questions."""

    cycle: Cycle
    scheme: Scheme
    label: str
    figures: Mapping[str, Told]
    questions: Mapping[str, Told]


def published_years(town_id: int) -> list[Publication]:
    """What is in force of every year that was published, the oldest first.

    Where a year has several assessments it is the comprehensive one.
    """
    found: dict[int, Publication] = {}
    rows = Publication.objects.filter(town=town_id).exclude(effective_at=None)
    newest_first = rows.order_by("cycle__year", "-cycle__comprehensive", "cycle", "-number")
    for one in newest_first.select_related("run", "cycle__scheme", "cycle__town"):
        found.setdefault(one.cycle.year, one)
    return list(found.values())


def scheme_behind(publication: Publication) -> Scheme:
    """The scheme of a year under the options that its run took."""
    return scheme_under(publication.cycle.scheme, publication.run.taken)


def published_node(scheme: Scheme) -> str | None:
    """The node whose label everybody may read; None where a scheme makes none public."""
    return scheme.feedback.result if scheme.feedback is not None else None


def area_year(area: PublishedArea, result: SubjectResult | None, *, assessed: bool) -> AreaYear:
    """A year of an area; ``assessed``: as those assessed may see it, without what few said.

    ``result`` is None where the person may not see the figures.
    """
    publication = area.publication
    scheme = scheme_behind(publication)
    node = published_node(scheme)
    label = str(area.labels.get(node, "")) if node is not None else ""
    if result is None:
        return AreaYear(publication.cycle, scheme, label, {}, {})
    entries = tuple(result.entry["scores"])
    hidden = withheld(entries, scheme) if assessed else {}
    figures = {
        entry["id"]: Told(few=True) if entry["id"] in hidden else Told(entry["value"] or "")
        for entry in _walk(entries)
    }
    return AreaYear(
        publication.cycle, scheme, label, figures, _questions(publication.run, area, assessed)
    )


def _questions(run: Run, area: PublishedArea, assessed: bool) -> dict[str, Told]:
    found = {}
    for one in feedback_of(run).get(area.subject_id, ()):
        answers = int(one["answers"] or 0)
        few = assessed and one["answers"] != "0" and answers < FEWEST_TOLD
        found[one["id"]] = Told(few=True) if few else Told(one["mean"] or "")
    return found


def _walk(entries: Sequence[Entry]) -> Iterator[Entry]:
    for entry in entries:
        yield entry
        yield from _walk(entry["children"])


def feedback_of(run: Run) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Means and answers of questions as stored in ``results.json``, by the id of the subject."""
    scheme = scheme_under(run.cycle.scheme, run.taken)
    path = run.folder / "results" / "results.json"
    return _feedback(path, scheme.subject.id, run.results_sha256)


@lru_cache(maxsize=KEPT)
def _feedback(path: Path, key: str, _sha256: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in json.loads(path.read_bytes())["feedback"]:
        found.setdefault(one[key], []).append(one)
    return found


def parts_of(scheme: Scheme, *, with_total: bool) -> tuple[str, ...]:
    """The nodes whose course is told: what letters tell, else all that have a maximum.

    None is a place or is given by place. ``with_total`` adds what results begin with.
    """
    feedback = scheme.feedback
    told = (*feedback.points, *feedback.apart) if feedback is not None else ()
    nodes = told or tuple(name for name, node in scheme.nodes.items() if node.max is not None)
    first = tuple(scheme.results.first) if with_total else ()
    return tuple(
        name
        for name in dict.fromkeys((*first, *nodes))
        if not tells_rank(name, scheme) and not goes_by_rank(scheme.nodes[name], scheme)
    )


def anew(before: AreaYear, now: AreaYear) -> frozenset[str]:
    """Nodes and questions of both years whose figures do not go together."""
    nodes = worked_out_anew(before.scheme, now.scheme)
    return nodes | {f"?{one}" for one in asked_anew(before.scheme, now.scheme)}


def compared(before: SchemeVersion, now: SchemeVersion) -> Comparison:
    """What a scheme changes against that of the year before."""
    return _compared(before.sha256, now.sha256, before.pk, now.pk)


@lru_cache(maxsize=KEPT)
def _compared(_before: str, _now: str, before: int, now: int) -> Comparison:
    rows = SchemeVersion.objects.in_bulk([before, now])
    return compare(scheme_file(rows[before]), scheme_file(rows[now]))
