"""Every address of the site."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.i18n import set_language


def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the process answers; asked by whoever started it."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("healthz", healthz),
    path("language", set_language, name="set_language"),
    path("", include("kaohe.web.desk.urls")),
    path("accounts/", include("kaohe.web.accounts.urls")),
    path("audit/", include("kaohe.web.audit.urls")),
    path("registry/", include("kaohe.web.registry.urls")),
    path("", include("kaohe.web.jobs.urls")),
    path("cycles/", include("kaohe.web.cycles.urls")),
    path("evidence/", include("kaohe.web.evidence.urls")),
    path("hotline/", include("kaohe.web.hotline.case_urls")),
    path("surveys/", include("kaohe.web.surveys.urls")),
    path("surveys/", include("kaohe.web.surveys.meeting_urls")),
    path("hotline/", include("kaohe.web.hotline.exclusion_urls")),
    path("fieldwork/", include("kaohe.web.surveys.fieldwork_urls")),
    path("hotline/", include("kaohe.web.hotline.place_urls")),
    path("hotline/interface/", include("kaohe.web.hotline.interface_urls")),
    path("providers/v1/", include("kaohe.web.hotline.provider_urls")),
    path("f/", include("kaohe.web.surveys.resident_urls")),
    path("f/", include("kaohe.web.results.public_urls")),
    path("f/", include("kaohe.web.publication.public_urls")),
    path("results/", include("kaohe.web.results.urls")),
    path("publication/", include("kaohe.web.publication.urls")),
]
handler404 = "kaohe.web.ui.views.not_found"
handler403 = "kaohe.web.ui.views.not_allowed"
handler500 = "kaohe.web.ui.views.broken"
