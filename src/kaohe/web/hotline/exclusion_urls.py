"""Addresses of requests to leave cases out."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from kaohe.web.hotline import exclusion_meeting_views as meetings
from kaohe.web.hotline import exclusion_row_views as rows
from kaohe.web.hotline import exclusion_views as views
from kaohe.web.hotline.exclusion_models import Exclusion
from kaohe.web.ui.menu import add_place

app_name = "exclusions"
add_place(
    _("诉求办件"),
    _("诉求剔除"),
    "exclusions:exclusions",
    lambda person: person.may_read(Exclusion),
)
urlpatterns = [
    path("exclusions/", views.exclusions, name="exclusions"),
    path("exclusions/ask", views.ask, name="ask"),
    path("exclusions/meeting", meetings.meeting, name="meeting"),
    path("exclusions/grounds", views.grounds, name="grounds"),
    path("exclusions/<int:pk>/", rows.exclusion, name="exclusion"),
    path("exclusions/<int:pk>/speak", rows.speak, name="speak"),
    path("exclusions/<int:pk>/take-back", rows.take_back, name="take_back"),
    path("exclusions/<int:pk>/undo", rows.undo, name="undo"),
    path("exclusions/<int:pk>/undo/take-back", rows.take_undo_back, name="take_undo_back"),
    path("exclusions/<int:pk>/withdraw", rows.withdraw, name="withdraw"),
    path("exclusions/<int:pk>/attach", rows.attach, name="attach"),
    path("exclusions/files/<int:pk>", rows.file, name="file"),
]
