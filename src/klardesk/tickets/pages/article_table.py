"""The articles of a ticket as a table: a line each, to find one among many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from klardesk.access.actor import Actor, Kind
from klardesk.base.prepared import Prepared
from klardesk.base.statements import among, fetched, keys_as
from klardesk.people.models import full_name
from klardesk.tickets.models import Article, SenderType
from klardesk.tickets.scopes import article_limit
from klardesk.web.jinja import query
from klardesk.web.parts import Column

if TYPE_CHECKING:
    from klardesk.tickets import slots
    from klardesk.tickets.pages.ticket import Window

LINES = 100
"""How many lines one page of the table has."""
_COLUMNS = (
    "pk", "sender", "channel", "visible_to_customer", "subject", "from_text", "created_at",
    "created_by__first_name", "created_by__last_name", "created_by__login",
)  # fmt: skip
_WAYS = {"customer": "in", "agent": "out"}
_FILES = "SELECT article_id, COUNT(*) FROM tickets_attachment WHERE article_id {among} GROUP BY article_id"


@dataclass(frozen=True, slots=True)
class Line:
    """One article: its place from 1 for the oldest, which way it went (`in`, `out`, `note`), and where it can be read."""

    place: int
    channel: str
    direction: str
    author: str
    subject: str
    files: int
    at: datetime
    href: str


def columns() -> list[Column]:
    """The head of the table."""
    labels = {
        "place": _("No."), "way": pgettext("how a message went", "Way"), "author": _("From"), "subject": _("Subject"),
        "files": _("Files"), "created": _("Created"),
    }  # fmt: skip
    return [Column(key=key, label=label) for key, label in labels.items()]


def lines_of(view: slots.TicketView, window: Window, stream_page: int) -> list[Line]:
    """One page of a ticket's articles; two queries. `stream_page` is how many articles a page of the stream has."""
    articles = _articles(view.actor.kind, window.newest_first, window.start).rows(view.ticket.pk)
    files = _files_of([key for key, *_rest in articles])
    pages = {(window.start + index) // stream_page + 1 for index in range(len(articles))}
    stream = {page: query(view.request.GET, articles="stream", page=page) for page in pages}
    return [
        Line(
            window.place(index), channel, _direction(sender, visible), _author(from_text, sender, *writer), subject,
            files.get(key, 0), at, f"{stream[(window.start + index) // stream_page + 1]}#article-{key}",
        )
        for index, (key, sender, channel, visible, subject, from_text, at, *writer) in enumerate(articles)
    ]  # fmt: skip


def direction_of(article: Article) -> str:
    """Which way an article went: `in`, `out`, or `note`."""
    return _direction(article.sender, article.visible_to_customer)


def author_of(article: Article) -> str:
    """Who speaks, as a mail says it, else the person who wrote it, else the kind of sender."""
    writer = article.created_by
    names = (writer.first_name, writer.last_name, writer.login) if writer else (None, None, None)
    return _author(article.from_text, article.sender, *names)


def _direction(sender: str, visible: bool) -> str:
    return _WAYS.get(sender, "note") if visible else "note"


def _author(from_text: str, sender: str, first_name: str | None, last_name: str | None, login: str | None) -> str:
    return from_text or (full_name(first_name, last_name, login) if login else str(SenderType(sender).label))


def _files_of(articles: list[int]) -> Mapping[int, int]:
    """How many files each of these articles has, those without any left out. The actor may read the articles."""
    return dict(fetched(_FILES.format(among=among()), [keys_as(articles)]))


@lru_cache(maxsize=64)
def _articles(kind: Kind, newest_first: bool, start: int) -> Prepared[Any]:
    order = ("-created_at", "-pk") if newest_first else ("created_at", "pk")
    found = Article.objects.unscoped("of a ticket that the actor may open").filter(article_limit(Actor(kind)))
    return Prepared(
        lambda ticket: found.filter(ticket_id=ticket).order_by(*order).values_list(*_COLUMNS)[start : start + LINES]
    )
