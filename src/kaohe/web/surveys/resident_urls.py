"""Addresses for residents."""

from __future__ import annotations

from django.urls import path

from kaohe.web.surveys import link_views
from kaohe.web.surveys import resident_views as views

app_name = "residents"
urlpatterns = [
    path("", views.open_rounds, name="rounds"),
    path("<slug:tag>", views.answer_form, name="form"),
    path("<slug:tag>/links", link_views.links, name="links"),
    path("<slug:tag>/receipts", views.receipts, name="receipts"),
    path("<slug:tag>/receipts.txt", views.receipts_file, name="receipts_file"),
]
