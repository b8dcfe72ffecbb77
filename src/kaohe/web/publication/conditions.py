"""What publications have to say about the stages of a cycle."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.rules import (
    add_allowance,
    add_condition,
    add_consequence,
    add_subject,
)
from kaohe.web.publication.objection_conditions import speak_of_objections
from kaohe.web.publication.publishing import prepared, take_effect, why_not_publish


def _is_prepared(cycle: Cycle) -> bool:
    return prepared(cycle) is not None


def _what_is_published(cycle: Cycle) -> tuple[str, str]:
    found = prepared(cycle)
    if found is None:
        return "", ""
    address = reverse("publication:publication", args=[found.pk])
    return _("先看将要公布的名单、调整和反馈函"), address


def speak_of_stages() -> None:
    """Put them into the table of stages; called when the app is loaded."""
    add_condition("review", "published", why_not_publish)
    add_allowance("review", "published", _is_prepared)
    add_consequence("review", "published", take_effect)
    add_subject("review", "published", _what_is_published)
    speak_of_objections()
