"""The fields app."""

from django.apps import AppConfig


class FieldsConfig(AppConfig):
    """The domain of dynamic fields."""

    name = "klardesk.fields"
    label = "fields"
    verbose_name = "Fields"

    def ready(self) -> None:
        """Register event kinds and the navigation, and have definitions kept in the process."""
        from klardesk.base import kept
        from klardesk.fields import events, navigation  # noqa: F401
        from klardesk.fields.models import Field, MaskField

        kept.watch(Field, MaskField)
