"""Files that a page gives to keep."""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import quote

from django.http import HttpResponse
from django.http.response import HttpResponseBase

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Answer = TypeVar("Answer", bound=HttpResponseBase)


def to_keep(response: Answer, name: str) -> Answer:
    """The same answer, to be kept under a name that may be Chinese."""
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def attachment(content: bytes, name: str, kind: str) -> HttpResponse:
    """Content of a media type ``kind`` as a file to keep."""
    return to_keep(HttpResponse(content, content_type=kind), name)
