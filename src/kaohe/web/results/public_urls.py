"""Addresses of what everybody may read, beside those of residents' forms."""

from __future__ import annotations

from django.urls import path

from kaohe.web.results import public_views as views

app_name = "public"
urlpatterns = [
    path("<slug:town>/<int:year>", views.year, name="year"),
    path("<slug:town>/<int:year>/questions", views.questionnaire, name="questionnaire"),
]
