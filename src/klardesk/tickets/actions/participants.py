"""Let customers take part in a ticket, or no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from klardesk.people.models import CompanyMembership, Realm
from klardesk.tickets.actions.change import changing, record, ref
from klardesk.tickets.models import Ticket, TicketParticipant
from klardesk.tickets.participants import ParticipantAdded, ParticipantRemoved
from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.people.models import Person


def add_participant(ticket: Ticket, person: Person, *, by: Actor, why: str = "hand") -> bool:
    """`person`, a valid customer, may read and answer the ticket; whether that is new. Nothing happens to its own customer.

    A customer may add people of the ticket's company alone, who belong to it as they themselves do. Errors as `changing`.
    """
    if person.realm != Realm.CUSTOMER or not person.valid:
        raise NotPossible(_("Only valid customers can take part in a ticket."))
    with changing(ticket, "participants", by=by) as fresh:
        if by.kind == "customer":
            _require_colleague(fresh, person, by)
        if fresh.customer_id == person.pk:
            return False
        made = TicketParticipant.objects.get_or_create(ticket=fresh, person=person)[1]
        if made:
            record(fresh, ParticipantAdded(ref(person), why), by=by, save=False)
    return made


def remove_participant(ticket: Ticket, person: Person, *, by: Actor) -> bool:
    """`person` takes part no longer; whether that changed anything. Participants may leave by themselves."""
    verb = "leave" if by.person_id == person.pk else "participants"
    with changing(ticket, verb, by=by, merged_too=True) as fresh:
        gone = bool(TicketParticipant.objects.filter(ticket=fresh, person=person).delete()[0])
        if gone:
            record(fresh, ParticipantRemoved(ref(person)), by=by, save=False)
    return gone


def _require_colleague(ticket: Ticket, person: Person, by: Actor) -> None:
    """Else customers could learn who is a customer, and show the matters of one company to another."""
    members = CompanyMembership.objects.filter(company_id=ticket.company_id or 0, person__in=[person.pk, by.key])
    if members.count() != len({person.pk, by.key}):
        raise NotPossible(_("You may add people of your own company alone."))
