"""The admin app."""

from django.apps import AppConfig


class AdminConfig(AppConfig):
    """The admin domain."""

    name = "klardesk.admin"
    label = "admin"
    verbose_name = "Admin"

    def ready(self) -> None:
        """Register what happens to options, and the pages of the administration."""
        from klardesk.admin import events, navigation, options  # noqa: F401
