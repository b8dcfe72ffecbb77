"""Addresses of the third party's work: the town's view of it, and the workspace."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.roles import GROUP
from kaohe.web.surveys import back_check_views
from kaohe.web.surveys import fieldwork_views as views
from kaohe.web.surveys import workspace_views as workspace
from kaohe.web.ui.menu import add_place

app_name = "fieldwork"
add_place(
    _("群众评价"),
    _("第三方访问"),
    "fieldwork:rounds",
    lambda person: person.has(f"clerk auditor survey_manager interviewer {GROUP}"),
)
urlpatterns = [
    path("", views.rounds, name="rounds"),
    path("<int:pk>/", views.round_page, name="round"),
    path("<int:pk>/vendor", views.name_vendor, name="vendor"),
    path("<int:pk>/checks/<slug:kind>", views.note_check, name="check"),
    path("<int:pk>/draw", views.draw, name="draw"),
    path("<int:pk>/hand-over", views.hand_over, name="hand_over"),
    path("<int:pk>/proof", views.proof, name="proof"),
    path("<int:pk>/frame.csv", views.frame_file, name="frame"),
    path("<int:pk>/areas/<str:area_id>/", workspace.area, name="area"),
    path("<int:pk>/sample.<str:kind>", workspace.sample_file, name="sample"),
    path("<int:pk>/form.xlsx", workspace.form_file, name="form"),
    path("<int:pk>/returns", workspace.returns, name="returns"),
    path("<int:pk>/back-checks", back_check_views.back_checks, name="back_checks"),
    path("<int:pk>/back-checks/draw", back_check_views.draw_back_checks, name="draw_back_checks"),
    path("back-checks/<int:pk>", back_check_views.note_back_check, name="note_back_check"),
    path(
        "back-checks/<int:pk>/settle", back_check_views.settle_back_check, name="settle_back_check"
    ),
    path("households/<int:pk>", workspace.interview, name="interview"),
]
