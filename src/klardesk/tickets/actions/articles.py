"""Write articles and show or hide them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F

from klardesk.base import clock
from klardesk.tickets import events
from klardesk.tickets.actions.change import changing, record
from klardesk.tickets.drafts import TEXT_FIELDS, NewArticle, content_digest, message_id_digest
from klardesk.tickets.integrity import articles_with_files
from klardesk.tickets.models import Article, Attachment, Channel, SenderType, Ticket

if TYPE_CHECKING:
    from klardesk.access.actor import Actor


def add_article(ticket: Ticket, article: NewArticle, *, by: Actor, revision: int | None = None) -> Article:
    """Add an article; the right is `note` for notes and phone calls, `compose` for mails. Errors as `changing`."""
    verb = "compose" if article.channel == Channel.EMAIL and by.kind == "agent" else "note"
    # A mail of the desk itself may still arrive at a merged ticket's number between look-up and lock.
    with changing(ticket, verb, by=by, revision=revision) as fresh, clock.at(clock.now()):
        written = write_article(fresh, article, by)
        fresh.article_count += 1
        record(fresh, written, by=by)
    return Article.all_rows.get(pk=written.article.id)


def change_visibility(article: Article, visible: bool, *, by: Actor) -> None:
    """Show the article to the customer, or hide it; nothing happens if it is so already."""
    with changing(article.ticket, "visibility", by=by) as fresh:
        changed = Article.all_rows.filter(pk=article.pk, ticket=fresh).exclude(visible_to_customer=visible)
        if changed.update(visible_to_customer=visible):
            record(fresh, events.VisibilityChanged(article.pk, visible), by=by)
    article.visible_to_customer = visible


def write_article(ticket: Ticket, draft: NewArticle, by: Actor) -> events.ArticleAdded:
    """Insert the article's rows; the caller counts it and records the returned event.

    Text is freed of NUL, which no column takes.
    """
    clean = {name: str(getattr(draft, name)).replace("\x00", "") for name in TEXT_FIELDS}
    article = Article(
        ticket=ticket, visible_to_customer=draft.visible_to_customer, created_at=clock.now(),
        created_by_id=by.person_id, message_id_digest=message_id_digest(clean["message_id"]), **clean,
    )  # fmt: skip
    article.save(force_insert=True)
    files = Attachment.all_rows.bulk_create(
        Attachment(article=article, name=item.name.replace("\x00", "")[:255], content_type=item.content_type[:200],
                   size=item.size, digest=item.digest, content_id=item.content_id[:255], inline=item.inline)
        for item in draft.attachments
    )  # fmt: skip
    return events.ArticleAdded(
        article=events.ArticleRecord(article.pk, article.visible_to_customer, content_digest(article, files)),
        sender=SenderType(article.sender).value, channel=Channel(article.channel).value,
        subject=article.subject[:500], raw=article.raw, files=[file.name for file in files],
    )  # fmt: skip


def records_of(ticket: Ticket) -> list[events.ArticleRecord]:
    """The records of all articles of a ticket, for the history of the ticket that takes them over."""
    return [
        events.ArticleRecord(article.pk, article.visible_to_customer, content_digest(article, article.files))
        for article in articles_with_files([ticket])
    ]


def move_articles(source: Ticket, target: Ticket) -> None:
    """Hand all articles to another ticket; each remembers where it was written."""
    articles = Article.all_rows.filter(ticket=source)
    articles.filter(original_ticket=None).update(original_ticket=F("ticket"))
    target.article_count += articles.update(ticket=target)
    source.article_count = 0
