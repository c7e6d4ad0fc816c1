"""The live app."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """What moves on open pages by itself."""

    name = "klardesk.live"
    label = "live"
    verbose_name = "Live"

    def ready(self) -> None:
        """Register the sweep, and tell every page where the stream is."""
        from klardesk.live import slots, tasks  # noqa: F401
