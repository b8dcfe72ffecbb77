"""Addresses of cases."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from kaohe.web.hotline import case_views as views
from kaohe.web.hotline.models import Case
from kaohe.web.ui.menu import add_place

app_name = "hotline"
add_place(_("诉求办件"), _("办件"), "hotline:cases", lambda person: person.may_read(Case))
urlpatterns = [
    path("cases/", views.cases, name="cases"),
    path("cases/<int:pk>/", views.case, name="case"),
]
