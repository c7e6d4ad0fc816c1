"""Who hears of an event: handlers inside the action's transaction, and handlers after its commit."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

if TYPE_CHECKING:
    from klardesk.ledger.models import Event

Handler = Callable[["Event"], None]
log = logging.getLogger("klardesk.ledger")


@dataclass(frozen=True, slots=True)
class _Subscription:
    pattern: str
    handler: Handler
    in_transaction: bool

    def hears(self, kind: str) -> bool:
        return self.pattern in ("*", kind) or (self.pattern.endswith(".") and kind.startswith(self.pattern))


_SUBSCRIPTIONS: list[_Subscription] = []


def subscribe(kind_or_prefix: str, handler: Handler, *, in_transaction: bool) -> Callable[[], None]:
    """Call `handler(event)` for events of a kind (`ticket.moved`), of a family (`ticket.`, with the dot) or all (`*`).

    In the transaction: an exception undoes the action. After the commit: an exception is logged and changes nothing,
    for what must not be missed is a row in an outbox (design, rule 6). Subscribing twice counts once. Returns a
    function that ends the subscription.
    """
    subscription = _Subscription(kind_or_prefix, handler, in_transaction)
    if subscription not in _SUBSCRIPTIONS:
        _SUBSCRIPTIONS.append(subscription)
    return partial(_end, subscription)


def announce(event: Event) -> None:
    """Tell the subscribers of an event just appended in the running transaction."""
    later = []
    for subscription in _SUBSCRIPTIONS:
        if not subscription.hears(event.kind):
            continue
        if subscription.in_transaction:
            subscription.handler(event)
        else:
            later.append(subscription.handler)
    if later:
        transaction.on_commit(partial(_tell, later, event))


def _end(subscription: _Subscription) -> None:
    if subscription in _SUBSCRIPTIONS:
        _SUBSCRIPTIONS.remove(subscription)


def _tell(handlers: list[Handler], event: Event) -> None:
    for handler in handlers:
        try:
            handler(event)
        except Exception:  # the action is committed: whatever a listener does wrong must not reach its caller
            log.exception("a subscriber of %s failed at event %s", event.kind, event.pk)
