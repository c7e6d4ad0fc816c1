"""The fields app."""

from django.apps import AppConfig


class FieldsConfig(AppConfig):
    """The domain of dynamic fields."""

    name = "klardesk.fields"
    label = "fields"
    verbose_name = "Fields"

    def ready(self) -> None:
        """Register event kinds and the navigation, fill the slots, and have definitions kept in the process."""
        from klardesk.base import kept
        from klardesk.fields import events, following, integrity, navigation, slots  # noqa: F401
        from klardesk.fields.models import Field, MaskField

        kept.watch(Field, MaskField)
        following.follow()
