"""Addresses of what areas put right."""

from __future__ import annotations

from django.urls import path

from kaohe.web.publication import rectification_views as views
from kaohe.web.publication.rectification_records import RECTIFICATION
from kaohe.web.records.urls import records_urls

rectification_urls = [
    path("rectification/offers", views.offers, name="rectification_offers"),
    path("rectification/progress", views.progress, name="rectification_progress"),
    *records_urls(RECTIFICATION),
]
