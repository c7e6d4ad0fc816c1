"""The texts app."""

from django.apps import AppConfig


class TextsConfig(AppConfig):
    """The texts domain."""

    name = "klardesk.texts"
    label = "texts"
    verbose_name = "Texts"

    def ready(self) -> None:
        """Register event kinds and the navigation."""
        from klardesk.texts import events, navigation  # noqa: F401
