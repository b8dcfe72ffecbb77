"""The app, and what it adds to the apps below when it is loaded."""

from __future__ import annotations

from django.apps import AppConfig


class HotlineConfig(AppConfig):
    """Files of cases pass a door; what they tell is written into the index."""

    name = "kaohe.web.hotline"

    def ready(self) -> None:
        """Put the door before the table, and fill the index before a version counts."""
        from kaohe.web.hotline.delivering import watch_deliveries

        watch_deliveries()
