"""Addresses of decisions and publications."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from kaohe.web.publication import pay_views
from kaohe.web.publication.pay_records import STAFF_ACCOUNTS
from kaohe.web.records.urls import records_urls
from kaohe.web.ui.menu import add_place

app_name = "publication"
urlpatterns = [
    path("pay/", pay_views.pay, name="pay"),
    path("pay/<int:pk>/", pay_views.version, name="pay_version"),
    path("pay/<int:pk>/confirm", pay_views.confirm, name="pay_confirm"),
    path("pay/<int:pk>/workbook", pay_views.workbook, name="pay_workbook"),
    path("pay/lines/<int:pk>/", pay_views.line, name="pay_line"),
    path("own-pay/", pay_views.own_pay, name="own_pay"),
    *records_urls(STAFF_ACCOUNTS),
]
add_place(_("结果"), _("绩效建议"), "publication:pay", pay_views.sees_pay)
add_place(_("结果"), _("本人绩效"), "publication:own_pay", pay_views.sees_own_pay)
