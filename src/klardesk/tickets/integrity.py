"""Compare what is stored of tickets with what their histories say. `klardesk verify` calls it under the name tickets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from klardesk.ledger.models import Chain, Event
from klardesk.ledger.verify import Finding, register_verifier
from klardesk.tickets.drafts import content_digest
from klardesk.tickets.models import (
    Article,
    Attachment,
    DeletedTicket,
    Link,
    LinkType,
    Ticket,
    TicketParticipant,
    TimeEntry,
    Watcher,
)
from klardesk.tickets.replay import TicketState, rebuild
from klardesk.tickets.time_spent import TimeRecord

BATCH = 500
GATHERED = ("articles", "times", "watchers", "participants", "links", "deleted")


def stored_state(ticket: Ticket) -> TicketState:
    """The ticket as its rows have it."""
    return _stored([ticket])[ticket.pk]


def articles_with_files(tickets: Iterable[Ticket]) -> QuerySet[Any]:
    """All articles of these tickets in the order they were written, each with `files`, its attachments: two queries."""
    files = Prefetch("attachments", Attachment.all_rows.order_by("pk"), to_attr="files")
    return Article.all_rows.filter(ticket__in=tickets).order_by("pk").prefetch_related(files)


def differences(tickets: Iterable[Ticket] | None = None) -> Iterator[Finding]:
    """Each field of each ticket (None: all) that is not what its history says, and tickets gone without a record.

    Nine queries for every five hundred tickets.
    """
    for batch in _batches(Ticket.all_rows.order_by("pk").iterator(BATCH) if tickets is None else tickets):
        told, stored = _told(batch), _stored(batch)
        for ticket in batch:
            yield from _compared(ticket, told[ticket.pk], stored[ticket.pk])
    if tickets is None:
        yield from _vanished()


def _compared(ticket: Ticket, told: TicketState, stored: TicketState) -> Iterator[Finding]:
    for item in fields(TicketState):
        expected, found = getattr(told, item.name), getattr(stored, item.name)
        if expected != found:
            yield _finding(
                ticket.pk, "differs", f"ticket {ticket.number}: {_told_difference(item.name, found, expected)}"
            )
    if ticket.article_count != len(stored.articles):
        detail = f"ticket {ticket.number}: counts {ticket.article_count} articles and has {len(stored.articles)}"
        yield _finding(ticket.pk, "miscounted", detail)
    spent = sum(units for units, *_facts in stored.times.values())
    if ticket.time_units != spent:
        detail = (
            f"ticket {ticket.number}: sums up {ticket.time_units} hundredths of time spent, its entries are {spent}"
        )
        yield _finding(ticket.pk, "miscounted", detail)


def _told_difference(name: str, found: Any, expected: Any) -> str:
    if name not in ("articles", "times"):
        return f"{name} is {found!r}, its history says {expected!r}"
    changed = sorted(key for key in found.keys() | expected.keys() if found.get(key) != expected.get(key))
    return f"{name} {', '.join(map(str, changed))} are not as their history says"


def _vanished() -> Iterator[Finding]:
    """Histories of tickets that are neither there nor recorded as deleted."""
    told = {int(key) for key in Chain.objects.filter(kind="ticket").values_list("key", flat=True).iterator()}
    told -= set(Ticket.all_rows.values_list("pk", flat=True).iterator())
    told -= set(DeletedTicket.objects.values_list("ticket_id", flat=True).iterator())
    for key in sorted(told):
        yield _finding(key, "vanished", f"the ticket of history {key} is gone, and nothing says that it was deleted")


def _finding(ticket_id: int, reason: str, detail: str) -> Finding:
    return Finding("tickets", reason, detail, chain=f"ticket:{ticket_id}")


def _told(batch: list[Ticket]) -> dict[int, TicketState]:
    histories: dict[int, list[Event]] = defaultdict(list)
    found = Event.objects.filter(chain__kind="ticket", chain__key__in=[str(ticket.pk) for ticket in batch])
    for event in found.select_related("chain").order_by("chain", "sequence"):
        histories[int(event.chain.key)].append(event)
    return {ticket.pk: rebuild(histories[ticket.pk]) for ticket in batch}


def _stored(batch: list[Ticket]) -> dict[int, TicketState]:
    states = {ticket.pk: _columns(ticket) for ticket in batch}
    for article in articles_with_files(batch):
        content = content_digest(article, article.files)
        states[article.ticket_id].articles[article.pk] = (article.visible_to_customer, content)
    for entry in TimeEntry.all_rows.filter(ticket__in=batch).select_related("activity").order_by("pk"):
        states[entry.ticket_id].times[entry.pk] = TimeRecord.of(entry).facts
    for ticket_id, person_id in Watcher.objects.filter(ticket__in=batch).values_list("ticket", "person"):
        states[ticket_id].watchers.add(person_id)
    for ticket_id, person_id in TicketParticipant.objects.filter(ticket__in=batch).values_list("ticket", "person"):
        states[ticket_id].participants.add(person_id)
    for link in Link.objects.filter(Q(source__in=batch) | Q(target__in=batch)):
        normal = link.type == LinkType.NORMAL
        if link.source_id in states:
            states[link.source_id].links.add(("normal" if normal else "child", link.target_id))
        if link.target_id in states:
            states[link.target_id].links.add(("normal" if normal else "parent", link.source_id))
    return states


def _columns(ticket: Ticket) -> TicketState:
    names = [item.name for item in fields(TicketState) if item.name not in GATHERED]
    return TicketState(**{name: getattr(ticket, name) for name in names})


def _batches(tickets: Iterable[Ticket]) -> Iterator[list[Ticket]]:
    batch: list[Ticket] = []
    for ticket in tickets:
        batch.append(ticket)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


register_verifier("tickets", differences)
