"""What areas put right, as a page that is declared."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.people import Person
from kaohe.web.evidence.forms import open_cycles
from kaohe.web.publication import rectification_actions as actions
from kaohe.web.publication import rectification_rules as rules
from kaohe.web.publication.models import RectificationItem
from kaohe.web.publication.rectification_forms import RectificationForm
from kaohe.web.records.declaring import Column, Records


def _why_not(person: Person, row: RectificationItem | None) -> str:
    if row is not None:
        return rules.why_not_now(row.cycle.stage)
    if open_cycles(person, rules.OPEN_IN):
        return ""
    return gettext("现在没有已公布、还没有归档的年度。结果公布、反馈函发出以后，才登记整改事项。")


def _beside(person: Person) -> list[tuple[str, str]]:
    found = []
    if person.may_write(RectificationItem):
        found.append((gettext("从反馈函中选"), reverse("publication:rectification_offers")))
    if person.has(rules.FOLLOWING):
        found.append((gettext("各居民区办理情况"), reverse("publication:rectification_progress")))
    return found


RECTIFICATION = Records(
    app="publication",
    name="rectification",
    model=RectificationItem,
    group=_("公布以后"),
    title=_("整改事项"),
    help=_(
        "公布以后，按反馈函把要改的事列成几条：改什么、哪个岗位负责、什么时候改好，改好了写一句话。"
        "不计分，不交材料，随年度归档。"
    ),
    help_to_readers=_("居民区按反馈函要改的事。不计分，不用催报材料。"),
    clause="五(一)",
    columns=(
        Column(_("居民区"), "area"),
        Column(_("整改事项"), "text"),
        Column(_("负责岗位或部门"), "owner"),
        Column(_("计划完成日期"), "due_on"),
        Column(_("完成日期"), "done_on"),
        Column(_("完成情况"), "outcome"),
        Column(_("年度"), "cycle__year", number=True),
    ),
    form=RectificationForm,
    save=actions.keep_item,
    rows=lambda rows: rows.select_related("area", "cycle"),
    refuse=_why_not,
    search=("area__name", "text", "owner", "outcome"),
    beside=_beside,
)
