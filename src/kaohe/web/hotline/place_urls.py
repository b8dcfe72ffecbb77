"""Addresses of places, of cases without an area, and of cases that may repeat others."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from kaohe.web.hotline import place_views as views
from kaohe.web.hotline import repeat_views
from kaohe.web.hotline.models import Case
from kaohe.web.hotline.place_intake import PLACES as PLACES_FILE
from kaohe.web.hotline.place_records import PLACEMENTS, PLACES, TERMS
from kaohe.web.records.urls import records_urls
from kaohe.web.registry.intake.kinds import add_kind
from kaohe.web.ui.menu import add_place

app_name = "placing"
add_kind(PLACES_FILE)
add_place(_("诉求办件"), _("待归属办件"), "placing:unplaced", views.sees_unplaced)
add_place(
    _("诉求办件"), _("重复线索"), "placing:repeats", lambda person: bool(person.may_read(Case))
)
urlpatterns = [
    path("unplaced/", views.unplaced, name="unplaced"),
    path("unplaced/cases", views.cases_of_place, name="cases_of_place"),
    path("repeats/", repeat_views.repeats, name="repeats"),
    *records_urls(PLACEMENTS, PLACES, TERMS),
]
