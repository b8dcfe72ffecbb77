"""Notes, commendations, sanctions, visits without notice, cases, issues, waivers as pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.people import Person
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence import actions, rules
from kaohe.web.evidence.forms import (
    HonourForm,
    IssueForm,
    NoteForm,
    SanctionForm,
    SealedVisitForm,
    TypicalCaseForm,
    WaiverForm,
    open_cycles,
)
from kaohe.web.evidence.models import (
    DoneSealedVisit,
    Honour,
    Issue,
    Note,
    Report,
    Sanction,
    SanctionPoints,
    SealedVisit,
    TypicalCase,
    Waiver,
)
from kaohe.web.evidence.offers import levels
from kaohe.web.records.declaring import Column, Records
from kaohe.web.registry.models import Area
from kaohe.web.ui.language import in_a_row

YEAR = _("本年考核")
CYCLE = Column(_("考核年度"), "cycle")
AREA = Column(_("居民区"), "area")


def _joined(*names: str) -> Callable[[QuerySet[Any]], QuerySet[Any]]:
    """Rows with what their cells need, fetched at once; the scheme's text once, not row by row."""
    return lambda rows: rows.select_related(*names).prefetch_related(
        "cycle__scheme", "cycle__choices"
    )


def _refusing(
    stages: Iterable[str],
    register: str = "",
    changing: Callable[[Person, Any], str] | None = None,
) -> Callable[[Person, Any], str]:
    """Why a row cannot be added while no cycle takes it, or changed in its cycle's stage."""

    def refuse(person: Person, row: Any) -> str:
        if row is None:
            if open_cycles(person, stages, register):
                return ""
            return _now("现在没有可以登记的年度：考核还没有到这一步，或者方案没有这一项。")
        reason = changing(person, row) if changing is not None else ""
        return reason or rules.why_not_now(row.cycle.stage, stages)

    return refuse


# -- notes


def _change_note(person: Person, row: Note) -> str:
    return "" if row.username == person.username else _now("由记录人本人修改。")


def _same_note(person: Person, row: Note) -> Note | None:
    """What a person wrote about an area on a day, word by word."""
    mine = Note.objects.filter(cycle=row.cycle, area=row.area, username=person.username)
    said = mine.filter(seen_on=row.seen_on, finding=row.finding, help_given=row.help_given)
    return said.order_by("pk").first()


NOTES = Records(
    app="evidence",
    name="notes",
    model=Note,
    group=YEAR,
    title=_("走访记录"),
    help=_(
        "走访时看到的情况和帮助解决的事，由科室和包保领导自己记。不计分，不统计每个人写了多少；评分和反馈时可以引用。"
    ),
    clause="三(二)；四(二)1",
    columns=(
        Column(_("日期"), "seen_on"),
        AREA,
        Column(_("主题"), "theme"),
        Column(_("看到的情况"), "finding"),
        Column(_("帮助解决了什么"), "help_given"),
        Column(_("科室"), "department"),
        Column(_("记录人"), "by"),
    ),
    form=NoteForm,
    save=actions.keep_note,
    rows=_joined("area", "department"),
    refuse=_refusing(rules.NOTES_OPEN, changing=_change_note),
    twin=_same_note,
    search=("area__name", "finding", "help_given"),
)


def notes_of_area(person: Person, area: Area) -> list[tuple[str, str]]:
    """For the leader of an area: what they wrote about it, and a new note."""
    if area.area_id not in actions.led_by(person):
        return []
    listed = reverse(NOTES.listed)
    found = [(_now("走访记录"), f"{listed}?{urlencode({'q': area.name})}")]
    if NOTES.may_add(person) and not NOTES.refuse(person, None):
        found.append((_now("记一笔"), f"{reverse('evidence:notes_add')}?area={area.pk}"))
    return found


# -- commendations


def level_of(row: Honour) -> str:
    """The level of a commendation in the scheme's words."""
    return levels(scheme_of(row.cycle)).get(row.level, row.level)


def _confirmations(row: Honour) -> str:
    both = in_a_row(one for one in (row.first_by, row.second_by) if one)
    if row.declined_by:
        return _now("%(department)s认为不属于综合性表彰") % {"department": row.declined_by}
    if row.second_by:
        return _now("已确认（%(departments)s）") % {"departments": both}
    if row.first_by:
        return _now("待第二个科室确认（%(departments)s已确认）") % {"departments": both}
    return _now("待两个科室确认")


def _change_honour(person: Person, row: Honour) -> str:
    own = person.has("clerk") or row.department.code in person.departments
    return rules.why_not_change_honour(stage=row.cycle.stage, confirmed=bool(row.first_by), own=own)


HONOURS = Records(
    app="evidence",
    name="honours",
    model=Honour,
    group=YEAR,
    title=_("综合性表彰"),
    help=_(
        "党委、政府授予的综合性表彰，由科室登记并上传证书，两个科室的负责人分别确认后才加分。居民区不用提交材料。"
    ),
    clause="三(四)；附件1 第7项",
    columns=(
        Column(_("表彰名称"), "title"),
        AREA,
        Column(_("级别"), level_of),
        Column(_("授予单位"), "body"),
        Column(_("授予日期"), "awarded_on"),
        Column(_("登记科室"), "department"),
        Column(_("状态"), _confirmations),
        CYCLE,
    ),
    form=HonourForm,
    save=actions.keep_honour,
    rows=_joined("area", "department", "certificate"),
    refuse=_refusing(rules.FACTS_OPEN, "honours", _change_honour),
    search=("title", "area__name", "body"),
    detail="evidence:honour",
)

# -- sanctions


def _change_sanction(person: Person, row: Sanction) -> str:
    return rules.why_not_change_sanction(stage=row.cycle.stage, confirmed=bool(row.confirmed_by))


def _reviewed(row: Sanction) -> str:
    if row.confirmed_by:
        return _now("已复核")
    return _now("已退回，待更正") if row.returned_by else _now("待另一人复核")


SANCTIONS = Records(
    app="evidence",
    name="sanctions",
    model=Sanction,
    group=YEAR,
    title=_("处分扣分"),
    help=_(
        "只录扣分、日期和文号，不录姓名和事由。一人录入，另一人复核后才生效。其他岗位只能看到分数。"
    ),
    clause="三(四)；附件1 第8项",
    columns=(
        Column(_("文号"), "reference"),
        AREA,
        Column(_("扣分"), "points", number=True),
        Column(_("处分决定日期"), "decided_on"),
        Column(_("状态"), _reviewed),
        CYCLE,
    ),
    form=SanctionForm,
    save=actions.keep_sanction,
    rows=_joined("area"),
    refuse=_refusing(rules.FACTS_OPEN, "sanctions", _change_sanction),
    search=("reference", "area__name"),
    detail="evidence:sanction",
)
SANCTION_POINTS = Records(
    app="evidence",
    name="sanction-points",
    model=SanctionPoints,
    group=YEAR,
    title=_("处分扣分"),
    help=_("经纪检监察复核生效的扣分。这里只有分数，没有姓名、事由和文号。"),
    clause="三(四)；附件1 第8项",
    columns=(AREA, Column(_("扣分"), "points", number=True), CYCLE),
    rows=lambda rows: _joined("area")(rows.exclude(confirmed_by="")).order_by(
        "-cycle__year", "area__area_id", "pk"
    ),
)

# -- visits without notice

SEALED_VISITS = Records(
    app="evidence",
    name="sealed-visits",
    model=SealedVisit,
    group=YEAR,
    title=_("四不两直暗访"),
    help=_(
        "不发通知、不打招呼的走访，看减负要求落实得怎样。完成前只有纪检监察和组长看得到；任何时候都不计分。"
    ),
    clause="六(二)",
    columns=(
        Column(_("计划日期"), "planned_on"),
        AREA,
        Column(_("目的"), "purpose"),
        Column(_("完成日期"), "done_on"),
        Column(_("发现"), "finding"),
    ),
    form=SealedVisitForm,
    save=actions.keep_sealed_visit,
    rows=_joined("area"),
    refuse=_refusing(rules.NOTES_OPEN),
)
DONE_VISITS = Records(
    app="evidence",
    name="done-visits",
    model=DoneSealedVisit,
    group=YEAR,
    title=_("已完成的暗访"),
    help=_("纪检监察已经完成的“四不两直”走访。不计分。"),
    clause="六(二)",
    columns=(
        Column(_("完成日期"), "done_on"),
        AREA,
        Column(_("目的"), "purpose"),
        Column(_("发现"), "finding"),
    ),
    rows=_joined("area"),
)

# -- typical cases


class SharedWhenAgreed(Records):
    """Cases that the area has not agreed to are seen by those alone who write them."""

    def found(self, person: Person) -> QuerySet[Any]:
        """The rows that a person sees."""
        rows = super().found(person)
        own = person.writable(self.model._default_manager.all())
        return rows.filter(Q(agreed=True) | Q(pk__in=own.values("pk")))


CASES = SharedWhenAgreed(
    app="evidence",
    name="cases",
    model=TypicalCase,
    group=YEAR,
    title=_("典型案例"),
    help=_("用案例表扬先进：讲做法，不讲分数和名次，也不加分。居民区同意后，大家都能看到。"),
    clause="三(一)；六(三)",
    columns=(
        Column(_("标题"), "title"),
        AREA,
        Column(_("推荐科室"), "department"),
        Column(_("居民区同意推广"), "agreed"),
        CYCLE,
    ),
    form=TypicalCaseForm,
    rows=_joined("area", "department"),
    refuse=_refusing(rules.NOTES_OPEN),
    search=("title", "area__name", "story"),
    detail="evidence:case",
)

# -- the assessment itself

ISSUES = Records(
    app="evidence",
    name="issues",
    model=Issue,
    group=YEAR,
    title=_("纠偏台账"),
    help=_("考核工作自身的问题：谁来改、什么时候改好。不是居民区的问题清单。"),
    clause="六(三)",
    columns=(
        Column(_("问题"), "matter"),
        Column(_("责任人"), "owner"),
        Column(_("办结期限"), "due_on"),
        Column(_("办结日期"), "done_on"),
        Column(_("处理结果"), "outcome"),
    ),
    form=IssueForm,
    save=actions.keep_issue,
    rows=lambda rows: rows.select_related("cycle"),
    refuse=_refusing(rules.NOTES_OPEN),
    search=("matter", "owner", "outcome"),
)

# -- the leading group accepts an unmet check


def _change_waiver(person: Person, row: Waiver) -> str:
    return rules.why_not_waive(row.area.area_id, actions.led_by(person))


WAIVERS = Records(
    app="evidence",
    name="waivers",
    model=Waiver,
    group=YEAR,
    title=_("领导小组认可事项"),
    help=_(
        "检查项没有达到、但领导小组开会认可的，在这里登记理由和会议。包保该居民区的成员不参与决定。"
    ),
    clause="四(二)2；六(一)",
    columns=(
        AREA,
        Column(_("检查项"), "check_told"),
        Column(_("理由"), "reason"),
        Column(_("会议日期"), "meeting_on"),
        Column(_("会议编号"), "meeting_number"),
        CYCLE,
    ),
    form=WaiverForm,
    save=actions.keep_waiver,
    rows=lambda rows: _joined("area")(rows).order_by("-cycle__year", "area__area_id", "check_id"),
    refuse=_refusing(rules.WAIVERS_OPEN, "waivers", _change_waiver),
    search=("area__name", "reason", "meeting_number"),
)

# -- reports

REPORTS = Records(
    app="evidence",
    name="reports",
    model=Report,
    group=YEAR,
    title=_("反映事项办理"),
    help=_("大家通过“投诉与建议”反映的事项，由纪检监察办理并填写处理情况。"),
    clause="六(二)",
    columns=(
        Column(_("收到日期"), "received_on"),
        Column(_("类型"), "kind"),
        Column(_("内容"), "matter"),
        Column(_("处理情况"), "answer"),
        Column(_("答复日期"), "answered_on"),
    ),
    detail="evidence:report",
    beside=lambda person: ((_now("我要反映"), reverse("evidence:complain")),),
)
