"""Write articles and show or hide them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import F

from klardesk.base import clock, rows
from klardesk.tickets import events
from klardesk.tickets.actions.archive import leave_archive
from klardesk.tickets.actions.change import changing, record
from klardesk.tickets.actions.drafts import discard_draft
from klardesk.tickets.actions.seen import wrote_article
from klardesk.tickets.actions.times import demand_time, write_time
from klardesk.tickets.drafts import TEXT_FIELDS, NewArticle, cleaned_html, content_digest, message_id_digest
from klardesk.tickets.integrity import articles_with_files
from klardesk.tickets.models import Article, Attachment, Channel, SenderType, Ticket
from klardesk.tickets.read_again import ArticleReadAgain

if TYPE_CHECKING:
    from klardesk.access.actor import Actor


def add_article(ticket: Ticket, article: NewArticle, *, by: Actor, revision: int | None = None) -> Article:
    """Add an article, with the time that it took; an archived ticket leaves the archive by it.

    The right is `note` for notes and phone calls, `compose` for mails.

    Errors as `changing`; NotPossible too if an agent's article lacks the time that its queue wants.
    """
    verb = "compose" if article.channel == Channel.EMAIL and by.kind == "agent" else "note"
    # A mail of the desk itself may still arrive at a merged ticket's number between look-up and lock.
    with changing(ticket, verb, by=by, revision=revision) as fresh, clock.at(clock.now()):
        leave_archive(fresh, by=by)
        written, event = write_article(fresh, article, by)
        fresh.article_count += 1
        record(fresh, event, by=by)
        wrote_article(fresh, by=by)
    return written


def change_visibility(article: Article, visible: bool, *, by: Actor) -> None:
    """Show the article to the customer, or hide it; nothing happens if it is so already."""
    with changing(article.ticket, "visibility", by=by) as fresh:
        changed = Article.all_rows.filter(pk=article.pk, ticket=fresh).exclude(visible_to_customer=visible)
        if changed.update(visible_to_customer=visible):
            record(fresh, events.VisibilityChanged(article.pk, visible), by=by)
    article.visible_to_customer = visible


def rewrite_article(article: Article, draft: NewArticle, *, by: Actor) -> None:
    """Give a mail's article the subject, text and files that its kept bytes turn out to hold, such as those of an encrypted
    mail whose key came later; nothing happens if it has them already. The right is `note`.
    """
    with changing(article.ticket, "note", by=by) as fresh:
        row = Article.all_rows.select_for_update().get(pk=article.pk, ticket=fresh)
        before = content_digest(row, Attachment.all_rows.filter(article=row).order_by("pk"))
        row.html, row.html_version = cleaned_html(draft)
        for name, value in (("subject", draft.subject), ("text", draft.text), ("html", row.html)):
            setattr(row, name, value.replace("\x00", ""))
        if content_digest(row, draft.attachments) == before:
            return
        Attachment.all_rows.filter(article=row).delete()
        row.save(update_fields=["subject", "text", "html", "html_version"])
        files = _write_files(row, draft)
        content = events.ArticleRecord(row.pk, row.visible_to_customer, content_digest(row, files))
        record(fresh, ArticleReadAgain(content, row.subject[:500], [file.name for file in files]), by=by)


def write_article(ticket: Ticket, draft: NewArticle, by: Actor) -> tuple[Article, events.ArticleAdded]:
    """Insert the article's rows and its time; the caller counts it, stores the ticket, and records the returned event.

    Text is freed of NUL, which no column takes, and HTML of all that acts.
    """
    demand_time(ticket, draft, by)
    html, version = cleaned_html(draft)
    words = {name: getattr(draft, name) for name in TEXT_FIELDS} | {"html": html}
    clean = {name: str(word).replace("\x00", "") for name, word in words.items()}
    article = Article(
        ticket=ticket, visible_to_customer=draft.visible_to_customer, created_at=clock.now(), html_version=version,
        created_by_id=by.person_id, message_id_digest=message_id_digest(clean["message_id"]), **clean,
    )  # fmt: skip
    rows.insert(article)
    files = _write_files(article, draft)
    if draft.written_at is not None:
        discard_draft(draft.written_at, by=by)
    return article, events.ArticleAdded(
        article=events.ArticleRecord(article.pk, article.visible_to_customer, content_digest(article, files)),
        sender=SenderType(article.sender).value, channel=Channel(article.channel).value,
        subject=article.subject[:500], raw=article.raw, files=[file.name for file in files],
        time=write_time(ticket, draft.time, by, article) if draft.time else None,
    )  # fmt: skip


def _write_files(article: Article, draft: NewArticle) -> Sequence[Attachment]:
    return rows.insert_all([
        Attachment(article=article, name=item.name.replace("\x00", "")[:255], content_type=item.content_type[:200],
                   size=item.size, digest=item.digest, content_id=item.content_id[:255], inline=item.inline)
        for item in draft.attachments
    ])  # fmt: skip


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
