"""The app, and what it adds to the apps below when it is loaded."""

from __future__ import annotations

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """Nothing is counted twice: files are held against rounds."""

    name = "kaohe.web.surveys"

    def ready(self) -> None:
        """Let files and stages ask whether a round tells the same."""
        from kaohe.web.surveys.overlaps import watch_for_overlaps

        watch_for_overlaps()
