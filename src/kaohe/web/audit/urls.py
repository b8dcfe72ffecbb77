"""Addresses of the log."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from kaohe.web.audit import views
from kaohe.web.audit.models import Event
from kaohe.web.ui.menu import add_place

app_name = "audit"
urlpatterns = [
    path("", views.log, name="log"),
    path("verify", views.verify, name="verify"),
    path("workbook", views.workbook, name="workbook"),
]
add_place(_("系统"), _("办理记录"), "audit:log", lambda person: person.may_read(Event))
