"""The app, and what it adds to the apps below when it is loaded."""

from __future__ import annotations

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    """Whoever changes a stage, by a page or not, is asked what results ask."""

    name = "kaohe.web.results"

    def ready(self) -> None:
        """Put the app's conditions into the table of stages."""
        from kaohe.web.results.conditions import speak_of_stages

        speak_of_stages()
