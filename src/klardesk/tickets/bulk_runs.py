"""What a change of many tickets did with each, kept for a day: so that no part of it is done twice, and it can be undone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from klardesk.people.models import Person


class BulkDone(models.Model):
    """One ticket that was changed in the run of this key. `was` and `now` are the values that differ (`actions.undo.values_of`);
    `watched` is whether the person watches it since, None if that was not changed; `merged` whether it was merged; `seen` is
    what the person had read of it before (`actions.seen.noted`), None if that was not changed.
    """

    run = models.CharField(max_length=32)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    was = models.JSONField(default=dict)
    now = models.JSONField(default=dict)
    watched = models.BooleanField(null=True)
    merged = models.BooleanField(default=False)
    seen = models.JSONField(null=True)
    undone = models.BooleanField(default=False)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "run", "ticket"], name="bulk_once")]
