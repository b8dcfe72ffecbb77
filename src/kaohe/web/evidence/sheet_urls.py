"""Addresses of the sheet of marks."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from kaohe.web.evidence import sheet_facts as sheet_facts  # adds what the stages ask about marks
from kaohe.web.evidence import sheet_signing_views, sheet_views
from kaohe.web.evidence.models import Mark, SheetSignature
from kaohe.web.ui.menu import add_place

SHEET = "sheet/<int:cycle>/<int:department>"

sheet_urls = [
    path("sheet/", sheet_views.choose, name="sheet"),
    path("sheet/progress", sheet_signing_views.progress, name="sheet_progress"),
    path(f"{SHEET}/", sheet_views.sheet, name="sheet_of"),
    path(f"{SHEET}/cells", sheet_views.cells, name="sheet_cells"),
    path(f"{SHEET}/workbook", sheet_views.workbook, name="sheet_workbook"),
    path(f"{SHEET}/upload", sheet_views.upload, name="sheet_upload"),
    path(f"{SHEET}/apply", sheet_views.apply, name="sheet_apply"),
    path(f"{SHEET}/sign", sheet_signing_views.sign, name="sheet_sign"),
    path(f"{SHEET}/reopening", sheet_signing_views.ask, name="sheet_reopening"),
    path(f"{SHEET}/blocks/<str:node>", sheet_signing_views.sign_block, name="sheet_sign_block"),
    path("reopenings/<int:pk>", sheet_signing_views.decide, name="sheet_decide"),
]
add_place(_("本年考核"), _("科室评分"), "evidence:sheet", lambda person: person.may_write(Mark))
add_place(
    _("本年考核"),
    _("评分进度"),
    "evidence:sheet_progress",
    lambda person: person.sees_all(SheetSignature),
)
