"""What the desk remembers about ticket numbers beside the tickets: the last given ones, and those of deleted tickets."""

from __future__ import annotations

from django.db import models


class NumberCounter(models.Model):
    """The last number given out under a key: a day for the date generators, `all` for the running one."""

    key = models.CharField(max_length=30, primary_key=True)
    value = models.PositiveBigIntegerField()


class DeletedTicket(models.Model):
    """What remains of a deleted ticket beside its history: the number, never given again, and who deleted it why."""

    ticket_id = models.BigIntegerField(unique=True)
    number = models.CharField(max_length=60, unique=True)
    deleted_at = models.DateTimeField()
    reason = models.TextField()
