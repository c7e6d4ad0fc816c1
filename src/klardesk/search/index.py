"""Keep the index in step with the tickets, inside the transaction of each change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Prefetch

from klardesk.base import rows
from klardesk.base.prepared import Prepared
from klardesk.ledger import subscribe
from klardesk.search.folding import fold
from klardesk.search.models import Document
from klardesk.tickets import events
from klardesk.tickets.models import Article, Attachment, Ticket
from klardesk.tickets.read_again import ArticleReadAgain
from klardesk.tickets.unmerged import MergeUndone

BATCH = 500


def follow() -> None:
    """Hear the tickets' events."""
    handlers: dict[str, Callable[[int, Any], None]] = {
        "ticket.created": _index_ticket,
        "ticket.title_changed": _index_ticket,
        "ticket.customer_changed": _index_ticket,
        "ticket.article_added": _index_article,
        "ticket.article_read_again": _index_again,
        "ticket.visibility_changed": _change_visibility,
        "ticket.merge_received": _take_over,
        "ticket.merge_undone": _take_over,
    }
    for kind, handler in handlers.items():
        subscribe(kind, _Listener(handler), in_transaction=True)


class _Listener:
    """A handler that is given the ticket's key and the payload; equal if the handler is, so that it listens once."""

    def __init__(self, handler: Callable[[int, Any], None]) -> None:
        self.handler = handler

    def __call__(self, event: Any) -> None:
        self.handler(int(event.chain.key), event.payload)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Listener) and other.handler is self.handler

    def __hash__(self) -> int:
        return hash(self.handler)


def rebuild() -> int:
    """Make the whole index anew; returns the number of documents. Call inside a transaction, so that search goes on."""
    Document.objects.all().delete()
    count = 0
    tickets = Ticket.objects.unscoped("index").select_related("customer", "company").order_by("pk")
    for batch in _batches(tickets.iterator(BATCH)):
        articles = Article.objects.unscoped("index").filter(ticket__in=batch).order_by("pk")
        of_tickets = [_ticket_document(ticket, _ticket_words(ticket)) for ticket in batch]
        known = {ticket.pk: ticket for ticket in batch}
        of_articles = [_article_document(article, known[article.ticket_id]) for article in _with_files(articles)]
        count += len(Document.objects.bulk_create([*of_tickets, *of_articles]))
    return count


def _index_ticket(ticket_id: int, payload: Any) -> None:
    """A new ticket's words stand in its event; those of a changed one are read again."""
    if isinstance(payload, events.Created):
        words = [payload.number, payload.title, str(payload.customer), payload.customer_login, str(payload.company)]
        rows.insert(Document(ticket_id=ticket_id, visible_to_customer=True, words=" ".join(_folded(words))))
        return
    ticket = Ticket.all_rows.select_related("customer", "company").get(pk=ticket_id)
    Document.objects.filter(ticket_id=ticket_id, article=None).update(words=" ".join(_folded(_ticket_words(ticket))))


_WORDS: Prepared[tuple[str, ...]] = Prepared(
    lambda key: Article.all_rows.filter(pk=key).order_by()
    .values_list("ticket__number", "ticket__title", "subject", "from_text", "to_text", "text")
)  # fmt: skip


def _index_article(ticket_id: int, payload: events.ArticleAdded) -> None:
    [(number, title, subject, from_text, to_text, text)] = _WORDS.rows(payload.article.id)
    words = " ".join(_folded([number, title, subject, from_text, to_text, *payload.files, text]))
    rows.insert(Document(
        ticket_id=ticket_id, article_id=payload.article.id, visible_to_customer=payload.article.visible_to_customer,
        words=words,
    ))  # fmt: skip


def _index_again(_ticket_id: int, payload: ArticleReadAgain) -> None:
    article = Article.all_rows.select_related("ticket").defer("html").get(pk=payload.article.id)
    words = _article_words(article, article.ticket, payload.files)
    Document.objects.filter(article=article).update(words=words)


def _change_visibility(_ticket_id: int, payload: events.VisibilityChanged) -> None:
    found = Document.objects.filter(article_id=payload.article)
    found.update(visible_to_customer=payload.visible_to_customer)


def _take_over(ticket_id: int, payload: events.MergeReceived | MergeUndone) -> None:
    articles = [record.id for record in payload.articles]
    Document.objects.filter(article_id__in=articles).update(ticket_id=ticket_id)


def _with_files(articles: Any) -> Any:
    return articles.prefetch_related(Prefetch("attachments", Attachment.all_rows.order_by("pk"), to_attr="files"))


def _ticket_document(ticket: Ticket, words: list[str]) -> Document:
    return Document(ticket=ticket, visible_to_customer=True, words=" ".join(_folded(words)))


def _article_document(article: Any, ticket: Ticket) -> Document:
    words = _article_words(article, ticket, [file.name for file in article.files])
    return Document(ticket=ticket, article=article, visible_to_customer=article.visible_to_customer, words=words)


def _ticket_words(ticket: Ticket) -> list[str]:
    return [ticket.number, ticket.title, str(ticket.customer or ""), ticket.customer_login, str(ticket.company or "")]


def _article_words(article: Article, ticket: Ticket, files: list[str]) -> str:
    """Number and title stand with each article, so that a word of the title and one of the text find it together."""
    texts = [ticket.number, ticket.title, article.subject, article.from_text, article.to_text, *files, article.text]
    return " ".join(_folded(texts))


def _folded(texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        yield from fold(text)


def _batches(items: Iterable[Ticket]) -> Iterable[list[Ticket]]:
    batch: list[Ticket] = []
    for item in items:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
