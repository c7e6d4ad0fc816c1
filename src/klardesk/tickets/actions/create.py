"""Create a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from klardesk.base import clock, rows
from klardesk.ledger import Payload, begin
from klardesk.tickets import configured, events, slots
from klardesk.tickets.actions.articles import write_article
from klardesk.tickets.actions.change import ref
from klardesk.tickets.models import PENDING_TYPES, Priority, Queue, State, StateType, Ticket
from klardesk.tickets.numbers import next_number
from klardesk.tickets.policy import NotPossible, require_create

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.people.models import Company, Person
    from klardesk.tickets.drafts import NewArticle
    from klardesk.tickets.models import Type


def create_ticket(
    *,
    by: Actor,
    title: str,
    queue: Queue,
    article: NewArticle | None = None,
    priority: Priority | None = None,
    state: State | None = None,
    type: Type | None = None,  # noqa: A002 - the trade's word
    owner: Person | None = None,
    responsible: Person | None = None,
    customer: Person | None = None,
    customer_login: str = "",
    company: Company | None = None,
    company_number: str = "",
    pending_until: datetime | None = None,
    lock: bool = False,
    number: str | None = None,
    further: Mapping[str, Any] | None = None,
) -> Ticket:
    """A new ticket with its first article, both recorded. `number` is for imports; otherwise the generator gives one.
    `further` are values of the fields that other rooms keep (`slots.TicketFields`), by their names.

    State defaults to the first of type new, priority to the default one. Raises Refused without the right `create`
    on the queue, NotPossible for a pending state without its time.
    """
    require_create(by, queue)
    state = state or _first_state(StateType.NEW)
    if (state.type in PENDING_TYPES) != (pending_until is not None):
        raise NotPossible(_("A pending state needs its time, and only a pending state has one."))
    with transaction.atomic():
        moment = clock.now()
        ticket = Ticket(
            number=number or next_number(), title=_fit(title), queue=queue, state=state,
            priority=priority or _default_priority(), type=type, owner=owner, responsible=responsible, locked=lock,
            locked_at=moment if lock else None, pending_until=pending_until, customer=customer,
            customer_login=(customer.login if customer else customer_login)[:254], company=company,
            company_number=(company.number if company else company_number)[:254], created_at=moment,
            created_by_id=by.person_id, changed_at=moment, revision=1 if article is None else 2,
            article_count=0 if article is None else 1,
        )  # fmt: skip
        _write(ticket, article, by)
        for fields in slots.ticket_fields() if further else ():
            fields.begin(ticket, further or {}, by=by)
    return ticket


def _write(ticket: Ticket, article: NewArticle | None, by: Actor) -> None:
    """The rows and both events at once, the ticket with the revision that this gives it: intake has no query to spare."""
    rows.insert(ticket)
    payloads: list[Payload] = [_created(ticket)]
    if article is not None:
        payloads.append(write_article(ticket, article, by)[1])
        if article.time is not None:
            Ticket.all_rows.filter(pk=ticket.pk).update(time_units=ticket.time_units)
    begin(events.chain_of(ticket.pk), payloads, by=by.ref, at=ticket.created_at)


def _created(ticket: Ticket) -> events.Created:
    return events.Created(
        number=ticket.number, title=ticket.title, queue=ref(ticket.queue), state=ref(ticket.state),
        priority=ref(ticket.priority), owner=ref(ticket.owner), responsible=ref(ticket.responsible),
        locked=ticket.locked, pending_until=ticket.pending_until, customer=ref(ticket.customer),
        customer_login=ticket.customer_login, company=ref(ticket.company), company_number=ticket.company_number,
        type=ref(ticket.type),
    )  # fmt: skip


def _fit(title: str) -> str:
    """A title on one line that fits its column; the article keeps the full subject."""
    line = " ".join(title.replace("\x00", "").split())
    return line if len(line) <= 255 else line[:254] + "…"


def _first_state(kind: StateType) -> State:
    found = configured.first_state(kind)
    if found is None:
        raise NotPossible(
            _("No valid state of type “{type}” exists; an administrator must make one.").format(type=kind.label)
        )
    return found


def _default_priority() -> Priority:
    found = configured.valid_priorities()
    if not found:
        raise NotPossible(_("No valid priority exists; an administrator must make one."))
    return found[0]
