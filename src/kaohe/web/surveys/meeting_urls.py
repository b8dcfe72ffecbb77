"""Addresses of meetings."""

from __future__ import annotations

from django.urls import path

from kaohe.web.records.urls import records_urls
from kaohe.web.surveys import meeting_paper_views, meeting_views, printing_views
from kaohe.web.surveys.meeting_records import MEETINGS

app_name = "meetings"
urlpatterns = [
    path("meetings/<int:pk>/", meeting_views.meeting, name="meeting"),
    path("meetings/<int:pk>/draw", meeting_views.draw, name="draw"),
    path("meetings/<int:pk>/frame", meeting_views.frame_file, name="frame"),
    path("meetings/<int:pk>/attendance", meeting_views.attendance, name="attendance"),
    path("meetings/<int:pk>/slips", meeting_views.slips, name="slips"),
    path("meetings/<int:pk>/papers", meeting_views.papers_counted, name="papers_counted"),
    path("meetings/<int:pk>/papers/<str:sample>", meeting_paper_views.papers, name="papers"),
    path("meetings/<int:pk>/form/<str:sample>", printing_views.meeting_form, name="paper_form"),
    path("meetings/<int:pk>/close", meeting_views.close, name="close"),
    *records_urls(MEETINGS),
]
