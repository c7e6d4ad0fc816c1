"""Reading the ledger: the history of one object."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, models
from django.utils import translation

from klardesk.base import kept
from klardesk.base.statements import fetched
from klardesk.ledger.models import Chain, Event
from klardesk.ledger.refs import ChainRef
from klardesk.ledger.sentences import sentence

PAGE = 100
STANDING = "standing"
"""The name of `standing` among what is read with the configuration's revision."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a history: the event and the sentence a person reads (without the actor's name)."""

    event: Event
    sentence: str


def standing() -> Hashable | None:
    """What changes with every event, whichever process appended it: what was read under one standing holds until another.

    Not for what changes without an event. Within a request it is that of its first question for configuration, which costs no
    query, until the request appends an event itself. None inside a transaction of PostgreSQL, whose own events nothing would
    tell. Numbers of events come in no order there, since a later one may be committed first: the snapshot tells exactly.
    """
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        return None
    return kept.along(STANDING) or _standing_now()


def _standing_now() -> Hashable:
    if connection.vendor != "postgresql":
        return next(iter(fetched("SELECT id, digest FROM ledger_event ORDER BY id DESC LIMIT 1")), ())
    return str(fetched("SELECT pg_current_snapshot()::text")[0][0])


def _standing_along() -> str:
    """`standing` as an expression, to be read with something else (`base.kept.read_along`)."""
    if connection.vendor == "postgresql":
        return "pg_current_snapshot()::text"
    return "(SELECT id || digest FROM ledger_event ORDER BY id DESC LIMIT 1)"


kept.read_along(STANDING, _standing_along)


def history(
    chain: ChainRef,
    *,
    language: str | None = None,
    newest_first: bool = False,
    after: int | None = None,
    limit: int = PAGE,
) -> list[Entry]:
    """One page of a chain's history, in one query.

    `after` is the sequence of the last entry of the page before (None: from the start); `language` is `de` or `en`,
    by default the one in force. Digests and salts are not read.
    """
    rows = _events(chain).defer("salt", "payload_digest", "previous_digest", "digest")
    rows = rows.order_by("-sequence" if newest_first else "sequence")
    if after is not None:
        rows = rows.filter(sequence__lt=after) if newest_first else rows.filter(sequence__gt=after)
    chosen = language or translation.get_language() or "en"
    return [Entry(event, sentence(event, chosen)) for event in rows[:limit]]


def events(chain: ChainRef, *, until: datetime | None = None) -> Iterator[Event]:
    """The events of a chain in order, one query; with `until` (aware) those that happened up to that moment."""
    rows = _events(chain).order_by("sequence")
    yield from (rows if until is None else rows.filter(at__lte=until)).iterator()


def length(chain: ChainRef) -> int:
    """How many events a chain has; 0 if there is none."""
    return Chain.objects.filter(kind=chain.kind, key=chain.key).values_list("length", flat=True).first() or 0


def _events(chain: ChainRef) -> models.QuerySet[Event]:
    return Event.objects.filter(chain__kind=chain.kind, chain__key=chain.key)
