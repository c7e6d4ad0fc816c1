"""An article whose mail was read again from its kept bytes: what the history says of it."""

from __future__ import annotations

from dataclasses import dataclass

from klardesk.ledger import event
from klardesk.tickets.events import ArticleRecord


@event(
    "ticket.article_read_again",
    en="mail read again from its kept bytes: {subject}",
    de="E-Mail erneut aus ihren aufbewahrten Bytes gelesen: {subject}",
)
@dataclass(frozen=True, slots=True)
class ArticleReadAgain:
    """An article got the text and files that its mail turned out to hold, once its key was there."""

    article: ArticleRecord
    subject: str
    files: list[str]
