"""The app, and what it adds to the apps below when it is loaded."""

from __future__ import annotations

from django.apps import AppConfig


class HotlineConfig(AppConfig):
    """Files of cases pass a door; what they tell is written into the index, what they say of
    exclusions is asked; nothing is scored while cases lie in no area, and nothing reviewed while
    requests are open."""

    name = "kaohe.web.hotline"

    def ready(self) -> None:
        """Put the door before the table, fill the index before a version counts, let files ask and
        stages wait for what was asked."""
        from kaohe.web.hotline.delivering import watch_deliveries
        from kaohe.web.hotline.exclusion_conditions import watch_exclusions
        from kaohe.web.hotline.place_conditions import watch_places

        watch_deliveries()
        watch_places()
        watch_exclusions()
