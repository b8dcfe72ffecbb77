"""Addresses of years beside each other, papers of a year, exports and reminders."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from kaohe.web.publication import export_views, reminder_views, yearly_views
from kaohe.web.publication.models import PublishedArea
from kaohe.web.publication.yearly_burden import SEEN_BY
from kaohe.web.publication.yearly_models import NamedExport, Reminder
from kaohe.web.registry.places import add_area_places
from kaohe.web.ui.menu import add_place

AFTERWARDS = _("公布以后")
yearly_urls = [
    path("trends", yearly_views.trends, name="trends"),
    path("papers", yearly_views.papers, name="papers"),
    path("papers/burden.<slug:kind>", yearly_views.burden_file, name="burden"),
    path("papers/summary.docx", yearly_views.summary_file, name="summary"),
    path("exports", export_views.exports, name="exports"),
    path("exports/<int:pk>.xlsx", export_views.export_file, name="export_file"),
    path("reminders", reminder_views.reminders, name="reminders"),
    path("reminders/of/<str:subject_id>", reminder_views.propose, name="remind"),
    path("reminders/<int:pk>/vote", reminder_views.vote, name="reminder_vote"),
    path("reminders/<int:pk>/drop", reminder_views.drop, name="reminder_drop"),
]
add_area_places(yearly_views.trends_of_area)
add_area_places(reminder_views.reminders_of_area)
add_place(
    AFTERWARDS,
    _("历年变化"),
    "publication:trends",
    lambda person: person.may_read(PublishedArea),
)
add_place(AFTERWARDS, _("年度材料"), "publication:papers", lambda person: person.has(SEEN_BY))
add_place(
    AFTERWARDS, _("结果导出"), "publication:exports", lambda person: person.may_read(NamedExport)
)
add_place(
    AFTERWARDS, _("督促提醒"), "publication:reminders", lambda person: person.may_read(Reminder)
)
