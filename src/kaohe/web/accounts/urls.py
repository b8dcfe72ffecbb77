"""Addresses of login, people and posts."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts import views
from kaohe.web.accounts.records import POSTS, SYSTEM, USERS
from kaohe.web.records.urls import records_urls
from kaohe.web.ui.menu import add_place

app_name = "accounts"
urlpatterns = [
    path("login", views.log_in, name="login"),
    path("logout", views.log_out, name="logout"),
    path("second-factor", views.second_factor, name="second_factor"),
    path("me", views.me, name="me"),
    path("password", views.new_password, name="new_password"),
    path("access", views.access, name="access"),
    path("security", views.security, name="security"),
    path("users/<int:pk>/", views.user, name="user"),
    path("users/<int:pk>/password", views.first_password, name="first_password"),
    path("users/<int:pk>/deactivate", views.deactivate_user, name="deactivate"),
    path("users/<int:pk>/reactivate", views.reactivate_user, name="reactivate"),
    path("users/<int:pk>/second-factor", views.reset_second_factor, name="reset_second_factor"),
    *records_urls(USERS, POSTS),
]
add_place(
    SYSTEM, _("登录记录"), "accounts:security", lambda person: person.has("administrator auditor")
)
