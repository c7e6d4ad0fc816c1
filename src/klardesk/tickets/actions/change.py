"""How every action changes a ticket: lock its row, check right and revision, change, record one event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from klardesk.access.policy import Refused
from klardesk.base import rows
from klardesk.base.prepared import Prepared
from klardesk.ledger import append
from klardesk.ledger.subscribers import announce
from klardesk.tickets.configured import complete
from klardesk.tickets.events import Ref, chain_of
from klardesk.tickets.models import Ticket
from klardesk.tickets.policy import RIGHT_FOR, ChangedMeanwhile, demand_alive
from klardesk.tickets.replay import APPLY, QUIET, ticket_events

if TYPE_CHECKING:
    from klardesk.access.actor import Actor


_LOCKED: Prepared[Ticket] = Prepared(lambda key: Ticket.all_rows.select_for_update().filter(pk=key).order_by())


@contextmanager
def changing(
    ticket: Ticket, verb: str, *, by: Actor, revision: int | None = None, merged_too: bool = False
) -> Iterator[Ticket]:
    """The ticket freshly read under a lock, inside one transaction; the caller's object is brought in line at the end.

    Raises Ticket.DoesNotExist if `by` may not even see it, Refused without the verb's right, ChangedMeanwhile if
    `revision` is given and no longer the present one, NotPossible for a merged ticket (unless `merged_too`).
    """
    with transaction.atomic():
        fresh = _locked(ticket, verb, by)
        if revision is not None and fresh.revision != revision:
            raise ChangedMeanwhile(fresh, changes_since(fresh, revision))
        if not merged_too:
            demand_alive(fresh)
        yield fresh
    _bring_in_line(ticket, fresh)


def record(ticket: Ticket, payload: Any, *, by: Actor, save: bool = True) -> None:
    """Append the event to the ticket's history and store the ticket with its new revision and change time.

    Who follows the event inside the transaction finds the ticket as it is after it.
    """
    event = append(chain_of(ticket.pk), payload, by=by.ref, announced=False)
    if not isinstance(payload, QUIET):
        ticket.revision, ticket.changed_at = event.sequence, event.at
    if save:
        rows.update(ticket)
    announce(event)


def changes_since(ticket: Ticket, revision: int) -> list[Any]:
    """The events that came in after `revision` and changed the ticket, oldest first."""
    found = ticket_events(ticket.pk, after=revision)
    return [item for item in found if type(item.payload) in APPLY and not isinstance(item.payload, QUIET)]


def ref(thing: models.Model | None) -> Ref:
    """How events name a queue, a state, a person, or nothing."""
    return Ref(None, "") if thing is None else Ref(thing.pk, str(thing))


def _locked(ticket: Ticket, verb: str, by: Actor) -> Ticket:
    right = RIGHT_FOR[verb]
    # By itself, without a join: PostgreSQL drops a row from a locking join if the wait changed what it joins by.
    found = _LOCKED.get(ticket.pk)
    if found is not None and (by.kind == "system" or _may(by, right, found)):
        complete([found])
        return found
    if found is None or not _may(by, "ro", found):
        raise Ticket.DoesNotExist
    raise Refused(
        _("You may see ticket {number}, but the right “{right}” is missing for this.").format(
            number=ticket.number, right=right
        )
    )


def _may(by: Actor, right: str, ticket: Ticket) -> bool:
    return bool(Ticket.objects.visible_to(by, right).filter(pk=ticket.pk).exists())


def _bring_in_line(ticket: Ticket, fresh: Ticket) -> None:
    if ticket is fresh:
        return
    for item in Ticket._meta.concrete_fields:
        setattr(ticket, item.attname, getattr(fresh, item.attname))
    for name in ("queue", "state", "priority", "type", "owner", "responsible", "customer", "company"):
        if Ticket._meta.get_field(name).is_cached(fresh):  # type: ignore[union-attr]
            setattr(ticket, name, getattr(fresh, name))
