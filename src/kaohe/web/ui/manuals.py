"""Manuals for the developers of other programs: plain text beside an app, a file a language."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse

from kaohe.values.text import Language


def manual_page(request: HttpRequest, app: Path, name: str) -> HttpResponse:
    """``manuals/NAME`` of an app's folder as it stands: Chinese, or English with ``?lang=en``.

    Tests hold the English one equal to the page of ``docs/reference``.
    """
    language: Language = "en" if request.GET.get("lang") == "en" else "zh"
    text = (app / f"manuals/{name}.{language}.md").read_text(encoding="utf-8")
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
