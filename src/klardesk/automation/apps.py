"""The automation app."""

from django.apps import AppConfig


class AutomationConfig(AppConfig):
    """What the desk does by itself."""

    name = "klardesk.automation"
    label = "automation"
    verbose_name = "Automation"

    def ready(self) -> None:
        """Register event kinds and sweeps, follow the tickets, fill the slots of the shell; watch who waits for new tickets."""
        from klardesk.automation.models import NotificationChoice
        from klardesk.base import kept

        kept.watch(NotificationChoice, NotificationChoice.queues.through)
        from klardesk.automation import events, following, new_devices, slots, tasks  # noqa: F401

        following.follow()
        new_devices.follow()
