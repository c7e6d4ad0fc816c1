"""Background work of the live room."""

from __future__ import annotations

from datetime import timedelta

from klardesk.jobs.registry import sweep
from klardesk.live.actions import forget_absent


@sweep("live.presence", every=timedelta(hours=1))
def presence() -> int:
    """Forget who was at which ticket."""
    return forget_absent()
