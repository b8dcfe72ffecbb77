"""The app, and what it adds to the apps below when it is loaded."""

from __future__ import annotations

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """Nothing is counted twice: files are held against rounds; what differs is told."""

    name = "kaohe.web.surveys"

    def ready(self) -> None:
        """Let files and stages ask whether a round tells the same, and whether its box fitted."""
        from kaohe.web.surveys.overlaps import watch_for_overlaps
        from kaohe.web.surveys.tallying import speak_of_differences

        watch_for_overlaps()
        speak_of_differences()
