"""What waits for a person, role by role: what is to be done, where, by when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.web.accounts.models import User
from kaohe.web.accounts.people import Person
from kaohe.web.cycles.calendar import step_of
from kaohe.web.cycles.delivery_presenters import lines_of
from kaohe.web.cycles.models import Cycle, Delivery, StageChange
from kaohe.web.cycles.presenters import change_told
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.desk.beginning import (
    adoption_tasks,
    list_tasks,
    registry_tasks,
    scheme_tasks,
    snapshot_tasks,
)
from kaohe.web.desk.exclusions import exclusions
from kaohe.web.desk.matters import Found, Waiting, at, dated
from kaohe.web.desk.objections import objections
from kaohe.web.desk.publication import publication
from kaohe.web.desk.reminders import reminders_received, reminders_to_decide
from kaohe.web.desk.rounds import (
    attended_meetings,
    clerks_rounds,
    fieldwork,
    flagged_ballots,
    hosted_meetings,
    keepers_keys,
    voids_to_sign,
    watched_meetings,
)
from kaohe.web.evidence.models import (
    Honour,
    Reopening,
    Report,
    Sanction,
    SpotCheckHousehold,
)
from kaohe.web.evidence.sheet_contents import sheet_of
from kaohe.web.evidence.sheet_progress import led_blocks, progress_of_cycle
from kaohe.web.evidence.spot_check_actions import answer_until
from kaohe.web.hotline.models import Exclusion
from kaohe.web.publication.models import Objection, PayConfirmation, PayLine, Publication
from kaohe.web.publication.pay_totals import sum_of
from kaohe.web.registry.models import AreaCount, CountDoubt, Department, Source
from kaohe.web.results.completeness import OpenPoint
from kaohe.web.results.models import Run
from kaohe.web.ui.language import named
from kaohe.web.ui.templatetags.ui import told


def waiting_for(
    person: Person, cycle: Cycle | None, day: date, points: Sequence[OpenPoint] = ()
) -> list[Waiting]:
    """Everything that waits for a person in a cycle, what is due first on top.

    Of the ``points`` that the year still lacks the clerk gets those to see to themselves.
    Without a cycle in sight: what is to be done before there is one, and what needs none.
    """
    found: dict[tuple[str, str], Waiting] = {}
    for role in sorted(person.roles):
        if cycle is not None:
            waits = WAITS.get(role, _nothing)(person, cycle, day)
        else:
            waits = WAITS_WITHOUT_CYCLE.get(role, _nobody)(person, day)
        for one in waits:
            found.setdefault((one.text, one.address), one)
    if cycle is not None and person.may_read(Exclusion):
        for one in exclusions(person, cycle, day):
            found.setdefault((one.text, one.address), one)
    if cycle is not None:
        for one in publication(person, cycle, day):
            found.setdefault((one.text, one.address), one)
    if cycle is not None and person.may_read(Objection):
        for one in objections(person, cycle, day):
            found.setdefault((one.text, one.address), one)
    if person.has("clerk"):
        for point in points:
            if point.clerk_from is not None and point.clerk_from <= day:
                own = Waiting(point.text, point.address, point.since, point.late_on(day))
                found.setdefault((own.text, own.address), own)
    return sorted(found.values(), key=lambda one: one.due or date.max)


def _nobody(person: Person, day: date) -> Found:
    yield from ()


def _nothing(person: Person, cycle: Cycle, day: date) -> Found:
    yield from ()


def _departments(person: Person) -> list[Department]:
    return list(Department.objects.filter(town=person.user.town, code__in=person.departments))


def _scorer(person: Person, cycle: Cycle, day: date) -> Found:
    yield from watched_meetings(person, cycle, day)
    window = step_of(cycle, "department_window")
    due = window.closes_on
    if cycle.stage != "collecting":
        return
    for department in _departments(person):
        sheet = sheet_of(cycle, department, scheme_of(cycle))
        empty, address = sheet.cells - sheet.filled, at("evidence:sheet", cycle)
        if empty and not sheet.signed_by:
            text = _("评分表还有 %(count)s 格未评") % {"count": empty}
            if day < window.opens_on:
                text = _("%(text)s，%(day)s 起评分") % {"text": text, "day": window.opens_on}
            yield dated(text, address, due, day)
        elif sheet.comments_missing:
            text = _("有 %(count)s 格最高分或最低分还没有写说明")
            yield dated(text % {"count": sheet.comments_missing}, address, due, day)


def _department_head(person: Person, cycle: Cycle, day: date) -> Found:
    yield from watched_meetings(person, cycle, day)
    due = step_of(cycle, "department_window").closes_on
    if cycle.stage != "collecting":
        return
    progress = progress_of_cycle(cycle, person)
    for department in _departments(person):
        sheet = sheet_of(cycle, department, scheme_of(cycle))
        if sheet.cells and sheet.filled == sheet.cells and not sheet.signed_by:
            yield dated(_("评分表已评完，等您签署"), at("evidence:sheet", cycle), due, day)
        mine = {block.node for block in led_blocks(cycle, department)}
        for block in progress.blocks:
            if block.block.node in mine and block.signature is None and not block.unsigned:
                text = _("“%(block)s”各科室都已签署，等您确认完整")
                text %= {"block": told(block.block.label)}
                yield dated(text, at("evidence:sheet", cycle), due, day)
    open_honours = Honour.objects.filter(cycle=cycle, second_by="", declined_by="").exclude(
        first_by__in=person.departments
    )
    for honour in open_honours.select_related("area"):
        text = _("请确认表彰：%(honour)s") % {"honour": honour}
        yield Waiting(text, reverse("evidence:honour", args=[honour.pk]))


def _leader(person: Person, cycle: Cycle, day: date) -> Found:
    yield from hosted_meetings(person, cycle, day)
    if cycle.stage == "collecting":
        text = _("到居民区走访后可随手记一笔")
        yield Waiting(text, reverse("evidence:notes_add"))


def _secretary(person: Person, cycle: Cycle, day: date) -> Found:
    yield from reminders_received(person, day)
    yield from attended_meetings(person, cycle, day)
    counts = AreaCount.objects.filter(
        town=person.user.town,
        area__area_id__in=person.areas,
        confirmed_at=None,
        snapshot__frozen_at=None,
    )
    if counts.exists():
        yield Waiting(_("请核对本居民区户数和党员数"), reverse("registry:own_area"))
    findings = SpotCheckHousehold.objects.filter(
        cycle=cycle,
        area__area_id__in=person.areas,
        outcome="not_confirmed",
        settled_at=None,
        answer="",
    )
    for finding in findings.select_related("area", "cycle__scheme"):
        until = answer_until(finding)
        if until is not None and until >= day:
            text = _("抽查发现 1 户未走访，可以说明情况")
            yield Waiting(text, at("evidence:spot_checks", cycle), until)


def _provider(person: Person, cycle: Cycle, day: date) -> Found:
    due, address = step_of(cycle, "data_cut").closes_on, at("cycles:deliveries", cycle)
    if cycle.stage != "collecting":
        return
    sources = list(Source.objects.filter(town=person.user.town, code__in=person.sources))
    deliveries = Delivery.objects.filter(cycle=cycle, source__in=sources).select_related("source")
    for line in lines_of(scheme_of(cycle), sources, deliveries, "missing"):
        label = {"table": f"{told(line.label)} {line.part}".strip()}
        if line.waits is not None:
            yield dated(named(label["table"], line.waiting), address, due, day)
        elif line.counts is None:
            yield dated(_("请报送 %(table)s") % label, address, due, day)
        elif line.counts.signed_at is None:
            yield dated(_("%(table)s 已生效，请签认") % label, address, due, day)


def _inspection(person: Person, cycle: Cycle, day: date) -> Found:
    yield from keepers_keys(person, cycle, day)
    yield from watched_meetings(person, cycle, day)
    unconfirmed = Sanction.objects.filter(cycle=cycle, confirmed_by="")
    for sanction in unconfirmed.filter(entered_by=person.username).exclude(returned_by=""):
        text = _("扣分被退回，请更正：%(reference)s") % {"reference": sanction.reference}
        yield Waiting(text, reverse("evidence:sanction", args=[sanction.pk]))
    for sanction in unconfirmed.filter(returned_by="").exclude(entered_by=person.username):
        text = _("请复核扣分：%(reference)s") % {"reference": sanction.reference}
        yield Waiting(text, reverse("evidence:sanction", args=[sanction.pk]))
    reports = Report.objects.filter(town=person.user.town, answer="").count()
    if reports:
        text = _("%(count)s 件投诉与建议待处理") % {"count": reports}
        yield Waiting(text, reverse("evidence:reports"))
    yield from flagged_ballots(person, cycle)


def _group_head(person: Person, cycle: Cycle, day: date) -> Found:
    yield from keepers_keys(person, cycle, day)
    yield from voids_to_sign(person, cycle)
    changes = StageChange.objects.filter(
        cycle__town=person.user.town, done_at=None, dropped_at=None
    ).exclude(Q(signatures__username=person.username) | Q(proposer=person.username))
    for change in changes.select_related("cycle"):
        told_of = {"cycle": change.cycle, "change": change_told(change)}
        text = _("请签署：%(cycle)s %(change)s") % told_of
        yield Waiting(text, reverse("cycles:cycle", args=[change.cycle_id]))
    yield from _group_member(person, cycle, day)


def _group_member(person: Person, cycle: Cycle, day: date) -> Found:
    yield from reminders_to_decide(person, day)
    run = Run.objects.filter(cycle=cycle).first()
    if run is not None and cycle.stage == "review":
        yield Waiting(_("请审阅计分结果"), reverse("results:run", args=[run.pk]))


def _auditor(person: Person, cycle: Cycle, day: date) -> Found:
    households = SpotCheckHousehold.objects.filter(cycle=cycle, outcome="").exclude(
        first_by=person.username
    )
    if households.filter(first_by="").exists() or households.exclude(first_by="").exists():
        due = step_of(cycle, "spot_check").closes_on
        yield dated(_("走访抽查有住户待核查签认"), at("evidence:spot_checks", cycle), due, day)


def _finance(person: Person, cycle: Cycle, day: date) -> Found:
    """The newest list of proposals of pay, until it is confirmed."""
    publications = person.visible(Publication.objects.effective())
    found = publications.filter(cycle__stage__in=("published", "archived")).first()
    if found is None or PayConfirmation.objects.filter(publication=found).exists():
        return
    whole = sum_of(person.visible(PayLine.objects.filter(publication=found)))
    address = reverse("publication:pay_version", args=[found.pk])
    told = {"publication": found, "count": whole.waiting}
    if whole.waiting:
        yield Waiting(_("%(publication)s：%(count)s 人的绩效建议暂缓，请逐一核定") % told, address)
    elif whole.persons:
        yield Waiting(_("%(publication)s：绩效建议名单待确认") % told, address)


def _administrator(person: Person) -> Found:
    users = User.objects.filter(town=person.user.town, is_active=True)
    if not users.exclude(pk=person.user.pk).exists():
        text = _("为各位工作人员新增账号、设置初始密码，先从党建办经办人开始")
        yield Waiting(text, reverse("accounts:users"))
    idle = users.filter(posts=None).count()
    if idle:
        text = _("%(count)s 个账号没有岗位") % {"count": idle}
        yield Waiting(text, reverse("accounts:posts"))


def _clerk_of_new_town(person: Person, day: date) -> Found:
    town = person.user.town
    tasks = (*scheme_tasks(town, None, day), *registry_tasks(town), *list_tasks(town, None))
    for text, address in tasks:
        yield Waiting(text, address)


def _clerk_in_preparation(person: Person, cycle: Cycle, day: date) -> Found:
    town = person.user.town
    tasks = {
        "registry": registry_tasks(town),
        "adopt": (
            *scheme_tasks(town, cycle, day),
            *list_tasks(town, cycle),
            *adoption_tasks(cycle),
        ),
    }
    for step, found in tasks.items():
        due = step_of(cycle, step).closes_on
        for text, address in found:
            yield dated(text, address, due, day)


def _clerk(person: Person, cycle: Cycle, day: date) -> Found:
    if cycle.stage == "prepare":
        yield from _clerk_in_preparation(person, cycle, day)
    if cycle.stage == "adopted":
        yield Waiting(_("方案已通过，可以开始收集"), reverse("cycles:cycle", args=[cycle.pk]))
    if cycle.stage == "scoring":
        due = step_of(cycle, "compute").closes_on
        run = Run.objects.filter(cycle=cycle).first()
        if run is not None and run.final:
            address = reverse("cycles:cycle", args=[cycle.pk])
            yield dated(_("已有计分结果，核对后提交复核"), address, due, day)
        elif run is not None:
            text = _("计分结果是暂定的：未达到的要求补齐或经领导小组认可后，再计分")
            yield dated(text, at("results:runs", cycle), due, day)
        else:
            yield dated(_("请核对全部数据并计分"), at("results:runs", cycle), due, day)
    for text, address in snapshot_tasks(cycle, day):
        yield Waiting(text, address)
    for request in Reopening.objects.filter(cycle=cycle, granted=None).select_related("department"):
        text = _("%(department)s 申请重新评分，请决定") % {"department": request.department.name}
        yield Waiting(text, at("evidence:sheet_progress", cycle))
    doubts = CountDoubt.objects.filter(town=person.user.town, answered_at=None).count()
    if doubts:
        text = _("%(count)s 个居民区对户数有疑问，请答复") % {"count": doubts}
        yield Waiting(text, reverse("registry:snapshots"))
    yield from clerks_rounds(cycle, day)


WAITS: dict[str, Callable[[Person, Cycle, date], Found]] = {
    "clerk": _clerk,
    "scorer": _scorer,
    "department_head": _department_head,
    "leader": _leader,
    "secretary": _secretary,
    "provider": _provider,
    "inspection": _inspection,
    "group_head": _group_head,
    "group_member": _group_member,
    "auditor": _auditor,
    "finance": _finance,
    "administrator": lambda person, cycle, day: _administrator(person),
    "survey_manager": lambda person, cycle, day: fieldwork(person, day),
    "interviewer": lambda person, cycle, day: fieldwork(person, day),
    "statistics": lambda person, cycle, day: flagged_ballots(person, cycle),
}
WAITS_WITHOUT_CYCLE: dict[str, Callable[[Person, date], Found]] = {
    "administrator": lambda person, day: _administrator(person),
    "clerk": _clerk_of_new_town,
    "survey_manager": fieldwork,
    "interviewer": fieldwork,
}
