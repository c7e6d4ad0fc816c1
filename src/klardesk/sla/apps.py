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
        from klardesk.sla.widgets import COUNTER, DueWidget
        from klardesk.web.slots import register_topbar_counter, register_widgets

        register_widgets("sla", DueWidget())
        register_topbar_counter(COUNTER)
        kept.watch(Service)
        following.follow()
        list_filters.register()
