"""The jobs app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The jobs domain."""

    name = "klardesk.jobs"
    label = "jobs"
    verbose_name = "Jobs"

    def ready(self) -> None:
        """Register the ledger's sweep."""
        from klardesk.jobs import tasks  # noqa: F401
