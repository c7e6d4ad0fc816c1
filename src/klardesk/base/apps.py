"""The base app: engines, settings, blobs, text. Knows no domain."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    """Registers the option table."""

    name = "klardesk.base"
    label = "base"
    verbose_name = "Base"
