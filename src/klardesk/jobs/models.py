"""When each sweep is due and who runs it; which processes live. State only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class SweepState(models.Model):
    """A sweep's row. It is claimed by the identity of a worker; a claim counts while that worker's heart beats.

    `wakes` counts wake-ups: one that comes while the sweep runs makes it run again.
    """

    name = models.CharField(max_length=80, primary_key=True)
    next_due = models.DateTimeField(db_index=True)
    claimed_by = models.CharField(max_length=120, blank=True)
    wakes = models.PositiveBigIntegerField(default=0)
    last_started = models.DateTimeField(null=True)
    last_finished = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    failures = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a long-running process does."""

    WORKER = "worker", "worker"
    FETCHER = "fetcher", "fetcher"


class Heartbeat(models.Model):
    """A living worker or fetcher, by its process identity (see `jobs.identity`)."""

    process = models.CharField(max_length=120, primary_key=True)
    role = models.CharField(max_length=10, choices=Role.choices)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["role", "seen_at"], name="heartbeat_role_seen")]

    def __str__(self) -> str:
        return f"{self.role} {self.pid} on {self.host}"
