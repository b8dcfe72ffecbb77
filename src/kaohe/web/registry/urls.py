"""Addresses of the town."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from kaohe.web.records.urls import records_urls
from kaohe.web.registry import count_views, intake_views, views
from kaohe.web.registry.intake.kinds import kinds_of
from kaohe.web.registry.records import (
    AREAS,
    COUNTS,
    DEPARTMENTS,
    DUTY_ENTRIES,
    DUTY_LISTS,
    SNAPSHOTS,
    SOURCES,
    STAFF,
    TOWN,
)
from kaohe.web.registry.scopes import offer_scopes
from kaohe.web.ui.menu import add_place

app_name = "registry"
offer_scopes()
add_place(TOWN, _("本居民区情况"), "registry:own_area", lambda person: person.has("secretary"))
urlpatterns = [
    path("own-area", views.own_area, name="own_area"),
    path("areas/<int:pk>/", views.area, name="area"),
    path("areas/<int:pk>/merge", views.merge, name="area_merge"),
    path("areas/<int:pk>/split", views.split, name="area_split"),
    path("areas/<int:pk>/close", views.close, name="area_close"),
    path("areas/<int:pk>/restore", views.restore, name="area_restore"),
    *records_urls(AREAS),
]
add_place(TOWN, _("包保联系"), "registry:contacts", views.sees_contacts)
urlpatterns += [
    path("contacts", views.contacts, name="contacts"),
    path("snapshots/<int:pk>/", count_views.snapshot, name="snapshot"),
    path("snapshots/<int:pk>/freeze", count_views.freeze, name="snapshot_freeze"),
    path("counts/<int:pk>/confirm", count_views.confirm, name="count_confirm"),
    path("counts/<int:pk>/doubt", count_views.doubt, name="count_doubt"),
    path("doubts/<int:pk>/answer", count_views.answer, name="doubt_answer"),
    path(
        "departments/missing",
        views.register_missing_departments,
        name="departments_missing",
    ),
    path("staff/<int:pk>/", views.staff_post, name="staff_post"),
    path("staff/<int:pk>/end", views.end_staff_post, name="staff_post_end"),
    *records_urls(SNAPSHOTS, COUNTS, STAFF, DEPARTMENTS, SOURCES, DUTY_LISTS, DUTY_ENTRIES),
]
add_place(TOWN, _("导入镇情数据"), "registry:intake", lambda person: bool(kinds_of(person)))
urlpatterns += [
    path("intake/", intake_views.index, name="intake"),
    path("intake/<slug:name>/", intake_views.upload, name="intake_kind"),
    path("intake/<slug:name>/template", intake_views.template, name="intake_template"),
    path("intake/<slug:name>/preview", intake_views.preview, name="intake_preview"),
    path("intake/<slug:name>/marked", intake_views.marked, name="intake_marked"),
    path("intake/<slug:name>/apply", intake_views.apply, name="intake_apply"),
]
