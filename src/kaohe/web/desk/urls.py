"""The first page."""

from django.urls import path

from kaohe.web.desk import views

app_name = "desk"
urlpatterns = [path("", views.home, name="home")]
