"""Access: groups, roles, rights, the Actor."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """The access domain."""

    name = "klardesk.access"
    label = "access"
    verbose_name = "Access"

    def ready(self) -> None:
        """Register options, events and the entries of the navigation."""
        from klardesk.access import events, factors, navigation, options  # noqa: F401
