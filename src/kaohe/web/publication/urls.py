"""Addresses of decisions and publications."""

from __future__ import annotations

from django.urls import URLPattern

from kaohe.web.publication.objection_urls import objection_urls
from kaohe.web.publication.rectification_urls import rectification_urls

app_name = "publication"
urlpatterns: list[URLPattern] = [*objection_urls, *rectification_urls]
