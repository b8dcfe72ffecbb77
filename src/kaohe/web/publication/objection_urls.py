"""Addresses of facts and objections."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from kaohe.web.publication import objection_views as views
from kaohe.web.publication.objection_presenters import SEES_DECIDERS
from kaohe.web.publication.objection_records import TERMS
from kaohe.web.records.urls import records_urls
from kaohe.web.ui.menu import add_place

add_place(
    _("本年考核"),
    _("核对本居民区事实"),
    "publication:facts",
    lambda person: person.has(views.CHECKS),
)
add_place(_("结果"), _("异议"), "publication:objections", lambda person: person.has(SEES_DECIDERS))
objection_urls = [
    path("facts/", views.facts, name="facts"),
    path("facts/<path:area_id>/object", views.object_to, name="object"),
    path("facts/<path:area_id>/confirm", views.confirm, name="confirm_facts"),
    path("objections/", views.objections, name="objections"),
    path("objections/<int:pk>/", views.objection, name="objection"),
    path("objections/<int:pk>/decide", views.decide, name="decide_objection"),
    path("objections/<int:pk>/withdraw", views.withdraw, name="withdraw_objection"),
    path("objections/<int:pk>/settle", views.settle, name="settle_objection"),
    *records_urls(TERMS),
]
