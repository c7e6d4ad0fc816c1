"""Change a ticket's state, priority, type, owner, responsible, title, customer; or several of them at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from klardesk.tickets import events
from klardesk.tickets.actions.archive import leave_archive
from klardesk.tickets.actions.change import changing, record, ref
from klardesk.tickets.field_slots import demand_filled
from klardesk.tickets.models import ENDED_TYPES, PENDING_TYPES, Priority, Queue, State, StateType, Ticket, Type
from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.people.models import Company, Person


def change_state(
    ticket: Ticket, state: State, *, by: Actor, pending_until: datetime | None = None, revision: int | None = None
) -> None:
    """Give the ticket a state. A pending state needs its time (aware); closing unlocks (contract 2.6), and agents must have
    filled in what is mandatory for it, else NotPossible. A ticket that is opened again leaves the archive.
    """
    if state.type == StateType.MERGED:
        raise NotPossible(_("A ticket is merged by merging it into another one."))
    if (state.type in PENDING_TYPES) != (pending_until is not None):
        raise NotPossible(_("A pending state needs its time, and only a pending state has one."))
    with changing(ticket, "state", by=by, revision=revision) as fresh:
        if (fresh.state_id, fresh.pending_until) == (state.pk, pending_until):
            return
        if state.type == StateType.CLOSED:
            demand_filled("close", fresh, by)
        old, fresh.state, fresh.pending_until, fresh.reminded_at = fresh.state, state, pending_until, None
        if state.type == StateType.CLOSED:
            fresh.locked, fresh.locked_at = False, None
        record(fresh, events.StateChanged(ref(old), ref(state), pending_until, fresh.locked), by=by)
        if state.type not in ENDED_TYPES:
            leave_archive(fresh, by=by)


def change_priority(ticket: Ticket, priority: Priority, *, by: Actor, revision: int | None = None) -> None:
    """Give the ticket a priority."""
    with changing(ticket, "priority", by=by, revision=revision) as fresh:
        if fresh.priority_id != priority.pk:
            old, fresh.priority = fresh.priority, priority
            record(fresh, events.PriorityChanged(ref(old), ref(priority)), by=by)


def change_type(ticket: Ticket, type: Type | None, *, by: Actor, revision: int | None = None) -> None:  # noqa: A002
    """Give the ticket a type, or take it away."""
    with changing(ticket, "type", by=by, revision=revision) as fresh:
        if fresh.type_id != (type and type.pk):
            old, fresh.type = fresh.type, type
            record(fresh, events.TypeChanged(ref(old), ref(type)), by=by)


def change_owner(ticket: Ticket, owner: Person | None, *, by: Actor, revision: int | None = None) -> None:
    """Give the ticket an owner, who must be a valid agent, or none."""
    with changing(ticket, "owner", by=by, revision=revision) as fresh:
        if fresh.owner_id != _agent_id(owner):
            old, fresh.owner = fresh.owner, owner
            record(fresh, events.OwnerChanged(ref(old), ref(owner)), by=by)


def change_responsible(ticket: Ticket, responsible: Person | None, *, by: Actor, revision: int | None = None) -> None:
    """Make an agent responsible for the ticket, or nobody."""
    with changing(ticket, "responsible", by=by, revision=revision) as fresh:
        if fresh.responsible_id != _agent_id(responsible):
            old, fresh.responsible = fresh.responsible, responsible
            record(fresh, events.ResponsibleChanged(ref(old), ref(responsible)), by=by)


def change_title(ticket: Ticket, title: str, *, by: Actor, revision: int | None = None) -> None:
    """Give the ticket another title, on one line of at most 255 characters."""
    line = " ".join(title.split())
    if not line or len(line) > 255:
        raise NotPossible(_("A title has one to 255 characters."))
    with changing(ticket, "title", by=by, revision=revision) as fresh:
        if fresh.title != line:
            old, fresh.title = fresh.title, line
            record(fresh, events.TitleChanged(old, line), by=by)


def change_customer(
    ticket: Ticket,
    *,
    customer: Person | None,
    company: Company | None,
    by: Actor,
    customer_login: str = "",
    revision: int | None = None,
) -> None:
    """Give the ticket to another customer and company; an unknown customer stays as the text `customer_login`."""
    login = customer.login if customer else customer_login
    number = company.number if company else ""
    with changing(ticket, "customer", by=by, revision=revision) as fresh:
        present = (fresh.customer_id, fresh.customer_login, fresh.company_id, fresh.company_number)
        if present == (customer and customer.pk, login, company and company.pk, number):
            return
        old, fresh.customer, fresh.customer_login = fresh.customer_login, customer, login
        fresh.company, fresh.company_number = company, number
        record(fresh, events.CustomerChanged(old, ref(customer), login, ref(company), number), by=by)


@dataclass(frozen=True, slots=True)
class Changes:
    """What one mask changes at once; None leaves a thing as it is. `owner_none` takes the owner away."""

    queue: Queue | None = None
    owner: Person | None = None
    owner_none: bool = False
    responsible: Person | None = None
    state: State | None = None
    pending_until: datetime | None = None
    priority: Priority | None = None
    type: Type | None = None
    title: str | None = None


def apply_changes(ticket: Ticket, changes: Changes, *, by: Actor, revision: int | None = None) -> None:
    """All changes of a mask in one transaction, each with its own event; if one is refused, none happens.

    The queue changes last, since the rights on the new queue may be fewer.
    """
    from klardesk.tickets.actions.move import move_ticket

    with transaction.atomic(), changing(ticket, "watch", by=by, revision=revision) as fresh:
        if changes.title is not None:
            change_title(fresh, changes.title, by=by)
        if changes.priority:
            change_priority(fresh, changes.priority, by=by)
        if changes.type:
            change_type(fresh, changes.type, by=by)
        if changes.owner or changes.owner_none:
            change_owner(fresh, changes.owner, by=by)
        if changes.responsible:
            change_responsible(fresh, changes.responsible, by=by)
        if changes.state:
            change_state(fresh, changes.state, by=by, pending_until=changes.pending_until)
        if changes.queue:
            move_ticket(fresh, changes.queue, by=by)


def _agent_id(person: Person | None) -> int | None:
    if person is None:
        return None
    if not (person.is_agent and person.valid):
        raise NotPossible(_("{name} is not an agent of this desk.").format(name=person))
    return person.pk
