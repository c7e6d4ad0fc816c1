"""Keep the index in step with the tickets, and with people and companies (`known`), inside the transaction of each change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import Prefetch

from klardesk.base import rows
from klardesk.base.options import option
from klardesk.base.prepared import Prepared
from klardesk.fields.models import Subject
from klardesk.fields.queries import searchable
from klardesk.ledger import subscribe
from klardesk.search import known
from klardesk.search.engines import engine
from klardesk.search.models import Document, FilesToRead, FileText, Word
from klardesk.search.options import FILES
from klardesk.search.texts import Head, article_words, ticket_words, unmarked
from klardesk.search.vocabulary import learn
from klardesk.tickets import events
from klardesk.tickets.models import Article, Attachment, Ticket
from klardesk.tickets.read_again import ArticleReadAgain
from klardesk.tickets.unmerged import MergeUndone

BATCH = 500


def follow() -> None:
    """Hear the events of tickets, people and companies."""
    known.follow()
    handlers: dict[str, Callable[[int, Any], None]] = {
        "ticket.created": _index_ticket,
        "ticket.title_changed": _index_ticket,
        "ticket.customer_changed": _index_ticket,
        "ticket.article_added": _index_article,
        "ticket.article_read_again": _index_again,
        "ticket.visibility_changed": _change_visibility,
        "ticket.merge_received": _take_over,
        "ticket.merge_undone": _take_over,
        "ticket.fields_changed": index_fields,
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
    """Make the whole index anew; returns the number of tickets' documents. Call inside a transaction, so that search goes on.

    Documents first, as everywhere: whoever forgets words (`forgetting`) holds them before it does.
    """
    Document.objects.all().delete()
    Word.objects.all().delete()
    known.rebuild()
    count, vocabulary = 0, set[str]()
    tickets = Ticket.objects.unscoped("index").select_related("customer", "company").order_by("pk")
    for batch in known.batches(tickets.iterator(BATCH), BATCH):
        articles = Article.objects.unscoped("index").filter(ticket__in=batch).order_by("pk")
        of_tickets = [_ticket_document(ticket, _ticket_words(ticket)) for ticket in batch]
        known_tickets = {ticket.pk: ticket for ticket in batch}
        of_articles = [
            _article_document(article, known_tickets[article.ticket_id]) for article in with_files(articles)
        ]
        of_fields = [
            field_document(known_tickets[key], text) for key, text in searchable(Subject.TICKET, known_tickets).items() if text
        ]
        documents = Document.objects.bulk_create([*of_tickets, *of_fields, *of_articles])
        vocabulary.update(*(document.words.split() for document in documents))
        count += len(documents)
    learn(unmarked(vocabulary))
    with connection.cursor() as cursor:
        for statement in engine().SETTLE:
            cursor.execute(statement)
    return count


def _index_ticket(ticket_id: int, payload: Any) -> None:
    """A new ticket's words stand in its event; those of a changed one are read again."""
    if isinstance(payload, events.Created):
        words = ticket_words(
            payload.number, payload.title, str(payload.customer), payload.customer_login, str(payload.company)
        )
        rows.insert(Document(ticket_id=ticket_id, visible_to_customer=True, words=" ".join(words)))
    else:
        ticket = Ticket.all_rows.select_related("customer", "company").get(pk=ticket_id)
        words = _ticket_words(ticket)
        Document.objects.filter(ticket_id=ticket_id, article=None, visible_to_customer=True).update(
            words=" ".join(words)
        )
        index_fields(ticket_id, payload)
    learn(words)


def index_fields(ticket_id: int, _payload: Any = None) -> None:
    """What the ticket's own fields say now, with its number and title, so that a word of each finds it together."""
    text = searchable(Subject.TICKET, [ticket_id]).get(ticket_id, "")
    document = field_document(Ticket.all_rows.get(pk=ticket_id), text)
    there = Document.objects.filter(ticket_id=ticket_id, article=None, visible_to_customer=False)
    if not text:
        there.delete()
    elif not there.update(words=document.words):
        rows.insert(document)
    if text:
        learn(document.words.split())


_WORDS: Prepared[tuple[str, ...]] = Prepared(
    lambda key: Article.all_rows.filter(pk=key).order_by()
    .values_list("ticket__number", "ticket__title", "subject", "from_text", "to_text", "cc_text", "text")
)  # fmt: skip


def _index_article(ticket_id: int, payload: events.ArticleAdded) -> None:
    [(number, title, subject, from_text, to_text, cc_text, text)] = _WORDS.rows(payload.article.id)
    words = article_words((number, title), Head(subject, from_text, to_text, cc_text, payload.files), text)
    rows.insert(Document(
        ticket_id=ticket_id, article_id=payload.article.id, visible_to_customer=payload.article.visible_to_customer,
        words=" ".join(words),
    ))  # fmt: skip
    learn(unmarked(words))
    if payload.files:
        _await_reading(payload.article.id)


def _await_reading(article_id: int) -> None:
    """What stands in the files is found out by a sweep (`files.contents`): nobody who writes an article waits for it."""
    if option(FILES):
        FilesToRead.objects.bulk_create([FilesToRead(article_id=article_id)], ignore_conflicts=True)


def index_with_files(article: Article, ticket: Ticket, files: Sequence[Attachment]) -> None:
    """Put what was read of these files, the article's own, into its document."""
    words = _article_words(article, ticket, files)
    Document.objects.filter(article=article).update(words=" ".join(words))
    learn(unmarked(words))


def articles_anew(ticket: Ticket, articles: Sequence[Any]) -> None:
    """Make the documents of a ticket's articles (of `with_files`) anew."""
    words = {article.pk: _article_words(article, ticket, article.files) for article in articles}
    for key, of_article in words.items():
        Document.objects.filter(article=key).update(words=" ".join(of_article))
    learn(unmarked(chain.from_iterable(words.values())))


def _index_again(_ticket_id: int, payload: ArticleReadAgain) -> None:
    article = Article.all_rows.select_related("ticket").defer("html").get(pk=payload.article.id)
    index_with_files(article, article.ticket, list(Attachment.all_rows.filter(article=article).order_by("pk")))
    _await_reading(article.pk)


def _change_visibility(_ticket_id: int, payload: events.VisibilityChanged) -> None:
    found = Document.objects.filter(article_id=payload.article)
    found.update(visible_to_customer=payload.visible_to_customer)


def _take_over(ticket_id: int, payload: events.MergeReceived | MergeUndone) -> None:
    articles = [record.id for record in payload.articles]
    Document.objects.filter(article_id__in=articles).update(ticket_id=ticket_id)


def with_files(articles: Any) -> Any:
    """A query of articles, without what no word comes from, that brings their files with it."""
    return articles.defer("html").prefetch_related(Prefetch("attachments", Attachment.all_rows.order_by("pk"), to_attr="files"))


def _ticket_document(ticket: Ticket, words: list[str]) -> Document:
    return Document(ticket=ticket, visible_to_customer=True, words=" ".join(words))


def field_document(ticket: Ticket, text: str) -> Document:
    """The document of what a ticket's own fields say."""
    words = ticket_words(ticket.number, ticket.title, text)
    return Document(ticket=ticket, visible_to_customer=False, words=" ".join(words))


def _article_document(article: Any, ticket: Ticket) -> Document:
    words = _article_words(article, ticket, article.files)
    return Document(
        ticket=ticket, article=article, visible_to_customer=article.visible_to_customer, words=" ".join(words)
    )


def _ticket_words(ticket: Ticket) -> list[str]:
    customer, company = str(ticket.customer or ""), str(ticket.company or "")
    return ticket_words(ticket.number, ticket.title, customer, ticket.customer_login, company)


def _article_words(article: Article, ticket: Ticket, files: Sequence[Attachment]) -> list[str]:
    names = [file.name for file in files]
    head = Head(article.subject, article.from_text, article.to_text, article.cc_text, names)
    return article_words((ticket.number, ticket.title), head, article.text, _texts_of(files))


def _texts_of(files: Sequence[Attachment]) -> list[str]:
    """What was read of the files, in their order; one query, none without files."""
    digests = list(dict.fromkeys(file.digest for file in files))
    found = dict(FileText.objects.filter(pk__in=digests).values_list("pk", "text")) if digests else {}
    return [found[digest] for digest in digests if found.get(digest)]
