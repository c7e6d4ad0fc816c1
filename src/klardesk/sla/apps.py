"""The SLA app."""

from django.apps import AppConfig


class SlaConfig(AppConfig):
    """The domain of service levels."""

    name = "klardesk.sla"
    label = "sla"
    verbose_name = "Service levels"

    def ready(self) -> None:
        """Register event kinds, sweeps and the verifier, follow the tickets, and fill the slots of their pages."""
        from klardesk.base import kept
        from klardesk.sla import events, following, integrity, list_filters, navigation, options, slots, tasks  # noqa: F401
        from klardesk.sla.models import Service

        kept.watch(Service)
        following.follow()
        list_filters.register()
