"""Links by which a customer opens one ticket without a password: given, opened, revoked."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from klardesk.access.actor import Actor
from klardesk.base import clock
from klardesk.base.options import option
from klardesk.ledger import append
from klardesk.people.actions.passwords import LinkUsedUp, digest_of
from klardesk.portal.events import LinkGiven, LinkOpened, LinkRevoked
from klardesk.portal.models import TicketLink
from klardesk.portal.queries import live_ticket_links, people_of
from klardesk.tickets.actions.change import changing, ref
from klardesk.tickets.events import chain_of
from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from klardesk.people.models import Person
    from klardesk.tickets.models import Ticket

VERB = "participants"
"""Who may let customers take part may give links and revoke them."""


def give_link(ticket: Ticket, person: Person, *, by: Actor) -> str:
    """The token of a new link for the ticket's customer, or one who takes part in it; it is told this once.

    Errors as `changing`; NotPossible for others, and while the desk gives no links.
    """
    if not option("portal.ticket_links"):
        raise NotPossible(_("This desk gives no links to tickets."))
    token, moment = secrets.token_urlsafe(32), clock.now()
    expires = moment + timedelta(days=option("portal.ticket_link_days"))
    with changing(ticket, VERB, by=by) as fresh:
        if person.pk not in {one.pk for one in people_of(fresh)}:
            raise NotPossible(_("Only the customer of the ticket and those who take part in it get a link."))
        TicketLink.objects.create(
            ticket=fresh, person=person, token_digest=digest_of(token), created_at=moment, created_by_id=by.person_id,
            expires_at=expires,
        )  # fmt: skip
        append(chain_of(fresh.pk), LinkGiven(ref(person), expires), by=by.ref)
    return token


def revoke_link(ticket: Ticket, key: int, *, by: Actor) -> bool:
    """End a link of this ticket, at once and for whoever has it open; whether that changed anything. Errors as `changing`."""
    with changing(ticket, VERB, by=by, merged_too=True) as fresh:
        link = TicketLink.objects.filter(pk=key, ticket=fresh, revoked_at=None).select_related("person").first()
        if link is None:
            return False
        TicketLink.objects.filter(pk=link.pk).update(revoked_at=clock.now())
        append(chain_of(fresh.pk), LinkRevoked(ref(link.person)), by=by.ref)
    return True


def open_link(token: str, address: str) -> TicketLink:
    """The link of this token, noted as opened from this network address. Raises LinkUsedUp if it cannot be used."""
    with transaction.atomic():
        link = live_ticket_links().filter(token_digest=digest_of(token)).select_for_update(of=("self",)).first()
        if link is None:
            raise LinkUsedUp
        TicketLink.objects.filter(pk=link.pk).update(opened_at=clock.now())
        append(chain_of(link.ticket_id), LinkOpened(address), by=Actor.of(link.person).ref)
    return link
