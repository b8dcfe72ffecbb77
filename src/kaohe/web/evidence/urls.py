"""Addresses of what was observed."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.roles import GROUP
from kaohe.web.evidence import report_views, spot_check_draw_views, spot_check_views, views
from kaohe.web.evidence.records import (
    CASES,
    DONE_VISITS,
    HONOURS,
    ISSUES,
    NOTES,
    REPORTS,
    SANCTION_POINTS,
    SANCTIONS,
    SEALED_VISITS,
    WAIVERS,
    YEAR,
    notes_of_area,
)
from kaohe.web.evidence.sheet_urls import sheet_urls
from kaohe.web.records.urls import records_urls
from kaohe.web.registry.places import add_area_places
from kaohe.web.ui.menu import add_place

app_name = "evidence"
add_area_places(notes_of_area)
add_place(
    YEAR, _("走访覆盖"), "evidence:coverage", lambda person: person.has(views.COVERAGE_SEEN_BY)
)
add_place(
    YEAR,
    _("走访抽查"),
    "evidence:spot_checks",
    lambda person: person.has(f"clerk auditor inspection secretary {GROUP}"),
)
urlpatterns = [
    path("complain", report_views.complain, name="complain"),
    path("reports/<int:pk>/", report_views.report, name="report"),
    path("reports/<int:pk>/answer", report_views.answer_report, name="answer_report"),
    path("coverage/", views.coverage, name="coverage"),
    path("spot-checks/", spot_check_views.spot_checks, name="spot_checks"),
    path("spot-checks/draw", spot_check_draw_views.draw, name="draw_spot_checks"),
    path("spot-checks/redraw", spot_check_draw_views.ask_redraw, name="ask_redraw"),
    path("spot-checks/redraw/<int:pk>/sign", spot_check_draw_views.sign_redraw, name="sign_redraw"),
    path("spot-checks/proof", spot_check_draw_views.proof, name="spot_check_proof"),
    path("spot-checks/frame", spot_check_draw_views.frame_file, name="spot_check_frame"),
    path(
        "spot-checks/areas/<path:area_id>/",
        spot_check_views.spot_check_area,
        name="spot_check_area",
    ),
    path("spot-checks/<int:pk>/sign", spot_check_views.sign, name="sign_outcome"),
    path("spot-checks/<int:pk>/answer", spot_check_views.answer, name="answer_finding"),
    path("spot-checks/<int:pk>/settle", spot_check_views.settle, name="settle_finding"),
    path("honours/<int:pk>/", views.honour, name="honour"),
    path("honours/<int:pk>/confirm", views.confirm_honour, name="confirm_honour"),
    path("honours/<int:pk>/decline", views.decline_honour, name="decline_honour"),
    path("honours/<int:pk>/withdraw", views.withdraw_honour, name="withdraw_honour"),
    path("attachments/<int:pk>", views.attachment, name="attachment"),
    path("sanctions/<int:pk>/", views.sanction, name="sanction"),
    path("sanctions/<int:pk>/confirm", views.confirm_sanction, name="confirm_sanction"),
    path("sanctions/<int:pk>/return", views.return_sanction, name="return_sanction"),
    path("sanctions/<int:pk>/withdraw", views.withdraw_sanction, name="withdraw_sanction"),
    path("cases/<int:pk>/", views.case, name="case"),
    *records_urls(
        NOTES,
        HONOURS,
        SANCTIONS,
        SANCTION_POINTS,
        SEALED_VISITS,
        DONE_VISITS,
        CASES,
        ISSUES,
        WAIVERS,
        REPORTS,
    ),
    *sheet_urls,
]
