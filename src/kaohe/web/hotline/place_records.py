"""Places, cases laid by hand and terms as pages that are declared."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.people import Person
from kaohe.web.hotline import place_actions as actions
from kaohe.web.hotline import place_rules as rules
from kaohe.web.hotline.models import OF_NO_AREA, CaseTerms, Place, Placement
from kaohe.web.hotline.place_forms import PlaceForm, PlacementForm, TermsForm
from kaohe.web.records.declaring import Column, Records

CLAUSE = "四(二)2；附件1 第3项"


def _from_a_file(person: Person) -> list[tuple[str, str]]:
    if not person.may_write(Place):
        return []
    return [(gettext("从表格导入"), reverse("registry:intake_kind", args=["places"]))]


def _why_not_placement(person: Person, row: Placement | None) -> str:
    if row is None:
        return gettext("要归属办件，请到“待归属办件”办理；这里更正已经归属的。")
    return rules.why_not_place(row.cycle.stage)


def _why_not_terms(person: Person, row: CaseTerms | None) -> str:
    return rules.why_not_set_terms(row.cycle.stage) if row is not None else ""


PLACES = Records(
    app="placing",
    name="places",
    model=Place,
    group=_("诉求办件"),
    title=_("地点对照"),
    help=_(
        "路名、弄号、小区名等地点各属哪个居民区。报送文件没有写居民区的办件按它归属；"
        "改动以后，收集和计分阶段的办件马上重新归属。"
    ),
    help_to_readers=_("报送文件没有写居民区的办件，按地点归属。"),
    clause=CLAUSE,
    columns=(
        Column(_("地点"), "text"),
        Column(_("居民区编号"), "area__area_id"),
        Column(_("居民区"), "area__name"),
    ),
    form=PlaceForm,
    save=actions.save_place,
    rows=lambda rows: rows.select_related("area"),
    search=("text", "area__area_id", "area__name"),
    beside=_from_a_file,
)
PLACEMENTS = Records(
    app="placing",
    name="placements",
    model=Placement,
    group=_("诉求办件"),
    title=_("人工归属"),
    help=_("由人归入居民区、或者记为不属于任何居民区的办件。提供单位换了新的一版文件，归属照旧。"),
    clause=CLAUSE,
    columns=(
        Column(_("办件编号"), "case_id"),
        Column(_("居民区"), lambda row: row.area.name if row.area else OF_NO_AREA),
        Column(_("年度"), "cycle__year"),
        Column(_("办理人"), "by"),
        Column(_("办理时间"), "at"),
    ),
    form=PlacementForm,
    save=actions.change_placement,
    rows=lambda rows: rows.select_related("area", "cycle"),
    refuse=_why_not_placement,
    search=("case_id", "area__name"),
)
TERMS = Records(
    app="placing",
    name="terms",
    model=CaseTerms,
    group=_("诉求办件"),
    title=_("办件期限"),
    help=_(
        "每年由党建办设定：相隔多少天以内的同类办件提示可能重复，剔除申请多少天内办结。"
        "不设定就不提示，也没有期限。"
    ),
    help_to_readers=_("相隔多少天以内的同类办件提示可能重复，剔除申请多少天内办结。"),
    clause="三(二)",
    columns=(
        Column(_("年度"), "cycle__year", number=True),
        Column(_("重复线索天数"), "repeat_days", number=True),
        Column(_("剔除办理天数"), "decide_days", number=True),
    ),
    form=TermsForm,
    save=actions.set_terms,
    rows=lambda rows: rows.select_related("cycle"),
    refuse=_why_not_terms,
)
