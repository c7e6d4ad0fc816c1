"""The texts app."""

from django.apps import AppConfig


class TextsConfig(AppConfig):
    """The texts domain."""

    name = "klardesk.texts"
    label = "texts"
    verbose_name = "Texts"

    def ready(self) -> None:
        """Register event kinds, the navigation, and the templates for a ticket's forms."""
        from klardesk.texts import events, navigation  # noqa: F401
        from klardesk.texts.ready import Templates
        from klardesk.tickets.slots import register_text_source

        register_text_source(Templates())
