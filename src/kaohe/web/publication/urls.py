"""Addresses of rulings and publications."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from kaohe.web.publication import pack_views, pay_views, publication_views, ruling_views
from kaohe.web.publication.models import Ruling
from kaohe.web.publication.objection_urls import objection_urls
from kaohe.web.publication.pay_records import STAFF_ACCOUNTS
from kaohe.web.publication.rectification_urls import rectification_urls
from kaohe.web.publication.yearly_urls import yearly_urls
from kaohe.web.records.urls import records_urls
from kaohe.web.registry.places import add_area_places
from kaohe.web.ui.menu import add_place

app_name = "publication"
urlpatterns = [
    path("rulings", ruling_views.rulings, name="rulings"),
    path("rulings/new/<slug:kind>", ruling_views.propose, name="propose"),
    path("rulings/<int:pk>/vote", ruling_views.vote, name="vote"),
    path("rulings/<int:pk>/drop", ruling_views.drop, name="drop"),
    path("pack", pack_views.pack, name="pack"),
    path("pack/<int:pk>.<slug:kind>", pack_views.file, name="pack_file"),
    path("prepare", publication_views.prepare, name="prepare"),
    path("<int:pk>/", publication_views.publication, name="publication"),
    path("<int:pk>/files/<str:name>", publication_views.file, name="file"),
    path(
        "<int:pk>/letters/<str:subject_id>/<slug:kind>",
        publication_views.letter_file,
        name="letter_file",
    ),
    path("letters/<int:pk>/", publication_views.letter, name="letter"),
    path("letters/<int:pk>/read", publication_views.read, name="read"),
    path("pay/", pay_views.pay, name="pay"),
    path("pay/<int:pk>/", pay_views.version, name="pay_version"),
    path("pay/<int:pk>/confirm", pay_views.confirm, name="pay_confirm"),
    path("pay/<int:pk>/workbook", pay_views.workbook, name="pay_workbook"),
    path("pay/lines/<int:pk>/", pay_views.line, name="pay_line"),
    path("own-pay/", pay_views.own_pay, name="own_pay"),
    *records_urls(STAFF_ACCOUNTS),
    *objection_urls,
    *rectification_urls,
    *yearly_urls,
]
add_place(
    _("结果"),
    _("审定与公布"),
    "publication:rulings",
    lambda person: person.may_read(Ruling),
)
add_area_places(publication_views.letters_of_area)
add_place(_("公布以后"), _("绩效建议"), "publication:pay", pay_views.sees_pay)
add_place(_("公布以后"), _("本人绩效"), "publication:own_pay", pay_views.sees_own_pay)
