"""The app, and what it adds to the apps below when it is loaded."""

from __future__ import annotations

from django.apps import AppConfig


class HotlineConfig(AppConfig):
    """A file in force asks for what its column of grounds says; nothing is reviewed while requests
    are open."""

    name = "kaohe.web.hotline"

    def ready(self) -> None:
        """Let files ask, and stages wait for what was asked."""
        from kaohe.web.hotline.exclusion_conditions import watch_exclusions

        watch_exclusions()
