"""Addresses of rulings and publications."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from kaohe.web.publication import (
    export_views,
    publication_views,
    reminder_views,
    ruling_views,
    yearly_views,
)
from kaohe.web.publication.models import PublishedArea, Ruling
from kaohe.web.publication.yearly_burden import SEEN_BY
from kaohe.web.publication.yearly_models import NamedExport, Reminder
from kaohe.web.registry.places import add_area_places
from kaohe.web.ui.menu import add_place

app_name = "publication"
urlpatterns = [
    path("rulings", ruling_views.rulings, name="rulings"),
    path("rulings/new/<slug:kind>", ruling_views.propose, name="propose"),
    path("rulings/<int:pk>/vote", ruling_views.vote, name="vote"),
    path("rulings/<int:pk>/drop", ruling_views.drop, name="drop"),
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
add_place(
    _("结果"),
    _("审定与公布"),
    "publication:rulings",
    lambda person: person.may_read(Ruling),
)
add_area_places(publication_views.letters_of_area)
add_area_places(yearly_views.trends_of_area)
add_place(
    _("结果"),
    _("历年变化"),
    "publication:trends",
    lambda person: person.may_read(PublishedArea),
)
add_place(_("结果"), _("年度材料"), "publication:papers", lambda person: person.has(SEEN_BY))
add_place(
    _("结果"),
    _("结果导出"),
    "publication:exports",
    lambda person: person.may_read(NamedExport),
)
add_area_places(reminder_views.reminders_of_area)
add_place(
    _("结果"),
    _("督促提醒"),
    "publication:reminders",
    lambda person: person.may_read(Reminder),
)
