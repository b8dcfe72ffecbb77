"""Addresses of background work."""

from django.urls import path

from kaohe.web.jobs import views
from kaohe.web.jobs.records import JOBS
from kaohe.web.records.urls import records_urls

app_name = "jobs"
urlpatterns = [path("jobs/<int:pk>", views.job, name="job"), *records_urls(JOBS)]
