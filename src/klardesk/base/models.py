"""Installation options that a person edits, each declared in `klardesk.base.options`; and the revision of configuration."""

from django.db import models


class Option(models.Model):
    """One option that differs from its default; written only by `klardesk.admin.actions.change_option`."""

    key = models.CharField(max_length=100, primary_key=True)
    value = models.JSONField()

    def __str__(self) -> str:
        return self.key


class Configuration(models.Model):
    """One row: the revision of all that is configured, changed by triggers (see `klardesk.base.kept`)."""

    revision = models.CharField(max_length=36)

    def __str__(self) -> str:
        return self.revision
