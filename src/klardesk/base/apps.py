"""The base app: engines, settings, blobs, text. Knows no domain."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BaseConfig(AppConfig):
    """Options, and what is kept of configuration."""

    name = "klardesk.base"
    label = "base"
    verbose_name = "Base"

    def ready(self) -> None:
        """Keep options in the process, and put up what tells when configuration changes."""
        from klardesk.base import kept
        from klardesk.base.models import Option

        kept.watch(Option)
        post_migrate.connect(kept.put_up, sender=self)
