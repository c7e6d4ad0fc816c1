"""Tickets: the desk's subject matter."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """The tickets domain."""

    name = "klardesk.tickets"
    label = "tickets"
    verbose_name = "Tickets"

    def ready(self) -> None:
        """Register event kinds, options, sweeps and the verifier, and fill the slots of navigation and pages."""
        from django.contrib.auth.signals import user_logged_in

        from klardesk.base import kept
        from klardesk.tickets import (  # noqa: F401
            events,
            integrity,
            navigation,
            numbers,
            options,
            setting_events,
            shortcuts,
            tasks,
        )
        from klardesk.tickets.further_filters import register
        from klardesk.tickets.models import ListChoice, Priority, Queue, SavedView, State, Type
        from klardesk.tickets.pages.drafts import offer_after_log_in

        register()
        user_logged_in.connect(offer_after_log_in, dispatch_uid="tickets.drafts")
        kept.watch(Queue, State, Priority, Type, SavedView, SavedView.groups.through, ListChoice)
