"""Addresses of rounds."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.roles import GROUP
from kaohe.web.surveys import (
    link_views,
    printing_views,
    review_rules,
    review_views,
    views,
    void_views,
)
from kaohe.web.ui.menu import add_place

app_name = "surveys"
add_place(
    _("群众评价"),
    _("居民测评"),
    "surveys:rounds",
    lambda person: person.has(f"clerk inspection auditor {GROUP}"),
)
add_place(
    _("群众评价"),
    _("答卷审阅"),
    "surveys:flagged",
    lambda person: person.has(review_rules.REVIEWING),
)
urlpatterns = [
    path("flagged/", review_views.flagged, name="flagged"),
    path("", views.rounds, name="rounds"),
    path("add", views.prepare, name="prepare"),
    path("<int:pk>/", views.round_page, name="round"),
    path("<int:pk>/change", views.change, name="change"),
    path("<int:pk>/open", views.open_, name="open"),
    path("<int:pk>/pause", views.pause, name="pause"),
    path("<int:pk>/resume", views.resume, name="resume"),
    path("<int:pk>/extend", views.extend, name="extend"),
    path("<int:pk>/close", views.close, name="close"),
    path("<int:pk>/count", views.count, name="count"),
    path("<int:pk>/void", void_views.ask, name="ask_void"),
    path("<int:pk>/void/sign", void_views.sign, name="sign_void"),
    path("<int:pk>/slips/<path:area_id>", printing_views.slips, name="slips"),
    path("<int:pk>/added-slips/<path:area_id>", printing_views.added_slips, name="added_slips"),
    path("<int:pk>/handing-out/<path:area_id>", printing_views.handing_out, name="handing_out"),
    path("<int:pk>/notice", printing_views.notice, name="notice"),
    path("<int:pk>/paper", printing_views.paper_form, name="paper_form"),
    path("<int:pk>/links", link_views.link_keys, name="link_keys"),
    path("links/<int:pk>/revoke", link_views.revoke, name="revoke_link_key"),
    path("<int:pk>/key", views.take_key, name="take_key"),
    path("<int:pk>/key/hand-in", views.hand_in_key, name="hand_in_key"),
]
