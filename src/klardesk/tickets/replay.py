"""Rebuild a ticket from its history, for any moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import QuerySet

from klardesk.ledger.models import Event
from klardesk.tickets import events
from klardesk.tickets.archived import Archived, Unarchived
from klardesk.tickets.participants import ParticipantAdded, ParticipantRemoved
from klardesk.tickets.read_again import ArticleReadAgain
from klardesk.tickets.time_spent import TimeAdded, TimeCorrected, TimeRecord
from klardesk.tickets.unmerged import MergeGivenBack, MergeUndone


@dataclass
class TicketState:
    """A ticket at a moment. Keys, not names: names are in the events. `links` are pairs of role and other ticket."""

    number: str = ""
    title: str = ""
    queue_id: int | None = None
    state_id: int | None = None
    priority_id: int | None = None
    type_id: int | None = None
    owner_id: int | None = None
    responsible_id: int | None = None
    locked: bool = False
    locked_at: datetime | None = None
    archived: bool = False
    pending_until: datetime | None = None
    reminded_at: datetime | None = None
    customer_id: int | None = None
    customer_login: str = ""
    company_id: int | None = None
    company_number: str = ""
    merged_into_id: int | None = None
    created_at: datetime | None = None
    changed_at: datetime | None = None
    revision: int = 0
    time_units: int = 0
    articles: dict[int, tuple[bool, str]] = field(default_factory=dict)
    times: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    watchers: set[int] = field(default_factory=set)
    participants: set[int] = field(default_factory=set)
    links: set[tuple[str, int]] = field(default_factory=set)
    deleted: bool = False


Kind = TypeVar("Kind", bound=type)
Apply = Callable[[TicketState, Any, datetime], None]
APPLY: dict[type, Apply] = {}
QUIET = (
    events.Watched, events.Unwatched, events.Reminded, events.ArticleCleaned, TimeAdded, TimeCorrected, ParticipantAdded,
    ParticipantRemoved, Archived,
)  # fmt: skip
"""Events that leave the ticket's revision and change time alone: they overwrite nobody's work."""


def _applies(payload: type) -> Callable[[Apply], Apply]:
    def register(function: Apply) -> Apply:
        APPLY[payload] = function
        return function

    return register


@_applies(events.Created)
def _created(state: TicketState, payload: events.Created, at: datetime) -> None:
    for name in ("number", "title", "locked", "pending_until", "customer_login", "company_number"):
        setattr(state, name, getattr(payload, name))
    for name in ("queue", "state", "priority", "type", "owner", "responsible", "customer", "company"):
        setattr(state, f"{name}_id", getattr(payload, name).id)
    state.created_at = at
    state.locked_at = at if payload.locked else None


@_applies(events.ArticleAdded)
def _article_added(state: TicketState, payload: events.ArticleAdded, _at: datetime) -> None:
    state.articles[payload.article.id] = (payload.article.visible_to_customer, payload.article.content)
    if payload.time is not None:
        _keep(state, payload.time)


def _keep(state: TicketState, *records: TimeRecord) -> None:
    state.times |= {record.id: record.facts for record in records}
    state.time_units = sum(units for units, *_facts in state.times.values())


@_applies(TimeAdded)
def _time_added(state: TicketState, payload: TimeAdded, _at: datetime) -> None:
    _keep(state, payload.time)


@_applies(TimeCorrected)
def _time_corrected(state: TicketState, payload: TimeCorrected, _at: datetime) -> None:
    _keep(state, payload.new)


@_applies(ArticleReadAgain)
def _article_read_again(state: TicketState, payload: ArticleReadAgain, _at: datetime) -> None:
    state.articles[payload.article.id] = (payload.article.visible_to_customer, payload.article.content)


@_applies(events.VisibilityChanged)
def _visibility(state: TicketState, payload: events.VisibilityChanged, _at: datetime) -> None:
    state.articles[payload.article] = (payload.visible_to_customer, state.articles[payload.article][1])


@_applies(events.ArticleCleaned)
def _cleaned(state: TicketState, payload: events.ArticleCleaned, _at: datetime) -> None:
    state.articles[payload.article] = (state.articles[payload.article][0], payload.content)


@_applies(events.Moved)
def _moved(state: TicketState, payload: events.Moved, at: datetime) -> None:
    state.queue_id = payload.queue.id
    _unlocked(state, payload, at)


@_applies(events.StateChanged)
def _state(state: TicketState, payload: events.StateChanged, _at: datetime) -> None:
    state.state_id = payload.state.id
    state.pending_until = payload.pending_until
    state.reminded_at = None
    if not payload.locked:
        state.locked, state.locked_at = False, None


@_applies(events.PriorityChanged)
def _priority(state: TicketState, payload: events.PriorityChanged, _at: datetime) -> None:
    state.priority_id = payload.priority.id


@_applies(events.TypeChanged)
def _type(state: TicketState, payload: events.TypeChanged, _at: datetime) -> None:
    state.type_id = payload.type.id


@_applies(events.OwnerChanged)
def _owner(state: TicketState, payload: events.OwnerChanged, _at: datetime) -> None:
    state.owner_id = payload.owner.id


@_applies(events.ResponsibleChanged)
def _responsible(state: TicketState, payload: events.ResponsibleChanged, _at: datetime) -> None:
    state.responsible_id = payload.responsible.id


@_applies(events.Locked)
def _locked(state: TicketState, payload: events.Locked, at: datetime) -> None:
    state.owner_id, state.locked, state.locked_at = payload.owner.id, True, at


@_applies(events.LockTimedOut)
@_applies(events.Unlocked)
def _unlocked(state: TicketState, _payload: Any, _at: datetime) -> None:
    state.locked, state.locked_at = False, None


@_applies(Archived)
def _archived(state: TicketState, _payload: Archived, _at: datetime) -> None:
    state.archived = True


@_applies(Unarchived)
def _unarchived(state: TicketState, _payload: Unarchived, _at: datetime) -> None:
    state.archived = False


@_applies(events.TitleChanged)
def _title(state: TicketState, payload: events.TitleChanged, _at: datetime) -> None:
    state.title = payload.title


@_applies(events.CustomerChanged)
def _customer(state: TicketState, payload: events.CustomerChanged, _at: datetime) -> None:
    state.customer_id, state.company_id = payload.customer.id, payload.company.id
    state.customer_login, state.company_number = payload.customer_login, payload.company_number


@_applies(events.Merged)
def _merged(state: TicketState, payload: events.Merged, at: datetime) -> None:
    state.merged_into_id, state.state_id, state.pending_until = payload.into.id, payload.state.id, None
    state.reminded_at = None
    state.articles, state.watchers, state.links = {}, set(), set()
    state.times, state.time_units = {}, 0
    _unlocked(state, payload, at)


@_applies(events.MergeReceived)
def _merge_received(state: TicketState, payload: events.MergeReceived, _at: datetime) -> None:
    state.articles |= {record.id: (record.visible_to_customer, record.content) for record in payload.articles}
    _keep(state, *payload.times)
    state.watchers |= set(payload.watchers)
    state.links = _link_pairs(payload.links)


@_applies(MergeUndone)
def _merge_undone(state: TicketState, payload: MergeUndone, _at: datetime) -> None:
    for name in ("pending_until", "reminded_at", "locked", "locked_at"):
        setattr(state, name, getattr(payload, name))
    state.merged_into_id, state.state_id = None, payload.state.id
    state.articles = {record.id: (record.visible_to_customer, record.content) for record in payload.articles}
    _keep(state, *payload.times)
    state.watchers, state.links = set(payload.watchers), _link_pairs(payload.links)


@_applies(MergeGivenBack)
def _merge_given_back(state: TicketState, payload: MergeGivenBack, _at: datetime) -> None:
    state.articles = {key: article for key, article in state.articles.items() if key not in payload.articles}
    state.times = {key: facts for key, facts in state.times.items() if key not in payload.times}
    _keep(state)
    state.watchers -= set(payload.watchers)
    state.links = _link_pairs(payload.links)


def _link_pairs(links: Iterable[events.LinkRecord]) -> set[tuple[str, int]]:
    return {(link.role, link.ticket.id or 0) for link in links}


@_applies(events.Linked)
def _linked(state: TicketState, payload: events.Linked, _at: datetime) -> None:
    state.links.add((payload.link.role, payload.link.ticket.id or 0))


@_applies(events.Unlinked)
def _unlinked(state: TicketState, payload: events.Unlinked, _at: datetime) -> None:
    state.links.discard((payload.link.role, payload.link.ticket.id or 0))


@_applies(events.SplitOff)
def _split_off(_state: TicketState, _payload: events.SplitOff, _at: datetime) -> None:
    """The link that a split makes has its own event."""


@_applies(events.Watched)
def _watched(state: TicketState, payload: events.Watched, _at: datetime) -> None:
    state.watchers.add(payload.person.id or 0)


@_applies(events.Unwatched)
def _unwatched(state: TicketState, payload: events.Unwatched, _at: datetime) -> None:
    state.watchers.discard(payload.person.id or 0)


@_applies(ParticipantAdded)
def _participant_added(state: TicketState, payload: ParticipantAdded, _at: datetime) -> None:
    state.participants.add(payload.person.id or 0)


@_applies(ParticipantRemoved)
def _participant_removed(state: TicketState, payload: ParticipantRemoved, _at: datetime) -> None:
    state.participants.discard(payload.person.id or 0)


@_applies(events.Reminded)
def _reminded(state: TicketState, _payload: events.Reminded, at: datetime) -> None:
    state.reminded_at = at


@_applies(events.Deleted)
def _deleted(state: TicketState, _payload: events.Deleted, _at: datetime) -> None:
    state.deleted = True


def changes_ticket(payload: Kind) -> Kind:
    """Decorates another room's event of a ticket that changes what that room keeps of it: the ticket has a new revision
    and change time by it, and whoever changes the ticket meanwhile is told.
    """
    APPLY[payload] = lambda _state, _payload, _at: None
    return payload


def rebuild(history: Iterable[Any]) -> TicketState:
    """The ticket after these events (in order); kinds of other domains on the chain are passed over."""
    state = TicketState()
    for item in history:
        apply = APPLY.get(type(item.payload))
        if apply is None:
            continue
        apply(state, item.payload, item.at)
        if not isinstance(item.payload, QUIET):
            state.revision, state.changed_at = item.sequence, item.at
    return state


def state_at(ticket_id: int, moment: datetime | None = None) -> TicketState:
    """The ticket as it was at `moment` (aware; None: now), rebuilt from its history alone."""
    history = ticket_events(ticket_id)
    return rebuild(history if moment is None else history.filter(at__lte=moment))


def ticket_events(ticket_id: int, after: int = 0) -> QuerySet[Event]:
    """The events of a ticket's history behind sequence `after`, in order; uses the unique index of chain and sequence."""
    chain = events.chain_of(ticket_id)
    found = Event.objects.filter(chain__kind=chain.kind, chain__key=chain.key, sequence__gt=after)
    return found.order_by("sequence")
