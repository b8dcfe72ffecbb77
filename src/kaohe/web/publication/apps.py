"""The app, and what it adds to the apps below when it is loaded."""

from __future__ import annotations

from django.apps import AppConfig


class PublicationConfig(AppConfig):
    """Nothing is published while anything is open; what is published takes effect with the step."""

    name = "kaohe.web.publication"

    def ready(self) -> None:
        """Put the app's conditions and its consequence into the table of stages, and
        what it has open into the pack."""
        from kaohe.web.publication.conditions import speak_of_stages
        from kaohe.web.publication.objection_matters import speak_in_the_pack
        from kaohe.web.publication.public_views import links_of_year
        from kaohe.web.publication.publishing import counting_run
        from kaohe.web.results.public_views import add_public_links
        from kaohe.web.results.published import add_published_run

        speak_of_stages()
        speak_in_the_pack()
        add_public_links(links_of_year)
        add_published_run(counting_run)
