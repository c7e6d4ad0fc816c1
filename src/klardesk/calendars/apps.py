"""Calendars: when work is done, and the arithmetic of working time."""

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    """The calendars domain."""

    name = "klardesk.calendars"
    label = "calendars"
    verbose_name = "Calendars"

    def ready(self) -> None:
        """Register event kinds, the verifier, and the entry of the navigation."""
        from klardesk.base import kept
        from klardesk.calendars import events, integrity, navigation  # noqa: F401
        from klardesk.calendars.models import Calendar, Holiday

        kept.watch(Calendar, Holiday)
