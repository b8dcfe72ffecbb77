"""Addresses of what everybody may read of a year's results."""

from __future__ import annotations

from django.urls import path

from kaohe.web.publication import public_views as views

app_name = "published"
urlpatterns = [
    path("<slug:town>/<int:year>/results", views.results, name="results"),
]
