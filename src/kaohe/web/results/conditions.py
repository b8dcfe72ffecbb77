"""What results have to say about the stages of a cycle."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.rules import add_condition
from kaohe.web.cycles.schemes import scheme_under
from kaohe.web.results.completeness import OpenPoint, open_points, points_before_collecting
from kaohe.web.results.drift import why_run_is_not_current
from kaohe.web.results.models import Run
from kaohe.web.results.presenters import CheckShown, checks_shown
from kaohe.web.ui.language import in_a_row, named, sentences
from kaohe.web.ui.templatetags.ui import between, told


def _missing(cycle: Cycle) -> list[str]:
    """What is missing and bars nothing, of whom; what bars is a condition of its own."""
    return _by_whom(point for point in open_points(cycle) if not point.bars)


def _not_ready(cycle: Cycle) -> list[str]:
    """What a year will need before anybody can work on it; it bars nothing."""
    return _by_whom(points_before_collecting(cycle))


def _by_whom(points: Iterable[OpenPoint]) -> list[str]:
    found: dict[str, list[str]] = {}
    for point in points:
        found.setdefault(point.who, []).append(point.text)
    return [named(who, sentences(texts)) for who, texts in sorted(found.items())]


def _runs_since_collection(cycle: Cycle) -> QuerySet[Run]:
    """Runs of what was collected, since the collection was last closed."""
    entered = cycle.stage_changes.filter(enters="scoring", done_at__isnull=False).first()
    runs = Run.objects.filter(cycle=cycle)
    return runs.filter(at__gte=entered.done_at) if entered is not None else runs


def _lacks_run(cycle: Cycle) -> list[str]:
    """Nothing can be reviewed that was not scored since the collection was closed."""
    if _runs_since_collection(cycle).exists():
        return []
    return [_("还没有计分。请先在“计分与结果”里计分，再进入复核。")]


def _unmet(cycle: Cycle) -> list[str]:
    """What keeps the newest run from being final, requirement by requirement."""
    run = _runs_since_collection(cycle).first()
    if run is None or run.final:
        return []
    subjects = list(run.subjects.values_list("subject_id", "name", "status"))
    names = {subject_id: name for subject_id, name, _status in subjects}
    by_requirement: dict[str, list[str]] = {}
    for check in checks_shown(run, scheme_under(cycle.scheme, run.taken)):
        if check.bars:
            of_whom = by_requirement.setdefault(told(check.name), [])
            of_whom.append(unmet_told(names.get(check.subject, check.subject), check))
    points = [
        _("第 %(number)s 次计分是暂定结果，以下各项未达到或数据不全。") % {"number": run.number},
        _(
            "公布以前，这些都要补齐，或由领导小组登记认可，再重新计分；"
            "最好现在就办，进入复核以后再办，要由两位组长签署退回计分。"
        ),
    ]
    points += [named(name, in_a_row(of_whom)) for name, of_whom in by_requirement.items()]
    incomplete = [name for _id, name, status in subjects if status == "incomplete"]
    if incomplete:
        points.append(_("数据不全，没有总分：%(which)s") % {"which": in_a_row(incomplete)})
    return points


def unmet_told(name: str, check: CheckShown) -> str:
    """A subject by its name, with what was asked of it and what there is."""
    actual = between(check.actual) or _("无数据")
    figures = {"name": name, "required": check.required, "actual": actual}
    if check.is_yes_or_no:
        return _("%(name)s（应为%(required)s，实际为%(actual)s）") % figures
    if check.is_limit:
        return _("%(name)s（上限 %(required)s，实际 %(actual)s）") % figures
    return _("%(name)s（应有 %(required)s，实际 %(actual)s）") % figures


def speak_of_stages() -> None:
    """Put conditions and open points into the table of stages; called when the app is loaded."""
    add_condition("prepare", "adopted", _not_ready, bars=False)
    add_condition("adopted", "collecting", _not_ready, bars=False)
    add_condition("collecting", "scoring", _missing, bars=False)
    add_condition("scoring", "review", _lacks_run)
    add_condition("scoring", "review", _unmet, bars=False)
    add_condition("scoring", "review", why_run_is_not_current)
    add_condition("review", "published", why_run_is_not_current)
