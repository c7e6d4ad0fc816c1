"""The texts app."""

from django.apps import AppConfig


class TextsConfig(AppConfig):
    """The texts domain."""

    name = "klardesk.texts"
    label = "texts"
    verbose_name = "Texts"

    def ready(self) -> None:
        """Register event kinds, the navigation, and the templates for a ticket's forms."""
        from klardesk.base import kept
        from klardesk.texts import events, navigation  # noqa: F401
        from klardesk.texts.models import AutoResponse, QueueTexts
        from klardesk.texts.ready import Templates
        from klardesk.tickets.slots import register_text_source

        kept.watch(AutoResponse, QueueTexts)
        register_text_source(Templates())
