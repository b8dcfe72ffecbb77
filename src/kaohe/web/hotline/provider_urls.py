"""Addresses for providers' programs."""

from __future__ import annotations

from django.urls import path

from kaohe.web.hotline import provider_api as api

app_name = "providers"
urlpatterns = [
    path("", api.manual),
    path("<int:year>/", api.manual, name="manual"),
    path("<int:year>/cases", api.cases, name="cases"),
    path("<int:year>/inbox", api.parts, name="inbox"),
    path("<int:year>/deliver", api.deliver, name="deliver"),
]
