"""What is due, and who lives."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from klardesk.base import clock
from klardesk.jobs.models import Heartbeat, SweepState

BEAT = timedelta(seconds=10)
ALIVE_FOR = timedelta(seconds=60)
"""A process unseen for this long counts as dead: its claims are free, readiness reports its absence."""


def alive() -> QuerySet[Heartbeat]:
    """The processes whose heart beat lately."""
    return Heartbeat.objects.filter(seen_at__gt=clock.now() - ALIVE_FOR)


def free(names: Collection[str]) -> QuerySet[SweepState]:
    """The sweeps that no living worker has claimed."""
    claimant = alive().filter(process=OuterRef("claimed_by"))
    return SweepState.objects.filter(~Exists(claimant), name__in=names)


def due(names: Collection[str]) -> QuerySet[SweepState]:
    """The free sweeps whose time has come, the longest due first."""
    return free(names).filter(next_due__lte=clock.now()).order_by("next_due", "name")


def next_due(names: Collection[str]) -> datetime | None:
    """When the next free sweep falls due, or None if there is none."""
    return free(names).order_by("next_due").values_list("next_due", flat=True).first()
