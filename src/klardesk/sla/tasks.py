"""Background work of service levels."""

from __future__ import annotations

from datetime import timedelta

from klardesk.jobs.registry import sweep
from klardesk.sla import index
from klardesk.sla.escalations import run_escalations
from klardesk.sla.following import SWEEP


@sweep(SWEEP, every=timedelta(minutes=1))
def clocks() -> int:
    """Reckon anew what was reckoned with other settings, and what moves with the time."""
    return index.catch_up()


@sweep("sla.missing", every=timedelta(hours=1))
def missing() -> int:
    """Reckon tickets that have no due times stored."""
    return index.add_missing()


@sweep("sla.escalations", every=timedelta(minutes=1))
def escalations() -> int:
    """Tell of due times that draw near or have passed."""
    return run_escalations()
