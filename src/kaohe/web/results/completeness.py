"""What is missing before a cycle can be scored: of whom, since when, and where it is put right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.scheme.model import Scheme
from kaohe.web.accounts.models import Post
from kaohe.web.accounts.people import Person
from kaohe.web.cycles.calendar import step_of
from kaohe.web.cycles.delivery_presenters import lines_of, without_source
from kaohe.web.cycles.facts import assessed_areas
from kaohe.web.cycles.models import BlockLead, Cycle, Delivery
from kaohe.web.cycles.rules import listed
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.models import (
    BlockSignature,
    Honour,
    Sanction,
    SpotCheck,
    SpotCheckHousehold,
)
from kaohe.web.evidence.offers import offers
from kaohe.web.evidence.sheet_contents import (
    marked_blocks,
    marking_departments,
    sheets_of,
)
from kaohe.web.evidence.spot_check_presenters import stands
from kaohe.web.hotline.facts import to_be_laid
from kaohe.web.registry.contacts import contact_gaps
from kaohe.web.registry.models import Snapshot, Source, StaffPost
from kaohe.web.results.gathering import areas_uncounted
from kaohe.web.surveys.models import Round
from kaohe.web.surveys.overlaps import samples_untold, tables_told_by_rounds
from kaohe.web.surveys.taking_part import rounds_of
from kaohe.web.ui.templatetags.ui import told


@dataclass(frozen=True)
class OpenPoint:
    """One thing that is missing. ``since`` is the day by which it was, or is, due.

    One that ``bars`` keeps collection from being closed (``rules.add_condition``). From the day
    ``clerk_from`` on the clerk sees to it themselves. ``opened_by`` are the roles that may open the
    page, where not all who read the point may.
    """

    who: str
    text: str
    address: str
    since: date | None = None
    bars: bool = False
    clerk_from: date | None = None
    opened_by: str = ""

    def late_on(self, day: date) -> bool:
        """Whether it should have been there by now."""
        return self.since is not None and self.since < day


def open_points(cycle: Cycle) -> list[OpenPoint]:
    """Everything that is missing, place by place; in the order in which a year is closed."""
    scheme, rounds = scheme_of(cycle), list(rounds_of(cycle))
    return [
        *_places(cycle),
        *_people(cycle, scheme),
        *_deliveries(cycle, scheme, rounds),
        *_rounds(cycle, rounds),
        *_marks(cycle, scheme),
        *_observed(cycle, scheme),
    ]


def linked_for(points: Iterable[OpenPoint], person: Person) -> list[OpenPoint]:
    """The same points, without the address of a page that somebody may not open."""
    return [
        one if not one.opened_by or person.has(one.opened_by) else replace(one, address="")
        for one in points
    ]


def points_before_collecting(cycle: Cycle) -> list[OpenPoint]:
    """What a year will need of the town's registers and has not got yet."""
    scheme = scheme_of(cycle)
    return [*_people(cycle, scheme), *_registers(cycle, scheme)]


def _registers(cycle: Cycle, scheme: Scheme) -> Iterator[OpenPoint]:
    """Areas without a class, and registers that are still empty."""
    who, town = _("党建办"), cycle.town
    areas, address = assessed_areas(cycle), reverse("registry:areas")
    if not areas.exists():
        yield OpenPoint(who, _("还没有登记居民区"), address)
    unclassed = [area.name for area in areas.filter(category="")]
    if unclassed and "category" in scheme.fact_tables[scheme.subject.table].columns:
        text = _("没有填类别的居民区：%(which)s") % {"which": listed(unclassed)}
        yield OpenPoint(who, text, address)
    if "staff" in scheme.fact_tables and not StaffPost.objects.filter(town=town).exists():
        yield OpenPoint(who, _("还没有登记人员任职"), reverse("registry:staff"))
    if not Snapshot.objects.filter(town=town, year=cycle.year).exists():
        yield OpenPoint(who, _("还没有本年度的户数快照"), reverse("registry:snapshots"))


def _at(name: str, cycle: Cycle) -> str:
    return f"{reverse(name)}?cycle={cycle.pk}"


def _places(cycle: Cycle) -> Iterator[OpenPoint]:
    uncounted = areas_uncounted(cycle)
    due = step_of(cycle, "snapshot_2").closes_on
    if uncounted:
        text = _("%(count)s 个居民区没有冻结的户数") % {"count": len(uncounted)}
        yield OpenPoint(_("党建办"), text, reverse("registry:snapshots"), due)
    gaps = {area.pk for area, *_rest in contact_gaps(cycle.town, cycle.first, cycle.last)}
    if gaps:
        text = _("%(count)s 个居民区有时段无人包保") % {"count": len(gaps)}
        step = step_of(cycle, "registry")
        yield OpenPoint(
            _("党建办"),
            text,
            reverse("registry:contacts"),
            step.closes_on,
            clerk_from=step.opens_on,
        )


def _people(cycle: Cycle, scheme: Scheme) -> Iterator[OpenPoint]:
    """Departments that nobody marks or signs for, and sources for which nobody can hand in."""
    departments, _unknown = marking_departments(cycle, scheme)
    offices = {department.code: department.name for department in departments}
    sources = {one.code: str(one) for one in Source.objects.filter(town=cycle.town)}
    lacks = {
        "scorer": (offices, _("没有评分人的科室：%(which)s")),
        "department_head": (offices, _("没有负责人的科室：%(which)s")),
        "provider": (sources, _("没有报送人的数据来源：%(which)s")),
    }
    posts = Post.objects.filter(town=cycle.town, role__in=lacks, user__is_active=True)
    held = posts.exclude(until_on__lt=cycle.last).values_list("role", "scope")
    for role, (names, text) in lacks.items():
        covered = {code for one, scope in held if one == role for code in scope}
        without = [name for code, name in names.items() if code not in covered]
        if without:
            told = text % {"which": listed(without)}
            yield OpenPoint(_("系统管理员"), told, reverse("accounts:posts"))


def _deliveries(cycle: Cycle, scheme: Scheme, rounds: Sequence[Round]) -> Iterator[OpenPoint]:
    sources = list(Source.objects.filter(town=cycle.town))
    deliveries = Delivery.objects.filter(cycle=cycle).select_related("source")
    due, address = step_of(cycle, "data_cut").closes_on, _at("cycles:deliveries", cycle)
    here = tables_told_by_rounds(scheme, rounds)
    for line in lines_of(scheme, sources, deliveries, "missing"):
        who, label = str(line.source), f"{told(line.label)} {line.part}".strip()
        if line.counts is None and line.table in here:
            continue
        if line.counts is None:
            yield OpenPoint(who, _("%(table)s 还没有报送") % {"table": label}, address, due)
        elif line.counts.signed_at is None:
            text = _("%(table)s 还没有签认") % {"table": label}
            yield OpenPoint(who, text, address, due, bars=True)
    if without := to_be_laid(cycle).count():
        text = _("%(count)s 件办件还没有归入居民区，暂不计分") % {"count": without}
        address = _at("placing:unplaced", cycle)
        yield OpenPoint(
            _("党建办"),
            text,
            address,
            due,
            bars=True,
            clerk_from=cycle.first,
            opened_by="clerk auditor",
        )
    required = [table.label for table in scheme.fact_tables.values() if table.required]
    for nobodys in without_source(scheme, sources):
        if nobodys in required:
            text = _("%(table)s 没有指定报送单位") % {"table": told(nobodys)}
            where = reverse("registry:sources")
            yield OpenPoint(_("党建办"), text, where, clerk_from=cycle.first)


def _rounds(cycle: Cycle, rounds: Sequence[Round]) -> Iterator[OpenPoint]:
    """Rounds that are not counted yet, and samples that neither a round nor a file tells of."""
    who, due = _("党建办"), step_of(cycle, "data_cut").closes_on
    for held in (one for one in rounds if one.state != "counted"):
        text = _("轮次“%(round)s”还没有截止并开箱") % {"round": held}
        address = reverse("surveys:round", args=[held.pk])
        until = held.closes_on
        yield OpenPoint(who, text, address, until, bars=True, clerk_from=until)
    untold = samples_untold(cycle, rounds)
    if untold:
        text = _("还没有设立轮次、也没有报送的测评样本：%(which)s") % {"which": listed(untold)}
        yield OpenPoint(who, text, _at("surveys:rounds", cycle), due, clerk_from=cycle.first)


def _marks(cycle: Cycle, scheme: Scheme) -> Iterator[OpenPoint]:
    departments, unknown = marking_departments(cycle, scheme)
    due, address = (
        step_of(cycle, "department_window").closes_on,
        _at("evidence:sheet_progress", cycle),
    )
    for sheet in sheets_of(cycle, departments, scheme):
        who, empty = sheet.department.name, sheet.cells - sheet.filled
        if empty:
            text = _("评分表还有 %(count)s 格未评") % {"count": empty}
            yield OpenPoint(who, text, address, due)
        elif sheet.signature is None:
            yield OpenPoint(who, _("评分表待科室负责人签署"), address, due)
    entered_at = reverse("registry:departments")
    for name in unknown:
        text = _("科室登记中没有 %(name)s") % {"name": name}
        yield OpenPoint(_("党建办"), text, entered_at, clerk_from=cycle.first)
    signed = set(
        BlockSignature.objects.filter(cycle=cycle, withdrawn_at=None).values_list("node", flat=True)
    )
    leads = {
        lead.node: lead.department.name
        for lead in BlockLead.objects.filter(cycle=cycle).select_related("department")
    }
    for block in marked_blocks(scheme):
        if block.node not in signed:
            text = _("“%(block)s”待牵头部门确认完整") % {"block": told(block.label)}
            yield OpenPoint(leads.get(block.node, _("党建办")), text, address, due)


def _observed(cycle: Cycle, scheme: Scheme) -> Iterator[OpenPoint]:
    if offers(scheme, "spot_checks"):
        yield from _spot_check(cycle)
    honours = Honour.objects.filter(cycle=cycle, second_by="", declined_by="").count()
    due = step_of(cycle, "compute").closes_on
    if honours:
        text = _("%(count)s 项表彰待第二个科室确认") % {"count": honours}
        yield OpenPoint(_("各科室"), text, _at("evidence:honours", cycle), due)
    sanctions = Sanction.objects.filter(cycle=cycle, confirmed_by="").count()
    if sanctions:
        # Not whose and how many points: only that a second person is waited for.
        yield OpenPoint(_("纪检监察"), _("有扣分待第二人复核"), "", due)


def _spot_check(cycle: Cycle) -> Iterator[OpenPoint]:
    step, address = step_of(cycle, "spot_check"), _at("evidence:spot_checks", cycle)
    due = step.closes_on
    check = SpotCheck.objects.filter(cycle=cycle, annulled_at=None).first()
    if check is None:
        text = _("走访抽查还没有抽取")
        yield OpenPoint(_("党建办"), text, address, due, clerk_from=step.opens_on)
        return
    households = SpotCheckHousehold.objects.filter(check_of=check).select_related("area")
    shown = stands(households, check.size)
    drawn = [one.area.area_id for one in shown]
    waiting = sum(one.is_open for one in shown)
    waiting += assessed_areas(cycle).exclude(area_id__in=drawn).count()
    if waiting:
        text = _("%(count)s 个居民区的走访抽查还没有结果") % {"count": waiting}
        yield OpenPoint(_("审计"), text, address, due)
