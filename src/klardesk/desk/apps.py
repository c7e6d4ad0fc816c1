"""Desk: what spans domains for agents: the start page."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The desk domain."""

    name = "klardesk.desk"
    label = "desk"
    verbose_name = "Desk"

    def ready(self) -> None:
        """Put the start page into the navigation."""
        from klardesk.desk import navigation  # noqa: F401
