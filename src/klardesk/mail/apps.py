"""The mail app."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """The mail domain."""

    name = "klardesk.mail"
    label = "mail"
    verbose_name = "Mail"

    def ready(self) -> None:
        """Register options, event kinds and sweeps, and hear of removed and deleted tickets."""
        from klardesk.base import kept
        from klardesk.mail import events, options, slots, tasks  # noqa: F401
        from klardesk.mail.filters.models import MailFilter
        from klardesk.mail.keys import events as key_events  # noqa: F401
        from klardesk.mail.keys import layers
        from klardesk.mail.keys.models import MailKey, QueueProtection
        from klardesk.mail.log import forgetting
        from klardesk.mail.models import QueueMail, SystemAddress
        from klardesk.mail.oauth import events as oauth_events  # noqa: F401
        from klardesk.mail.receive import removal

        kept.watch(MailFilter, MailKey, QueueMail, QueueProtection, SystemAddress)
        removal.follow()
        layers.follow()
        forgetting.follow()
