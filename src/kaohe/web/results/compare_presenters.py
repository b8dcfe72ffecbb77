"""Two runs of a cycle beside each other: what they stand on, every figure that changed, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _

from kaohe.facts.differing import RowsMoved, rows_moved
from kaohe.scheme.model import Scheme
from kaohe.scoring.changes import beginnings, ruled_otherwise
from kaohe.values.text import Text
from kaohe.web.cycles.schemes import read_scheme
from kaohe.web.results.models import Run, SubjectResult
from kaohe.web.results.presenters import figure
from kaohe.web.ui.language import in_a_row
from kaohe.web.ui.templatetags.ui import told

Entry = Mapping[str, Any]
NOT_THERE = Text(zh="没有这一项。", en="There was no such figure.")
KEPT = 8
"""So many comparisons of snapshots are kept in memory; two snapshots differ as they always did."""


def scheme_in(run: Run) -> Scheme:
    """The scheme that a run was scored by, under the decisions that it took.

    Its own copy is read: the cycle may have been given another since.
    """
    found, findings = read_scheme(
        (run.folder / "scheme.yaml").read_bytes().decode(), only_errors=True
    )
    assert found is not None, findings
    return found.under(run.taken)


# -- what the runs stand on -----------------------------------------------------------------------


def tables_moved(old: Run, new: Run, scheme: Scheme) -> list[tuple[Text, RowsMoved]]:
    """The fact tables that differ, each with the number of rows that do, and nothing else."""
    before, after = (run.told["facts"] for run in (old, new))
    differ = tuple(
        name
        for name in scheme.fact_tables
        if before.get(name, {}).get("sha256") != after.get(name, {}).get("sha256")
    )
    moved = _moved(old.pk, new.pk, differ) if differ else {}
    return [(scheme.fact_tables[name].label, moved[name]) for name in differ]


@lru_cache(maxsize=KEPT)
def _moved(old_pk: int, new_pk: int, tables: tuple[str, ...]) -> dict[str, RowsMoved]:
    old, new = (Run.objects.get(pk=pk) for pk in (old_pk, new_pk))
    declared = scheme_in(new).fact_tables
    wanted = {name: declared[name] for name in tables}
    return rows_moved(old.folder / "facts", new.folder / "facts", wanted)


def decisions_moved(old: Run, new: Run, schemes: tuple[Scheme, Scheme]) -> list[tuple[Text, ...]]:
    """The open questions that were answered otherwise: question, before, after."""
    found = []
    for name in dict.fromkeys([*schemes[1].decisions, *schemes[0].decisions]):
        if old.taken.get(name) != new.taken.get(name):
            asked = schemes[1].decisions.get(name) or schemes[0].decisions[name]
            answers = (
                _option(scheme, name, run.taken.get(name))
                for scheme, run in zip(schemes, (old, new), strict=True)
            )
            found.append((asked.question, *answers))
    return found


def _option(scheme: Scheme, decision: str, option: str | None) -> Text:
    declared = scheme.decisions.get(decision)
    none = Text(zh="没有这个问题", en="not asked")
    return none if declared is None or option is None else declared.options[option]


def waivers_moved(
    old: Run, new: Run, schemes: tuple[Scheme, Scheme]
) -> list[tuple[str, Text, bool]]:
    """The checks that are waived in one of the runs only: subject, check, whether in the later."""
    before, after = (
        {(one["subject"], one["check"]) for one in run.told["checks"] if one["waived"]}
        for run in (old, new)
    )
    subjects = (run.subjects.values_list("subject_id", "name") for run in (old, new))
    names = dict(chain.from_iterable(subjects))
    found = []
    for subject, check in sorted(before ^ after):
        later = (subject, check) in after
        label = schemes[later].checks[check].label
        found.append((names.get(subject, subject), label, later))
    return found


# -- what came of it ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Moved:
    """A figure that changed: before, after, and the figures in which that begins."""

    id: str
    label: Text
    before: Text
    after: Text
    why_before: Text
    why_after: Text
    begins: tuple[Moved, ...] = ()
    ruled: bool = False

    @property
    def begins_told(self) -> str:
        """The figures in which it begins, by name."""
        return in_a_row(_("本项") if one.id == self.id else told(one.label) for one in self.begins)


@dataclass(frozen=True)
class AreaMoved:
    """An area's figures that changed: those put first, and all; or that it is in one run only."""

    subject_id: str
    name: str
    first: list[Moved]
    every: list[Moved]
    begins: list[Moved]
    only: str = ""


def areas_moved(old: Run, new: Run, schemes: tuple[Scheme, Scheme]) -> list[AreaMoved]:
    """Every area of which a figure changed, in administrative order."""
    before, after = ({one.subject_id: one for one in run.subjects.all()} for run in (old, new))
    ruled = ruled_otherwise(*schemes)
    found = (
        _area(before.get(one), after.get(one), schemes, ruled, new.told["first"])
        for one in sorted({*before, *after})
    )
    return [area for area in found if area.every or area.only]


def _area(
    old: SubjectResult | None,
    new: SubjectResult | None,
    schemes: tuple[Scheme, Scheme],
    ruled: frozenset[str],
    first: Iterable[str],
) -> AreaMoved:
    there = new or old
    assert there is not None
    if old is None or new is None:
        only = _("后一次才有") if old is None else _("后一次没有了")
        return AreaMoved(there.subject_id, there.name, [], [], [], only)
    nodes = [{node["id"]: node for node in _every(one.entry["scores"])} for one in (old, new)]
    before, after = ({name: node["value"] for name, node in side.items()} for side in nodes)
    found = beginnings(before, after, schemes[1], ruled)
    moved = {name: _figure(name, nodes, schemes, ruled) for name in found}
    every = [
        replace(moved[name], begins=tuple(moved[one] for one in begins))
        for name, begins in found.items()
    ]
    begun = [moved[name] for name, begins in found.items() if name in begins]
    put_first = [one for one in every if one.id in set(first)]
    return AreaMoved(there.subject_id, there.name, put_first, every, begun)


def _figure(
    name: str,
    nodes: Sequence[Mapping[str, Entry]],
    schemes: tuple[Scheme, Scheme],
    ruled: frozenset[str],
) -> Moved:
    sides = [side.get(name) for side in nodes]
    there = sides[1] or sides[0]
    assert there is not None
    before, after = (
        figure(scheme, name, side["value"] if side is not None else None)
        for scheme, side in zip(schemes, sides, strict=True)
    )
    why_before, why_after = (
        Text(zh=side["explanation"], en=side["explanation_en"]) if side is not None else NOT_THERE
        for side in sides
    )
    label = Text(zh=there["label"], en=there["label_en"])
    return Moved(name, label, before, after, why_before, why_after, ruled=name in ruled)


def _every(nodes: Iterable[Entry]) -> Iterator[Entry]:
    for node in nodes:
        yield node
        yield from _every(node["children"])


def nothing_moved(old: Run, new: Run) -> bool:
    """Whether two runs are equal: facts, scheme, decisions and results."""
    return all(
        getattr(old, name) == getattr(new, name)
        for name in ("facts_sha256", "scheme_sha256", "results_sha256", "taken")
    )
