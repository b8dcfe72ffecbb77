"""Addresses of decisions and publications."""

from __future__ import annotations

from django.urls import URLPattern

from kaohe.web.publication.objection_urls import objection_urls

app_name = "publication"
urlpatterns: list[URLPattern] = [*objection_urls]
