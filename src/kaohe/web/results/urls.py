"""Addresses of runs and results."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from kaohe.web.registry.places import add_area_places, add_snapshot_places
from kaohe.web.results import (
    cases_rules,
    cases_trend_views,
    cases_views,
    compare_views,
    participation_views,
    plan_views,
    presenters,
    robustness_views,
    study_views,
    views,
)
from kaohe.web.results.models import Robustness, Run, Study
from kaohe.web.results.plan_rules import may_see_plan
from kaohe.web.ui.menu import add_place

app_name = "results"
urlpatterns = [
    path("", views.runs, name="runs"),
    path("score", views.score, name="score"),
    path("check", views.check, name="check"),
    path("<int:pk>/", views.run, name="run"),
    path("<int:pk>/against/<int:earlier>", compare_views.compare, name="compare"),
    path("<int:pk>/files/<str:name>", views.download, name="download"),
    path("plan/", plan_views.plan, name="plan"),
    path("plan/<slug:name>.xlsx", plan_views.download, name="plan_download"),
    path("left-out/", views.left_out_ballots, name="left_out"),
    path("participation/", participation_views.participation, name="participation"),
    path("cases/", cases_views.cases, name="cases"),
    path("cases/exclusions", cases_views.exclusions, name="cases_exclusions"),
    path("cases/trends", cases_trend_views.trends, name="cases_trends"),
    path("cases/misdispatch", cases_trend_views.misdispatch, name="misdispatch"),
    path(
        "cases/misdispatch.xlsx",
        cases_trend_views.misdispatch_workbook,
        name="misdispatch_workbook",
    ),
    path("readings/", study_views.readings, name="readings"),
    path("readings/start", study_views.start, name="study_start"),
    path("readings/<int:pk>/", study_views.study, name="study"),
    path(
        "readings/<int:pk>/decisions/<str:decision>/", study_views.decision, name="study_decision"
    ),
    path("readings/<int:pk>/files/<str:name>", study_views.download, name="study_download"),
    path("robustness/", robustness_views.newest, name="robustness_newest"),
    path("<int:pk>/robustness", robustness_views.robustness, name="robustness"),
    path("<int:pk>/robustness/start", robustness_views.start, name="robustness_start"),
    path(
        "<int:pk>/robustness/files/<str:name>",
        robustness_views.download,
        name="robustness_download",
    ),
    path("<int:pk>/areas/<path:subject_id>/", views.subject, name="subject"),
]
add_area_places(presenters.results_of_area)
add_snapshot_places(plan_views.plans_of_snapshot)
add_place(_("群众评价"), _("测评户数安排"), "results:plan", may_see_plan)
add_area_places(participation_views.participation_of_area)
add_place(
    _("群众评价"),
    _("测评参与情况"),
    "results:participation",
    lambda person: person.has(participation_views.SEEN_BY),
)
add_area_places(cases_views.cases_of_area)
add_place(
    _("诉求办件"),
    _("诉求办理"),
    "results:cases",
    lambda person: person.has(cases_rules.SEEN_BY),
)
add_place(_("诉求办件"), _("误派统计"), "results:misdispatch", cases_trend_views.provides_cases)
add_place(_("结果"), _("计分与结果"), "results:runs", lambda person: person.may_read(Run))
add_place(_("结果"), _("决定事项影响"), "results:readings", lambda person: person.may_read(Study))
add_place(
    _("结果"),
    _("稳健性"),
    "results:robustness_newest",
    lambda person: person.may_read(Robustness),
)
