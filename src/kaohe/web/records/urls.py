"""The addresses of declared rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from kaohe.web.records import views
from kaohe.web.records.declaring import Records
from kaohe.web.ui.menu import add_place

DECLARED: list[Records] = []
"""Every declaration of the site, for the tests of the access matrix."""


def records_urls(*declared: Records) -> list[URLPattern]:
    """List, workbook, form and row of each declaration, and its place in the menu."""
    patterns = []
    for records in declared:
        DECLARED.append(records)
        add_place(records.group, records.title, records.listed, _seen_by(records))
        given, name = {"records": records}, records.name
        patterns += [
            path(f"{name}/", views.listing, given, name=name),
            path(f"{name}/workbook", views.workbook, given, name=f"{name}_workbook"),
            path(f"{name}/add", views.add, given, name=f"{name}_add"),
            path(f"{name}/<int:pk>/", views.row, given, name=f"{name}_row"),
            path(f"{name}/<int:pk>/change", views.change, given, name=f"{name}_change"),
        ]
    return patterns


def _seen_by(records: Records) -> Callable[[Any], bool]:
    return lambda person: bool(person.may_read(records.model))
