"""Whether the facts are still those that a run has scored."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import gettext as _

from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.rules import listed
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.results.gathering import gather
from kaohe.web.results.models import Run
from kaohe.web.ui.templatetags.ui import told

OPEN = ("scoring", "review")
"""The stages in which a run may still be replaced by another."""


def why_run_is_not_current(cycle: Cycle) -> list[str]:
    """That facts have changed since the newest run; no reason if they are the same."""
    run = Run.objects.filter(cycle=cycle).first()
    if run is None or cycle.stage not in OPEN:
        return []
    moved = moved_tables(run)
    if not moved:
        return []
    scheme = scheme_of(cycle)
    names = [told(scheme.fact_tables[table].label) for table in moved]
    text = _("第%(number)s次计分以后，这些事实又有变动：%(which)s。请在计分阶段重新计分。")
    return [text % {"number": run.number, "which": listed(names)}]


def moved_tables(run: Run) -> tuple[str, ...]:
    """The tables whose content is not what the run has scored, in the order of the scheme.

    Facts change by acts only and every act is an event, so nothing is read again as long as no
    event but those of results and publications was added to the log.
    """
    later = Event.objects.filter(town=run.town.code, number__gt=run.told["events"])
    moving = later.exclude(act__startswith="results.").exclude(act__startswith="publication.")
    newest = moving.first()
    return _moved(run.pk, newest.sha256) if newest is not None else ()


@lru_cache(maxsize=32)
def _moved(run_pk: int, _newest: str) -> tuple[str, ...]:
    run = Run.objects.select_related("cycle__town", "cycle__scheme").get(pk=run_pk)
    scheme = scheme_of(run.cycle)
    gathered = gather(run.cycle, scheme)
    scored = {name: table["sha256"] for name, table in run.told["facts"].items()}
    if gathered.facts is None:
        at_fault = {fault.table for fault in gathered.faults}
        return tuple(name for name in scheme.fact_tables if name in at_fault)
    with gathered.facts as facts:
        now = {name: table.sha256 for name, table in facts.tables.items()}
    return tuple(name for name in scheme.fact_tables if scored.get(name) != now.get(name))
