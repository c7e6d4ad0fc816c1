"""What the history says of a merge that was taken back: each of both tickets tells how it is again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from klardesk.ledger import event
from klardesk.tickets.events import ArticleRecord, LinkRecord, Ref
from klardesk.tickets.time_spent import TimeRecord


@event(
    "ticket.merge_undone",
    en="the merge into {into.name} was undone: {state}",
    de="das Zusammenfassen in {into.name} wurde rückgängig gemacht: {state}",
)
@dataclass(frozen=True, slots=True)
class MergeUndone:
    """The ticket is again what it was before it went into another one, with what is now known of its articles and times."""

    into: Ref
    state: Ref
    pending_until: datetime | None
    reminded_at: datetime | None
    locked: bool
    locked_at: datetime | None
    articles: list[ArticleRecord]
    watchers: list[int]
    links: list[LinkRecord]
    times: tuple[TimeRecord, ...] = ()


@event(
    "ticket.merge_given_back",
    en="ticket {source.name} was taken out again",
    de="Ticket {source.name} wurde wieder herausgelöst",
)
@dataclass(frozen=True, slots=True)
class MergeGivenBack:
    """What had come from another ticket went back to it; `watchers` watch no longer, `links` are all links afterwards."""

    source: Ref
    articles: list[int]
    watchers: list[int]
    links: list[LinkRecord]
    times: list[int]
