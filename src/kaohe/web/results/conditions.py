"""What results have to say about the stages of a cycle."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.rules import add_condition
from kaohe.web.results.drift import why_run_is_not_current
from kaohe.web.results.models import Run


def _lacks_run(cycle: Cycle) -> list[str]:
    """Nothing can be reviewed that was not scored since the collection was closed."""
    entered = cycle.stage_changes.filter(enters="scoring", done_at__isnull=False).first()
    runs = Run.objects.filter(cycle=cycle)
    if entered is not None:
        runs = runs.filter(at__gte=entered.done_at)
    return [] if runs.exists() else [_("还没有计分。请先在“计分与结果”里计分，再进入复核。")]


def ask_for_runs() -> None:
    """Put the conditions into the table of stages; called when the app is loaded."""
    add_condition("scoring", "review", _lacks_run)
    add_condition("scoring", "review", why_run_is_not_current)
    add_condition("review", "published", why_run_is_not_current)
