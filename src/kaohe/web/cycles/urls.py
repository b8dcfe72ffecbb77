"""Addresses of the year, its scheme and its files."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from kaohe.web.cycles import deciding_views, scheme_views, views
from kaohe.web.cycles.delivery_urls import delivery_urls
from kaohe.web.cycles.models import Cycle, DutyLink, SchemeVersion
from kaohe.web.cycles.records import CYCLES, DEADLINES, EXEMPTIONS, RULES, YEAR
from kaohe.web.cycles.vocabulary import offer_codes
from kaohe.web.records.urls import records_urls
from kaohe.web.ui.menu import add_place

app_name = "cycles"
offer_codes()
add_place(YEAR, _("年度进程"), "cycles:current", lambda person: person.may_read(Cycle))
add_place(RULES, _("考核方案"), "cycles:schemes", lambda person: person.may_read(SchemeVersion))
add_place(RULES, _("决定事项"), "cycles:decisions", lambda person: person.may_read(Cycle))
add_place(RULES, _("分工与清单依据"), "cycles:duties", lambda person: person.may_read(DutyLink))
urlpatterns = [
    path("", views.current, name="current"),
    path("<int:pk>/", views.cycle, name="cycle"),
    path("<int:pk>/stage/<slug:enters>", views.stage, name="stage"),
    path("<int:pk>/withdraw", views.withdraw, name="withdraw"),
    path("changes/<int:pk>/sign", views.sign, name="sign"),
    path("changes/<int:pk>/drop", views.drop, name="drop"),
    path("decisions/", deciding_views.decisions, name="decisions"),
    path("decisions/<str:decision>/", deciding_views.decision, name="decision"),
    path("duties/", deciding_views.duties, name="duties"),
    path("exemptions/<int:pk>/exemption", views.exemption, name="exemption"),
    path("schemes/", scheme_views.schemes, name="schemes"),
    path("schemes/take-in", scheme_views.take_in, name="take_in"),
    path("schemes/compare", scheme_views.compare, name="compare"),
    path("schemes/<int:pk>/", scheme_views.scheme, name="scheme"),
    path("schemes/<int:pk>/text", scheme_views.text, name="scheme_text"),
    path("schemes/<int:pk>/policy", scheme_views.policy, name="policy"),
    path("schemes/<int:pk>/copy", scheme_views.copy, name="copy"),
    *records_urls(CYCLES, DEADLINES, EXEMPTIONS),
    *delivery_urls,
]
