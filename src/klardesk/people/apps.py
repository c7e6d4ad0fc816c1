"""People: agents, customers, companies, log-in."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The people domain."""

    name = "klardesk.people"
    label = "people"
    verbose_name = "People"

    def ready(self) -> None:
        """Register options, events, sweeps and the entries of navigation and menu."""
        from klardesk.people import events, navigation, options, tasks  # noqa: F401
