"""Claiming and settling sweeps, and the heartbeats that claims hang on. The only place that writes these rows."""

from __future__ import annotations

import os
import socket
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from klardesk.base import clock
from klardesk.jobs import identity, queries
from klardesk.jobs.models import Heartbeat, SweepState
from klardesk.jobs.registry import SWEEPS, Sweep
from klardesk.jobs.wakeups import notify

FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=1)
FORGET_DEAD = timedelta(days=1)
_ERROR_LENGTH = 4000


@dataclass(frozen=True, slots=True)
class Claim:
    """A sweep that this worker alone runs now; `wakes` is what the counter of wake-ups said when it began."""

    sweep: Sweep
    worker: str
    wakes: int


def register_sweeps(names: Iterable[str]) -> None:
    """Make the rows of new sweeps, due at once; safe when several workers start together."""
    rows = [SweepState(name=name, next_due=clock.now()) for name in names]
    SweepState.objects.bulk_create(rows, ignore_conflicts=True)


def claim_next(worker: str, names: Iterable[str] | None = None) -> Claim | None:
    """Claim the sweep that is longest due, or None. Workers that ask at once get different ones or none."""
    wanted = tuple(SWEEPS if names is None else names)
    for name in queries.due(wanted).values_list("name", flat=True):
        if (found := claim(worker, name)) is not None:
            return found
    return None


def claim(worker: str, name: str) -> Claim | None:
    """Claim this sweep, or None if it is not due, claimed by a living worker, or just being claimed.

    Whether it is due is asked again under the lock, in a statement of its own: one that finds and locks at once may take
    a row that was claimed and committed while it ran, since PostgreSQL checks such a row against nothing but the row itself.
    """
    with transaction.atomic():
        row = SweepState.objects.select_for_update(skip_locked=True).filter(name=name).first()
        if row is None or not queries.due([name]).exists():
            return None
        row.claimed_by, row.last_started = worker, clock.now()
        row.save(update_fields=["claimed_by", "last_started"])
    return Claim(SWEEPS[name], worker, row.wakes)


def let_go(worker: str, but: Collection[str]) -> int:
    """Give back the claims of this worker on sweeps `but` those that it runs; how many.

    A connection lost at the commit of a claim leaves one of which the worker never heard: nobody would run that sweep as
    long as the worker lives.
    """
    return SweepState.objects.filter(claimed_by=worker).exclude(name__in=but).update(claimed_by="")


def settle(claim: Claim, error: str = "") -> None:
    """Give a claim back and set the next time: the usual round, at once if woken meanwhile, later after an error.

    Without effect if the claim was lost (the worker was taken for dead and another one took over).
    """
    with transaction.atomic():
        mine = SweepState.objects.select_for_update().filter(name=claim.sweep.name, claimed_by=claim.worker)
        row = mine.first()
        if row is None:
            return
        now = clock.now()
        row.claimed_by, row.last_finished, row.last_error = "", now, error[-_ERROR_LENGTH:]
        row.failures = row.failures + 1 if error else 0
        row.next_due = now + _wait(claim, row)
        row.save()
        if row.next_due <= now:
            notify()


def _wait(claim: Claim, row: SweepState) -> timedelta:
    if row.failures:
        return min(FIRST_RETRY * (1 << min(row.failures - 1, 20)), LONGEST_RETRY)
    return timedelta(0) if row.wakes != claim.wakes else claim.sweep.every


def beat(process: str, role: str) -> None:
    """Record that this process lives and does `role`."""
    now = clock.now()
    if not Heartbeat.objects.filter(process=process).update(seen_at=now):
        row = Heartbeat(
            process=process, role=role, host=socket.gethostname()[:255], pid=os.getpid(), started_at=now, seen_at=now
        )
        Heartbeat.objects.bulk_create([row], ignore_conflicts=True)


def end(process: str) -> None:
    """Record that this process ends: its claims are free."""
    Heartbeat.objects.filter(process=process).delete()


def bury_dead() -> int:
    """Forget processes that died on this machine, which frees their claims at once, and all unseen for a day."""
    dead = [process for process in Heartbeat.objects.values_list("process", flat=True) if identity.is_dead(process)]
    buried, _rows = Heartbeat.objects.filter(process__in=dead).delete()
    forgotten, _rows = Heartbeat.objects.filter(seen_at__lt=clock.now() - FORGET_DEAD).delete()
    return buried + forgotten
