"""The automation app."""

from django.apps import AppConfig


class AutomationConfig(AppConfig):
    """What the desk does by itself."""

    name = "klardesk.automation"
    label = "automation"
    verbose_name = "Automation"

    def ready(self) -> None:
        """Register event kinds and sweeps, follow the tickets, and fill the slots of the shell."""
        from klardesk.automation import events, following, slots, tasks  # noqa: F401

        following.follow()
