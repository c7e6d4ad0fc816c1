"""The append-only, hash-chained history (design, rule 3).

`append` writes an event inside an action's transaction; `event` registers what can happen; `subscribe` listens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from klardesk.ledger.codec import BadPayload
from klardesk.ledger.refs import ActorRef, ChainRef
from klardesk.ledger.registry import GenericPayload, Payload, event
from klardesk.ledger.subscribers import subscribe

if TYPE_CHECKING:
    from klardesk.ledger.actions import NotInTransaction, append, append_many, begin

__all__ = [
    "ActorRef",
    "BadPayload",
    "ChainRef",
    "GenericPayload",
    "NotInTransaction",
    "Payload",
    "append",
    "append_many",
    "begin",
    "event",
    "subscribe",
]


def __getattr__(name: str) -> Any:
    """Load what needs the tables only when it is asked for: this package is imported before Django's apps are ready."""
    if name in {"NotInTransaction", "append", "append_many", "begin"}:
        from klardesk.ledger import actions

        return getattr(actions, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
