"""The sweep for the room that stands below this one: the ledger's daily seal."""

from __future__ import annotations

from datetime import timedelta

from klardesk.jobs.registry import sweep


@sweep("ledger.seal", every=timedelta(hours=1))
def seal() -> int:
    """Make the seal of the day, if it is due."""
    from klardesk.ledger import ActorRef
    from klardesk.ledger.actions import seal_if_due

    return 0 if seal_if_due(by=ActorRef("system", name="worker")) is None else 1
