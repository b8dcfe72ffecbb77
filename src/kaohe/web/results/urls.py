"""Addresses of runs and results."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from kaohe.web.registry.places import add_area_places
from kaohe.web.results import presenters, views
from kaohe.web.results.models import Run
from kaohe.web.ui.menu import add_place

app_name = "results"
urlpatterns = [
    path("", views.runs, name="runs"),
    path("score", views.score, name="score"),
    path("check", views.check, name="check"),
    path("<int:pk>/", views.run, name="run"),
    path("<int:pk>/files/<str:name>", views.download, name="download"),
    path("<int:pk>/areas/<path:subject_id>/", views.subject, name="subject"),
]
add_area_places(presenters.results_of_area)
add_place(
    _("结果"),
    _("计分与结果"),
    "results:runs",
    lambda person: person.may_read(Run) or person.has("finance"),
)
