"""Installation options that a person edits; each is declared in `klardesk.base.options`."""

from django.db import models


class Option(models.Model):
    """One option that differs from its default; written only by `klardesk.admin.actions.change_option`."""

    key = models.CharField(max_length=100, primary_key=True)
    value = models.JSONField()

    def __str__(self) -> str:
        return self.key
