"""Addresses for residents."""

from __future__ import annotations

from django.urls import path

from kaohe.web.surveys import resident_views as views

app_name = "residents"
urlpatterns = [
    path("", views.open_rounds, name="rounds"),
    path("<str:tag>", views.answer_form, name="form"),
    path("<str:tag>/receipts", views.receipts, name="receipts"),
    path("<str:tag>/receipts.txt", views.receipts_file, name="receipts_file"),
]
