"""The town's rows as pages that are declared, not written."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.people import Person
from kaohe.web.records.declaring import Column, Records
from kaohe.web.registry import actions, rules
from kaohe.web.registry.forms import (
    AreaCountForm,
    AreaForm,
    DepartmentForm,
    DutyEntryForm,
    DutyListForm,
    SnapshotForm,
    SourceForm,
    StaffPostForm,
)
from kaohe.web.registry.models import (
    Area,
    AreaCount,
    Department,
    DutyEntry,
    DutyList,
    Snapshot,
    Source,
    StaffPost,
)
from kaohe.web.registry.scopes import missing_departments
from kaohe.web.registry.vocabulary import labelled, told, told_by, with_labels

TOWN = _("镇情")
POLICY = _("方案与规则")


def why_not_snapshot(person: Person, snapshot: Snapshot | None) -> str:
    """A frozen snapshot stays as it is."""
    return rules.why_not_change_count(snapshot.frozen_at) if snapshot is not None else ""


def why_not_count(person: Person, count: AreaCount | None) -> str:
    """Numbers are entered while a snapshot is open."""
    if count is not None:
        return rules.why_not_change_count(count.snapshot.frozen_at)
    if not person.visible(Snapshot.objects.filter(frozen_at=None)).exists():
        return gettext("现在没有可以填报的户数快照。请先新增一次快照。")
    return ""


def missing_departments_button(person: Person) -> list[tuple[str, str]]:
    """To enter what the scheme names and the town has not, for those who may."""
    missing = missing_departments(person.user.town) if person.may_write(Department) else {}
    if not missing:
        return []
    told = gettext("按方案登记缺少的 %(count)s 个科室") % {"count": len(missing)}
    return [(told, reverse("registry:departments_missing"))]


AREAS = Records(
    app="registry",
    name="areas",
    model=Area,
    group=TOWN,
    title=pgettext_lazy("several", "居民区"),
    help=_("全镇的居民区，按编号排列。并入、分设、撤销在各居民区的页面办理，旧的居民区仍然保留。"),
    help_to_readers=_("按编号排列。已并入、分设或撤销的居民区仍然保留。"),
    clause="二；四(三)",
    columns=(
        Column(_("编号"), "area_id"),
        Column(_("名称"), "name"),
        Column(_("类别"), told("category")),
        Column(_("设立日期"), "from_on"),
        Column(_("最后一天"), "until_on"),
        Column(_("并入"), "successor__name"),
    ),
    form=AreaForm,
    save=actions.set_up_area,
    rows=lambda rows: labelled(rows, "category", "category").select_related("successor"),
    search=("area_id", "name"),
    detail="registry:area",
)
SNAPSHOTS = Records(
    app="registry",
    name="snapshots",
    model=Snapshot,
    group=TOWN,
    title=_("户数快照"),
    help=_("每年统计两次户数和党员数，居民区确认后冻结。冻结以后不再更改，各项比例都按它计算。"),
    clause="四(二)2",
    columns=(
        Column(_("快照"), str),
        Column(_("统计日期"), "counted_on"),
        Column(_("冻结时间"), "frozen_at"),
    ),
    form=SnapshotForm,
    save=actions.save_snapshot,
    refuse=why_not_snapshot,
    detail="registry:snapshot",
)
COUNTS = Records(
    app="registry",
    name="counts",
    model=AreaCount,
    group=TOWN,
    title=_("户数与党员数"),
    help=_("各居民区在每次快照中的数字。成批填报请用“导入镇情数据”。"),
    help_to_readers=_("每次快照中的户数和党员数。冻结以后不再更改，各项比例都按它计算。"),
    clause="四(二)2",
    columns=(
        Column(_("居民区"), lambda count: count.area.name),
        Column(_("快照"), lambda count: str(count.snapshot)),
        Column(_("户数"), "households", number=True),
        Column(_("党员数"), "party_members", number=True),
        Column(_("居民区确认时间"), "confirmed_at"),
    ),
    form=AreaCountForm,
    save=actions.save_count,
    rows=lambda rows: rows.select_related("snapshot", "area").order_by(
        "-snapshot__year", "-snapshot__number", "area__area_id"
    ),
    refuse=why_not_count,
    search=("area__area_id", "area__name"),
)
STAFF = Records(
    app="registry",
    name="staff",
    model=StaffPost,
    group=TOWN,
    title=_("人员任职"),
    help=_(
        "居民区工作人员的职务和起止日期，用内部编号，不记姓名。调动时结束旧的任职，再登记新的。"
    ),
    help_to_readers=_(
        "居民区工作人员的职务和起止日期，用内部编号，不记姓名。有误的，请告诉党建办更正。"
    ),
    clause="五(二)1",
    columns=(
        Column(_("人员编号"), "staff_id"),
        Column(_("居民区"), lambda post: post.area.name),
        Column(_("职务"), told("role")),
        Column(_("主持工作"), "presiding"),
        Column(_("坐班"), "resident_office"),
        Column(_("任职自"), "from_on"),
        Column(_("任职至"), "until_on"),
    ),
    form=StaffPostForm,
    save=actions.save_staff_post,
    rows=lambda rows: labelled(rows, "role", "role").select_related("area"),
    search=("staff_id", "area__area_id", "area__name"),
    detail="registry:staff_post",
)
DEPARTMENTS = Records(
    app="registry",
    name="departments",
    model=Department,
    group=TOWN,
    title=pgettext_lazy("several", "科室"),
    help=_("参与考核的科室。编号与考核方案中的写法一致，评分授权按编号办理。"),
    clause="附件1",
    columns=(
        Column(_("编号"), "code"),
        Column(_("全称"), "name"),
        Column(_("别名"), "aliases"),
    ),
    form=DepartmentForm,
    beside=missing_departments_button,
    search=("code", "name"),
)
SOURCES = Records(
    app="registry",
    name="sources",
    model=Source,
    group=TOWN,
    title=_("数据来源"),
    help=_("谁报送哪些数据表。每个来源只能报送自己的表和自己的行。"),
    clause="四(二)2；附件1 第3项",
    columns=(
        Column(_("编号"), "code"),
        Column(_("名称"), "name"),
        Column(_("可报送的数据表"), lambda source: told_by("table", source, source.tables)),
        Column(
            _("只含"),
            lambda source: told_by("condition", source, conditions_written(source.only)),
        ),
    ),
    form=SourceForm,
    rows=lambda rows: with_labels(rows, "table", "condition"),
    search=("code", "name"),
)
DUTY_LISTS = Records(
    app="registry",
    name="duty_lists",
    model=DutyList,
    group=POLICY,
    title=_("事项清单"),
    help=_("依法履职、协助事务、年度下派重点任务三份清单，每次修订登记一个版本。"),
    clause="三(三)",
    columns=(
        Column(_("清单"), "kind"),
        Column(_("版本"), "edition"),
        Column(_("通过日期"), "adopted_on"),
        Column(_("依据文件"), "basis"),
    ),
    form=DutyListForm,
)
DUTY_ENTRIES = Records(
    app="registry",
    name="duty_entries",
    model=DutyEntry,
    group=POLICY,
    title=_("清单事项"),
    help=_(
        "清单里的每一项：由哪个科室牵头，居民区做什么、不做什么。考核内容都要对应到其中的事项。"
    ),
    clause="三(三)",
    columns=(
        Column(_("事项"), "matter"),
        Column(_("清单"), lambda entry: str(entry.duty_list)),
        Column(_("序号"), "number"),
        Column(_("牵头科室"), "department__name"),
        Column(_("居民区做什么"), "area_does"),
        Column(_("居民区不做什么"), "area_does_not"),
    ),
    form=DutyEntryForm,
    rows=lambda rows: rows.select_related("duty_list", "department"),
    search=("matter", "number"),
)


def conditions_written(only: dict[str, dict[str, str]]) -> list[str]:
    """Which rows of which table, as the form takes them."""
    return [
        f"{table}.{column}={cell}"
        for table, conditions in only.items()
        for column, cell in conditions.items()
    ]
