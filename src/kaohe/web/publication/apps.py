"""The app, and what it adds to the apps below when it is loaded."""

from __future__ import annotations

from django.apps import AppConfig


class PublicationConfig(AppConfig):
    """Nothing is published while anything is open; what is published takes effect with the step."""

    name = "kaohe.web.publication"

    def ready(self) -> None:
        """Put the app's conditions and its consequence into the table of stages."""
        from kaohe.web.publication.conditions import speak_of_stages

        speak_of_stages()
