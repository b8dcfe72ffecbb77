"""Pages for what went wrong: each says what happened and what to do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing here, or nothing for this person: the two are not told apart.

    An exception that has something to say to whoever came by the menu says it as ``told``.
    """
    told = getattr(exception, "told", "")
    return render(request, "ui/not_found.html", {"told": told}, status=404)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An act that is refused; the rule's reason is shown."""
    return render(request, "ui/not_allowed.html", {"reason": str(exception or "")}, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of the program."""
    return render(request, "ui/broken.html", status=500)
