"""What publications have to say about the stages of a cycle."""

from __future__ import annotations

from kaohe.web.publication.objection_conditions import speak_of_objections


def speak_of_stages() -> None:
    """Put them into the table of stages; called when the app is loaded."""
    speak_of_objections()
