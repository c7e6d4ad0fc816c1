"""Delete a ticket for good. Its number, its history and who deleted it why remain."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from klardesk.access.actor import Actor
from klardesk.base import clock
from klardesk.ledger import append
from klardesk.tickets import events
from klardesk.tickets.actions.change import changing, record
from klardesk.tickets.actions.links import link_record
from klardesk.tickets.models import Article, Attachment, DeletedTicket, Link, Ticket, TicketSeen, TimeEntry, Watcher
from klardesk.tickets.policy import NotPossible, require_administrator

DESK = Actor.system("deletion")


def delete_ticket(ticket: Ticket, *, by: Actor, reason: str) -> None:
    """Delete the ticket with its articles, times, links and watchers. For administrators; a reason is demanded.

    A ticket into which others were merged cannot go before they do, since their numbers lead to it.
    """
    require_administrator(by)
    if not reason.strip():
        raise NotPossible(_("Say why the ticket is deleted; the reason stays on record."))
    with transaction.atomic():
        fresh = Ticket.all_rows.select_for_update().get(pk=ticket.pk)
        if Ticket.all_rows.filter(merged_into=fresh).exists():
            raise NotPossible(_("Other tickets were merged into this one; delete those first."))
        queue = events.Ref(fresh.queue_id, fresh.queue.name)
        payload = events.Deleted(fresh.number, reason.strip(), fresh.article_count, queue)
        _delete_links(fresh, by)
        append(events.chain_of(fresh.pk), payload, by=by.ref)
        DeletedTicket.objects.create(
            ticket_id=fresh.pk, number=fresh.number, deleted_at=clock.now(), reason=reason.strip()
        )
        _delete_rows(fresh)


def _delete_links(ticket: Ticket, by: Actor) -> None:
    links = Link.objects.filter(Q(source=ticket) | Q(target=ticket)).select_related("source", "target")
    for link in links:
        other = link.target if link.source_id == ticket.pk else link.source
        link_id, gone = link.pk, events.Unlinked(link_record(link, other.pk))
        Link.objects.filter(pk=link_id).delete()
        # The link goes with the ticket, whether or not the administrator may open what is at its other end.
        with changing(other, "link", by=DESK, merged_too=True) as fresh:
            record(fresh, gone, by=by)


def _delete_rows(ticket: Ticket) -> None:
    TimeEntry.all_rows.filter(original_ticket=ticket).exclude(ticket=ticket).update(original_ticket=None)
    TimeEntry.all_rows.filter(ticket=ticket).delete()
    Article.all_rows.filter(original_ticket=ticket).exclude(ticket=ticket).update(original_ticket=None)
    Attachment.all_rows.filter(article__ticket=ticket).delete()
    Article.all_rows.filter(ticket=ticket).delete()
    Watcher.objects.filter(ticket=ticket).delete()
    TicketSeen.objects.filter(ticket=ticket).delete()
    Ticket.all_rows.filter(pk=ticket.pk).delete()
