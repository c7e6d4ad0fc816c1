"""What Klardesk knows of OTRS, Znuny and OTOBO: reading installations of theirs, and inspecting them."""

from django.apps import AppConfig


class OtrsConfig(AppConfig):
    """The OTRS family."""

    name = "klardesk.otrs"
    label = "otrs"
    verbose_name = "OTRS family"

    def ready(self) -> None:
        """Enter the reports into the administration."""
        from klardesk.otrs import navigation  # noqa: F401
