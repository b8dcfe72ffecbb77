"""The last day for objections as a page that is declared."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.people import Person
from kaohe.web.evidence.forms import open_cycles
from kaohe.web.publication import objection_actions as actions
from kaohe.web.publication import objection_rules as rules
from kaohe.web.publication.models import ObjectionTerms
from kaohe.web.publication.objection_forms import TermsForm
from kaohe.web.records.declaring import Column, Records


def _why_not(person: Person, row: ObjectionTerms | None) -> str:
    if row is not None:
        return rules.why_not_extend(row.cycle.stage)
    if open_cycles(person, rules.ASKED_IN):
        return ""
    return gettext("现在没有在复核的年度。")


TERMS = Records(
    app="publication",
    name="objection-terms",
    model=ObjectionTerms,
    group=_("结果"),
    title=_("异议期限"),
    help=_(
        "异议期从居民区可以看到计分采用的事实起，按年度时间安排中“核对与异议”一步的工作日数计算。"
        "需要更晚截止的，在这里写明日期和理由。"
    ),
    help_to_readers=_("异议期延长的，在这里写明截止日期和理由。"),
    clause="六(三)",
    columns=(
        Column(_("年度"), "cycle__year", number=True),
        Column(_("异议截止日期"), "last_on"),
        Column(_("延期理由"), "reason"),
    ),
    form=TermsForm,
    save=actions.keep_terms,
    rows=lambda rows: rows.select_related("cycle"),
    refuse=_why_not,
)
