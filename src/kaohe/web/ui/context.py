"""What the frame of every page needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from kaohe.web import clock
from kaohe.web.ui.language import page_language
from kaohe.web.ui.menu import menu_of


def page(request: HttpRequest) -> dict[str, Any]:
    """The person, their menu, the clock if it stands still, and whom to call."""
    environment = settings.ENVIRONMENT
    person = getattr(request, "person", None)
    return {
        "person": person,
        "menu": menu_of(person, request.path) if person else (),
        "fixed_clock": environment.clock and timezone.localtime(environment.clock),
        "now": timezone.localtime(clock.now()),
        "demonstration": environment.demonstration,
        "second_factor_off": not environment.second_factor,
        "help_line": environment.help_line,
        "chinese": page_language() == "zh",
    }
