"""The app, and what it adds to the apps below when it is loaded."""

from __future__ import annotations

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    """Whoever changes a stage, by a page or not, is asked what results ask; what hangs on a
    decision, or on leaving a case out, is told beside it."""

    name = "kaohe.web.results"

    def ready(self) -> None:
        """Put the app's conditions into the table of stages, its sentences beside decisions, its
        figures beside requests."""
        from kaohe.web.hotline.exclusion_effects import add_effect
        from kaohe.web.results.cases_effects import beside_requests
        from kaohe.web.results.conditions import speak_of_stages
        from kaohe.web.results.study_remarks import speak_of_decisions

        speak_of_stages()
        speak_of_decisions()
        add_effect(beside_requests)
