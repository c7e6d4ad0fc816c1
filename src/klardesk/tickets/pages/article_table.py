"""The articles of a ticket as a table: a line each, to find one among many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from klardesk.access.actor import Actor, Kind
from klardesk.base.prepared import Prepared
from klardesk.tickets.models import Article, Attachment, SenderType
from klardesk.tickets.scopes import article_limit
from klardesk.web.jinja import query
from klardesk.web.parts import Column

if TYPE_CHECKING:
    from klardesk.tickets import slots
    from klardesk.tickets.pages.ticket import Window

LINES = 100
"""How many lines one page of the table has."""


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
    files = _files_of([article.pk for article in articles])
    return [
        Line(
            window.place(index), article.channel, direction_of(article), author_of(article), article.subject,
            files.get(article.pk, 0), article.created_at,
            query(view.request.GET, articles="stream", page=(window.start + index) // stream_page + 1) + f"#article-{article.pk}",
        )
        for index, article in enumerate(articles)
    ]  # fmt: skip


def direction_of(article: Article) -> str:
    """Which way an article went: `in`, `out`, or `note`."""
    ways = {"customer": "in", "agent": "out"}
    return ways.get(article.sender, "note") if article.visible_to_customer else "note"


def author_of(article: Article) -> str:
    """Who speaks, as a mail says it, else the person who wrote it, else the kind of sender."""
    writer = article.created_by
    return article.from_text or (writer.full_name if writer else str(SenderType(article.sender).label))


def _files_of(articles: list[int]) -> Mapping[int, int]:
    files = Attachment.objects.unscoped("of articles that the actor may read").filter(article_id__in=articles)
    return dict(files.values_list("article_id").annotate(count=Count("pk")).order_by())


@lru_cache(maxsize=64)
def _articles(kind: Kind, newest_first: bool, start: int) -> Prepared[Any]:
    order = ("-created_at", "-pk") if newest_first else ("created_at", "pk")
    found = Article.objects.unscoped("of a ticket that the actor may open").filter(article_limit(Actor(kind)))
    drawn = found.select_related("created_by").defer("html", "text", "references", "bcc_text", "to_text", "cc_text")
    return Prepared(lambda ticket: drawn.filter(ticket_id=ticket).order_by(*order)[start : start + LINES])
