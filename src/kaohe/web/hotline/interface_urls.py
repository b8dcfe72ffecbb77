"""Addresses of the page on which people see to the interface for programs."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from kaohe.web.hotline import interface_views as views
from kaohe.web.hotline.models import ProviderKey
from kaohe.web.ui.menu import add_place

app_name = "interface"
add_place(
    _("诉求办件"),
    _("办件接口"),
    "interface:page",
    lambda person: bool(person.may_read(ProviderKey)),
)
urlpatterns = [
    path("", views.interface, name="page"),
    path("keys", views.make_key, name="make_key"),
    path("keys/<int:pk>/revoke", views.revoke_key, name="revoke_key"),
]
