"""What publications have to say about the stages of a cycle."""

from __future__ import annotations


def speak_of_stages() -> None:
    """Put them into the table of stages; called when the app is loaded."""
