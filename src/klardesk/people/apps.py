"""People: agents, customers, companies, log-in."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The people domain."""

    name = "klardesk.people"
    label = "people"
    verbose_name = "People"

    def ready(self) -> None:
        """Register options, events, sweeps and the entries of navigation and menu; watch who is out of office."""
        from klardesk.base import kept
        from klardesk.people.models import Absence

        kept.watch(Absence)
        from klardesk.people import events, navigation, options, tasks  # noqa: F401
