"""Taking mails in, as the pipe and the mailboxes do."""

from __future__ import annotations

from klardesk.mail.models import IncomingMail
from klardesk.mail.receive.process import process
from klardesk.mail.receive.store import store_raw
from klardesk.tickets.models import Article, Ticket


def take(raw: bytes, **where: object) -> IncomingMail:
    """Keep and process a mail."""
    kept = store_raw(raw, **where)  # type: ignore[arg-type]
    process(kept.pk)
    kept.refresh_from_db()
    return kept


def ticket_from(raw: bytes, **where: object) -> Ticket:
    """The ticket that the mail went to."""
    kept = take(raw, **where)
    assert kept.ticket_id is not None, kept.detail or kept.reason
    return Ticket.all_rows.select_related("queue", "state", "customer", "company").get(pk=kept.ticket_id)


def articles(ticket: Ticket) -> list[Article]:
    """A ticket's articles, in order."""
    return list(Article.all_rows.filter(ticket=ticket).order_by("pk"))
