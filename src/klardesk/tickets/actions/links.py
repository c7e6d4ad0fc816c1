"""Link two tickets, and remove a link."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from klardesk.access.policy import Refused
from klardesk.base import clock
from klardesk.tickets import events
from klardesk.tickets.actions.change import changing, record
from klardesk.tickets.models import Link, LinkType, Ticket
from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from klardesk.access.actor import Actor


def link_tickets(source: Ticket, target: Ticket, type: str, *, by: Actor) -> None:  # noqa: A002
    """Link two tickets; of a parent-and-child link the parent is the source. The same link again changes nothing.

    Needs `rw` on the source and sight of the target. Both histories say it.
    """
    if source.pk == target.pk:
        raise NotPossible(_("A ticket cannot be linked with itself."))
    with ExitStack() as stack:
        first, second = _both(stack, source, target, by)
        ends = (first, second) if type == LinkType.PARENT_CHILD else _ordered(first, second)
        if (
            Link.objects.filter(source=second, target=first, type=LinkType.PARENT_CHILD).exists()
            and type == LinkType.PARENT_CHILD
        ):
            raise NotPossible(_("The other ticket is already the parent of this one."))
        link, made = Link.objects.get_or_create(
            source=ends[0], target=ends[1], type=type, defaults={"created_at": clock.now()}
        )
        if made:
            _record_on_both(link, events.Linked, ends, by)


def unlink_tickets(link: Link, *, by: Actor) -> None:
    """Remove a link; both histories say it."""
    with ExitStack() as stack:
        ends = _both(stack, link.source, link.target, by)
        if Link.objects.filter(pk=link.pk).delete()[0]:
            _record_on_both(link, events.Unlinked, ends, by)


def role_of(link: Link, ticket_id: int) -> str:
    """What the other ticket of the link is to this one: normal, parent or child."""
    if link.type == LinkType.NORMAL:
        return "normal"
    return "child" if link.source_id == ticket_id else "parent"


def link_record(link: Link, ticket_id: int) -> events.LinkRecord:
    """The link as the history of one of its tickets holds it."""
    other = link.target if link.source_id == ticket_id else link.source
    return events.LinkRecord(role_of(link, ticket_id), events.Ref(other.pk, other.number))


def _record_on_both(
    link: Link, kind: type[events.Linked | events.Unlinked], ends: tuple[Ticket, Ticket], by: Actor
) -> None:
    for ticket in ends:
        record(ticket, kind(link_record(link, ticket.pk)), by=by)


def _both(stack: ExitStack, source: Ticket, target: Ticket, by: Actor) -> tuple[Ticket, Ticket]:
    """Both tickets locked, in the order of their keys so that two links never wait for each other."""
    locked = {}
    for ticket in _ordered(source, target):
        verb = "link" if ticket.pk == source.pk else "watch"
        try:
            locked[ticket.pk] = stack.enter_context(changing(ticket, verb, by=by, merged_too=True))
        except Ticket.DoesNotExist as error:
            raise Refused(_("One of the tickets does not exist or is not yours to see.")) from error
    return locked[source.pk], locked[target.pk]


def _ordered(one: Ticket, other: Ticket) -> tuple[Ticket, Ticket]:
    return (one, other) if one.pk < other.pk else (other, one)
