"""Split a new ticket off an article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from klardesk.access.actor import Actor
from klardesk.tickets import events, slots
from klardesk.tickets.actions.change import changing, record
from klardesk.tickets.actions.create import create_ticket
from klardesk.tickets.actions.links import link_record
from klardesk.tickets.drafts import TEXT_FIELDS, NewArticle, NewAttachment
from klardesk.tickets.models import Article, Attachment, Channel, Link, LinkType, Priority, Queue, Ticket

if TYPE_CHECKING:
    from klardesk.people.models import Person


def split_ticket(
    article: Article,
    *,
    by: Actor,
    title: str,
    queue: Queue,
    priority: Priority | None = None,
    owner: Person | None = None,
    channel: str = Channel.PHONE,
) -> Ticket:
    """A new ticket that begins with a copy of this article and its files, inline pictures too; the old one is its parent
    and keeps the time that the article took.

    Needs sight of the old ticket and `create` on the queue (contract 2.9).
    """
    with transaction.atomic(), changing(article.ticket, "split", by=by, merged_too=True) as old:
        texts = {name: getattr(article, name) for name in TEXT_FIELDS}
        files = tuple(NewAttachment.copy(file) for file in Attachment.all_rows.filter(article=article).order_by("pk"))
        # The copy gives up the Message-ID: a later mail must find one ticket, the old one.
        texts |= {"message_id": "", "channel": channel}
        draft = NewArticle(
            visible_to_customer=article.visible_to_customer, attachments=files, html_version=article.html_version,
            timeless=True, **texts,
        )  # fmt: skip
        new = create_ticket(
            by=by, title=title, queue=queue, article=draft, priority=priority or old.priority, type=old.type,
            owner=owner, customer=old.customer,
            customer_login=old.customer_login, company=old.company, company_number=old.company_number,
        )  # fmt: skip
        record(old, events.SplitOff(article.pk, events.Ref(new.pk, new.number)), by=by)
        # Not by link_tickets: who may read and create may split, though a link by hand asks for more.
        link = Link.objects.create(source=old, target=new, type=LinkType.PARENT_CHILD, created_at=new.created_at)
        for ticket in (old, new):
            record(ticket, events.Linked(link_record(link, ticket.pk)), by=by)
        for further in slots.ticket_fields():
            further.take_over(old, new, by=by)
    return new
