"""Portal: what customers see and do."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The customers' portal."""

    name = "klardesk.portal"
    label = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        """Declare options, register events and sweeps, and fill the slots of shell, log-in and administration."""
        from klardesk.base import kept
        from klardesk.portal import events, navigation, options, slots, tasks  # noqa: F401
        from klardesk.portal.models import TermsVersion, WebForm

        kept.watch(TermsVersion, WebForm)
