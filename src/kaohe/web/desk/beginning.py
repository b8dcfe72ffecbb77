"""What a clerk does before people can work on a year, in the order in which it is done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.web.accounts.models import Town
from kaohe.web.cycles.calendar import is_open
from kaohe.web.cycles.models import Cycle, SchemeVersion
from kaohe.web.cycles.rules import listed
from kaohe.web.cycles.schemes import scheme_under
from kaohe.web.cycles.standing import is_pending, standing_of
from kaohe.web.registry.models import Area, AreaCount, Department, DutyEntry, Snapshot, Source
from kaohe.web.registry.scopes import missing_departments

Task = tuple[str, str]
"""What is to be done, and the address of its page."""


def scheme_tasks(town: Town, cycle: Cycle | None, day: date) -> Iterator[Task]:
    """A scheme of the year that a day lies in, and without a cycle the year itself."""
    versions = SchemeVersion.objects.filter(town=town)
    periods = [scheme_under(version, {}).period for version in versions]
    if not any(period is not None and period.last.year >= day.year for period in periods):
        yield _("导入考核方案；往年的方案，先复制为今年的"), reverse("cycles:schemes")
    if cycle is None:
        yield _("按方案设立考核年度"), reverse("cycles:years_add")


def registry_tasks(town: Town) -> Iterator[Task]:
    """What a new town enters of places and offices; categories and tables are the scheme's."""
    if not Area.objects.filter(town=town).exists():
        yield _("导入居民区和人员任职"), reverse("registry:intake")
    if missing := missing_departments(town):
        told = _("按方案登记缺少的科室：%(which)s") % {"which": listed(list(missing))}
        yield told, reverse("registry:departments_missing")
    elif not Department.objects.filter(town=town).exists():
        yield _("登记科室，编号与方案中评价部门的写法一致"), reverse("registry:departments")
    if not Source.objects.filter(town=town).exists():
        yield _("登记数据来源：谁报送哪些数据表"), reverse("registry:sources")


def list_tasks(town: Town, cycle: Cycle | None) -> Iterator[Task]:
    """The lists on which items rest; before there is a year, the people too."""
    if not DutyEntry.objects.filter(town=town).exists():
        yield _("登记三张事项清单和其中的事项"), reverse("registry:duty_lists")
    if cycle is None:
        told = _("请系统管理员为各人开设账号、登记岗位；居民区、科室和数据来源登记以后才能勾选")
        yield told, reverse("accounts:posts")


def adoption_tasks(cycle: Cycle) -> Iterator[Task]:
    """What still stands between a year in preparation and its adoption."""
    if is_pending(cycle):
        return
    asked = f"?cycle={cycle.pk}"
    standing = standing_of(cycle)
    if standing.unanswered:
        told = _("还有 %(count)s 项决定事项没有选定") % {"count": len(standing.unanswered)}
        yield told, reverse("cycles:decisions") + asked
    if standing.without_lead or standing.unlinked:
        told = _("还有 %(blocks)s 个项目没有牵头部门，%(items)s 项内容没有清单依据") % {
            "blocks": len(standing.without_lead),
            "items": len(standing.unlinked),
        }
        yield told, reverse("cycles:duties") + asked
    elif not standing.unanswered:
        yield _("提请通过方案"), reverse("cycles:cycle", args=[cycle.pk])


def snapshot_tasks(cycle: Cycle, day: date) -> Iterator[Task]:
    """The two counts of households of a year: to be begun in time, and frozen once confirmed."""
    snapshots = {
        one.number: one for one in Snapshot.objects.filter(town=cycle.town_id, year=cycle.year)
    }
    for number in (1, 2):
        if number not in snapshots and is_open(cycle, f"snapshot_{number}", day):
            told = _("新增第%(number)s次户数快照，导入各居民区的户数和党员数") % {"number": number}
            yield told, reverse("registry:snapshots_add")
    unfrozen = [one for one in snapshots.values() if one.frozen_at is None]
    counts = AreaCount.objects.filter(snapshot__in=unfrozen)
    counted = set(counts.values_list("snapshot", flat=True)) if unfrozen else set()
    waited = set(counts.filter(confirmed_at=None).values_list("snapshot", flat=True))
    for snapshot in unfrozen:
        if snapshot.pk in counted - waited:
            told = _("%(snapshot)s：居民区都已确认，可以冻结") % {"snapshot": snapshot}
            yield told, reverse("registry:snapshot", args=[snapshot.pk])
