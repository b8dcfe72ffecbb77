"""What publications have to say about the stages of a cycle."""

from __future__ import annotations

from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.rules import add_allowance, add_condition, add_consequence
from kaohe.web.publication.objection_conditions import speak_of_objections
from kaohe.web.publication.publishing import prepared, take_effect, why_not_publish


def _is_prepared(cycle: Cycle) -> bool:
    return prepared(cycle) is not None


def speak_of_stages() -> None:
    """Put them into the table of stages; called when the app is loaded."""
    add_condition("review", "published", why_not_publish)
    add_allowance("review", "published", _is_prepared)
    add_consequence("review", "published", take_effect)
    speak_of_objections()
