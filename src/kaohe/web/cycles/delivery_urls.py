"""Addresses of the files that providers hand in."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from kaohe.web.cycles import delivery_downloads as downloads
from kaohe.web.cycles import delivery_intake as intake
from kaohe.web.cycles import delivery_views as views
from kaohe.web.cycles.models import Delivery
from kaohe.web.ui.menu import add_place

delivery_urls: list[URLPattern] = [
    path("deliveries/", views.overview, name="deliveries"),
    path("deliveries/upload", intake.upload, name="delivery_upload"),
    path("deliveries/template/<str:table>", downloads.template, name="delivery_template"),
    path("deliveries/<int:pk>/", views.delivery, name="delivery"),
    path("deliveries/<int:pk>/columns", intake.mapping, name="delivery_mapping"),
    path("deliveries/<int:pk>/apply", views.apply, name="delivery_apply"),
    path("deliveries/<int:pk>/sign", views.sign, name="delivery_sign"),
    path("deliveries/<int:pk>/withdraw", views.withdraw, name="delivery_withdraw"),
    path("deliveries/<int:pk>/file", downloads.received, name="delivery_file"),
    path("deliveries/<int:pk>/content", downloads.content, name="delivery_content"),
    path("deliveries/<int:pk>/marked", downloads.marked, name="delivery_marked"),
]
add_place(
    _("本年考核"), _("数据报送"), "cycles:deliveries", lambda person: person.may_read(Delivery)
)
