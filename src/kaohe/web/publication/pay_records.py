"""Logins and staff ids, kept by finance."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaohe.web.publication.pay_actions import save_staff_account
from kaohe.web.publication.pay_forms import StaffAccountForm
from kaohe.web.publication.pay_models import StaffAccount
from kaohe.web.records.declaring import Column, Records
from kaohe.web.registry.records import TOWN

STAFF_ACCOUNTS = Records(
    app="publication",
    name="staff_accounts",
    model=StaffAccount,
    group=TOWN,
    title=_("人员编号与账号"),
    help=_(
        "居民区书记、社工的账号对应哪个人员编号。对应以后，结果一公布，本人就能看到自己的绩效建议。"
    ),
    clause="五(二)1",
    columns=(
        Column(_("人员编号"), "staff_id"),
        Column(_("账号"), "user__username"),
        Column(_("姓名"), "user__name"),
    ),
    form=StaffAccountForm,
    save=save_staff_account,
    rows=lambda rows: rows.select_related("user"),
    search=("staff_id", "user__username", "user__name"),
)
