"""What happens to tickets: typed payloads, each with the sentence a person reads. Replayed by `tickets.replay`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from klardesk.ledger import ChainRef, event
from klardesk.tickets.names import shown_in
from klardesk.tickets.time_spent import TimeRecord, units_text


@dataclass(frozen=True, slots=True)
class Ref:
    """A thing by its key and the name it bore then; no thing is key None and an empty name."""

    id: int | None
    name: str

    def __str__(self) -> str:
        return self.name or "–"


def chain_of(ticket_id: int) -> ChainRef:
    """The history chain of a ticket."""
    return ChainRef("ticket", ticket_id)


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """An article as the history holds it: `content` is the digest over all it says (see `drafts.content_digest`)."""

    id: int
    visible_to_customer: bool
    content: str


@event(
    "ticket.created",
    en="created as {number} in {queue.name}: {title}",
    de="angelegt als {number} in {queue.name}: {title}",
)
@dataclass(frozen=True, slots=True)
class Created:
    """A ticket came into being, with all its first values."""

    number: str
    title: str
    queue: Ref
    state: Ref
    priority: Ref
    owner: Ref
    responsible: Ref
    locked: bool
    pending_until: datetime | None
    customer: Ref
    customer_login: str
    company: Ref
    company_number: str
    type: Ref = Ref(None, "")


SENT_BY = {
    "en": {"agent": "agent", "customer": "customer", "system": "desk"},
    "de": {"agent": "Agent", "customer": "Kunde", "system": "Desk"},
}
WAYS = {
    "en": {"email": "e-mail", "phone": "phone call", "note": "note", "web": "web message"},
    "de": {"email": "E-Mail", "phone": "Telefonat", "note": "Notiz", "web": "Nachricht über das Portal"},
}
SIGHT = {
    "en": {True: "visible to the customer", False: "internal"},
    "de": {True: "für den Kunden sichtbar", False: "intern"},
}


def _article_en(payload: ArticleAdded) -> str:
    way, sight = WAYS["en"][payload.channel], SIGHT["en"][payload.article.visible_to_customer]
    spent = f"; time spent: {units_text(payload.time.units, 'en')}" if payload.time else ""
    return f"{way} ({SENT_BY['en'][payload.sender]}, {sight}): {payload.subject or '–'}{spent}"


def _article_de(payload: ArticleAdded) -> str:
    way, sight = WAYS["de"][payload.channel], SIGHT["de"][payload.article.visible_to_customer]
    spent = f"; aufgewendete Zeit: {units_text(payload.time.units, 'de')}" if payload.time else ""
    return f"{way} ({SENT_BY['de'][payload.sender]}, {sight}): {payload.subject or '–'}{spent}"


@event("ticket.article_added", en=_article_en, de=_article_de)
@dataclass(frozen=True, slots=True)
class ArticleAdded:
    """An article was written or came in."""

    article: ArticleRecord
    sender: str
    channel: str
    subject: str
    raw: str
    files: list[str]
    time: TimeRecord | None = None


def _visibility_en(payload: VisibilityChanged) -> str:
    return f"article made {SIGHT['en'][payload.visible_to_customer]}"


def _visibility_de(payload: VisibilityChanged) -> str:
    return f"Artikel ist jetzt {SIGHT['de'][payload.visible_to_customer]}"


@event("ticket.visibility_changed", en=_visibility_en, de=_visibility_de)
@dataclass(frozen=True, slots=True)
class VisibilityChanged:
    """An article was shown to, or hidden from, the customer."""

    article: int
    visible_to_customer: bool


@event(
    "ticket.article_cleaned",
    en="HTML of an article cleaned anew (by version {version} of the cleaner)",
    de="HTML eines Artikels neu bereinigt (mit Version {version} der Bereinigung)",
)
@dataclass(frozen=True, slots=True)
class ArticleCleaned:
    """A newer cleaner took something out of what an article's HTML held; `content` is the article's new digest."""

    article: int
    content: str
    version: int


@event("ticket.moved", en="moved from {old.name} to {queue.name}", de="verschoben von {old.name} nach {queue.name}")
@dataclass(frozen=True, slots=True)
class Moved:
    """The ticket went to another queue; moving unlocks."""

    old: Ref
    queue: Ref


def _state_de(payload: StateChanged) -> str:
    return f"Status geändert von {shown_in('de', payload.old.name)} auf {shown_in('de', payload.state.name)}"


@event("ticket.state_changed", en="state changed from {old.name} to {state.name}", de=_state_de)
@dataclass(frozen=True, slots=True)
class StateChanged:
    """The state changed; `locked` is what it is afterwards (closing unlocks)."""

    old: Ref
    state: Ref
    pending_until: datetime | None
    locked: bool


def _priority_de(payload: PriorityChanged) -> str:
    return f"Priorität geändert von {shown_in('de', payload.old.name)} auf {shown_in('de', payload.priority.name)}"


@event("ticket.priority_changed", en="priority changed from {old.name} to {priority.name}", de=_priority_de)
@dataclass(frozen=True, slots=True)
class PriorityChanged:
    """The priority changed."""

    old: Ref
    priority: Ref


@event("ticket.type_changed", en="type changed from {old} to {type}", de="Typ geändert von {old} auf {type}")
@dataclass(frozen=True, slots=True)
class TypeChanged:
    """The type changed, or was taken away."""

    old: Ref
    type: Ref


@event("ticket.owner_changed", en="owner changed from {old} to {owner}", de="Besitzer geändert von {old} auf {owner}")
@dataclass(frozen=True, slots=True)
class OwnerChanged:
    """The owner changed."""

    old: Ref
    owner: Ref


@event(
    "ticket.responsible_changed",
    en="responsible changed from {old} to {responsible}",
    de="Verantwortung geändert von {old} auf {responsible}",
)
@dataclass(frozen=True, slots=True)
class ResponsibleChanged:
    """The responsible person changed."""

    old: Ref
    responsible: Ref


@event("ticket.locked", en="locked for {owner}", de="gesperrt für {owner}")
@dataclass(frozen=True, slots=True)
class Locked:
    """The ticket was locked for its owner."""

    owner: Ref


@event("ticket.unlocked", en="unlocked", de="entsperrt")
@dataclass(frozen=True, slots=True)
class Unlocked:
    """The ticket was unlocked."""


@event(
    "ticket.lock_timed_out",
    en="unlocked: nothing done for {minutes} minutes",
    de="entsperrt: seit {minutes} Minuten nicht bearbeitet",
)
@dataclass(frozen=True, slots=True)
class LockTimedOut:
    """The queue's unlock time-out passed; it had run since `since` for `owner`, who stays the owner."""

    owner: Ref
    since: datetime
    minutes: int


@event(
    "ticket.title_changed", en="title changed from “{old}” to “{title}”", de="Titel geändert von „{old}“ auf „{title}“"
)
@dataclass(frozen=True, slots=True)
class TitleChanged:
    """The title changed."""

    old: str
    title: str


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """One end of a link as its ticket's history sees it: `role` is normal, parent (the other is the parent), or child."""

    role: str
    ticket: Ref


@event(
    "ticket.customer_changed",
    en="customer changed from {old} to {customer_login} ({company})",
    de="Kunde geändert von {old} auf {customer_login} ({company})",
)
@dataclass(frozen=True, slots=True)
class CustomerChanged:
    """The ticket belongs to another customer or company."""

    old: str
    customer: Ref
    customer_login: str
    company: Ref
    company_number: str


@event("ticket.merged", en="merged into {into.name}", de="zusammengefasst in {into.name}")
@dataclass(frozen=True, slots=True)
class Merged:
    """The ticket's articles, watchers and links went to another ticket; its number still finds that one."""

    into: Ref
    state: Ref
    articles: list[int]


@event(
    "ticket.merge_received",
    en="ticket {source.name} was merged into this one",
    de="Ticket {source.name} wurde in dieses zusammengefasst",
)
@dataclass(frozen=True, slots=True)
class MergeReceived:
    """Another ticket's articles, times, watchers and links came in; `links` are all links afterwards."""

    source: Ref
    articles: list[ArticleRecord]
    watchers: list[int]
    links: list[LinkRecord]
    times: tuple[TimeRecord, ...] = ()


LINK_EN = {"normal": "linked with {0}", "parent": "linked with its parent {0}", "child": "linked with its child {0}"}
LINK_DE = {
    "normal": "verknüpft mit {0}",
    "parent": "verknüpft mit dem Elternticket {0}",
    "child": "verknüpft mit dem Kindticket {0}",
}


def _linked_en(payload: Linked) -> str:
    return LINK_EN[payload.link.role].format(payload.link.ticket)


def _linked_de(payload: Linked) -> str:
    return LINK_DE[payload.link.role].format(payload.link.ticket)


@event("ticket.linked", en=_linked_en, de=_linked_de)
@dataclass(frozen=True, slots=True)
class Linked:
    """A link to another ticket was made; both tickets' histories say so."""

    link: LinkRecord


@event("ticket.unlinked", en="link with {link.ticket.name} removed", de="Verknüpfung mit {link.ticket.name} entfernt")
@dataclass(frozen=True, slots=True)
class Unlinked:
    """A link was removed; both tickets' histories say so."""

    link: LinkRecord


@event("ticket.split_off", en="ticket {ticket.name} was split off", de="Ticket {ticket.name} wurde abgespalten")
@dataclass(frozen=True, slots=True)
class SplitOff:
    """A new ticket was made from an article of this one."""

    article: int
    ticket: Ref


@event("ticket.watched", en="watched by {person}", de="beobachtet von {person}")
@dataclass(frozen=True, slots=True)
class Watched:
    """Somebody follows the ticket."""

    person: Ref


@event("ticket.unwatched", en="no longer watched by {person}", de="nicht mehr beobachtet von {person}")
@dataclass(frozen=True, slots=True)
class Unwatched:
    """Somebody no longer follows the ticket."""

    person: Ref


@event("ticket.mentioned", en="{person} mentioned in a note", de="{person} in einer Notiz erwähnt")
@dataclass(frozen=True, slots=True)
class Mentioned:
    """A note names an agent, who is told of it."""

    person: Ref
    article: int


@event("ticket.reminded", en="reminder: pending time reached", de="Erinnerung: Wartezeit erreicht")
@dataclass(frozen=True, slots=True)
class Reminded:
    """The pending time was reached, or is still passed since the last reminder."""

    pending_until: datetime


@event("ticket.deleted", en="deleted: {reason}", de="gelöscht: {reason}")
@dataclass(frozen=True, slots=True)
class Deleted:
    """The ticket and its articles were deleted for good, out of `queue`; this record and the number stay."""

    number: str
    reason: str
    articles: int
    queue: Ref | None = None
