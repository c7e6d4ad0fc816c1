"""The ticket's page: head, articles as a stream, and what lies beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import BooleanField, Case, Value, When
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views import View

from klardesk.access.actor import Actor, Kind
from klardesk.access.pages import DeskRequest, agent_required
from klardesk.base import clock
from klardesk.base.prepared import Prepared
from klardesk.ledger.models import Event
from klardesk.tickets import slots
from klardesk.tickets.events import chain_of
from klardesk.tickets.models import Article, Attachment, Ticket
from klardesk.tickets.pages import texts
from klardesk.tickets.pages.article_table import LINES, author_of, columns, direction_of, lines_of
from klardesk.tickets.pages.drafts import begun_at
from klardesk.tickets.pages.found import find_ticket_and_verbs, page, target_of
from klardesk.tickets.pages.lists import whole
from klardesk.tickets.pages.seen import News, note_seen
from klardesk.tickets.pages.tabs import open_tab
from klardesk.tickets.queries import has_types, merged_tickets
from klardesk.tickets.scopes import article_limit
from klardesk.web.slots import keys_of

PAGE = 50
FURTHER = "further"
"""The element at the end of a page of articles, whose place the next page takes."""
FILES_OF: Prepared[Attachment] = Prepared(
    lambda articles: (
        Attachment.objects.unscoped("of articles that the actor may read")
        .filter(article_id__in=articles)
        .order_by("pk")
    )
)


@dataclass(frozen=True, slots=True)
class ActionLink:
    """A link at an article, ready to draw."""

    label: str
    href: str
    icon: str
    primary: bool
    docked: bool
    keys: str | None


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """An article with all that is drawn at it; its links and the stretches of its text are made when they are drawn."""

    article: Any
    number: int
    files: list[Attachment]
    badges: list[slots.Badge]
    offered: list[slots.ArticleAction]
    links: _Links
    origin: str

    def drawn_by(self, is_new: bool) -> tuple[Any, ...]:
        """All that the drawn article hangs on; a file, once there, never changes."""
        article = self.article
        return (
            self.links.shared, article.pk, self.number, self.origin, is_new, self.author, article.created_at,
            article.visible_to_customer, article.sender, article.channel, article.subject, article.to_text,
            article.cc_text, article.has_html, article.text, *(file.pk for file in self.files), *self.badges,
            *(action.name for action in self.offered),
        )  # fmt: skip

    @property
    def actions(self) -> list[ActionLink]:
        """The links that it offers, in order."""
        return [self.links.of(action, self.article.pk) for action in self.offered]

    @property
    def parts(self) -> list[texts.Part]:
        """Its plain text in stretches; none if it is shown as HTML."""
        return [] if self.article.has_html else texts.parts(self.article.text)

    @property
    def direction(self) -> str:
        """Which way it went: `in`, `out`, or `note`."""
        return direction_of(self.article)

    @property
    def author(self) -> str:
        """Who speaks."""
        return author_of(self.article)

    @property
    def cut(self) -> bool:
        """Whether the text is longer than the page shows."""
        return len(self.article.text) > texts.LONGEST


@dataclass(frozen=True, slots=True)
class DrawnPanel:
    """A panel of a slot with its body."""

    panel: slots.TicketPanel
    body: str


@dataclass(frozen=True, slots=True)
class Window:
    """Which articles of a ticket one page shows: page `number` of `pages`, newest or oldest first, of `total` articles."""

    number: int
    pages: int
    newest_first: bool
    total: int
    size: int

    @classmethod
    def of(cls, request: HttpRequest, ticket: Ticket, size: int) -> Window:
        """The window of `size` articles that the address asks for."""
        pages = max(1, -(-ticket.article_count // size))
        newest_first = _kept(request, "order", ("oldest", "newest")) == "newest"
        return cls(whole(request.GET, "page", pages) or 1, pages, newest_first, ticket.article_count, size)

    @property
    def start(self) -> int:
        """How many articles lie before the window."""
        return (self.number - 1) * self.size

    def place(self, index: int) -> int:
        """The place in the ticket, from 1 for the oldest, of the article that is `index`-th in the window."""
        return self.total - self.start - index if self.newest_first else self.start + index + 1


@agent_required
class TicketPage(View):
    """GET /tickets/<id>/."""

    def get(self, request: DeskRequest, ticket_id: int) -> HttpResponse:
        """Show the ticket with one page of its articles."""
        ticket, may = find_ticket_and_verbs(request.actor, ticket_id, with_seen=True)
        view = slots.TicketView(request=request, ticket=ticket, actor=request.actor, may=may)
        news = News.of(ticket)
        as_table = _kept(request, "articles", ("stream", "table")) == "table"
        if target_of(request) == FURTHER:
            template = "tickets/article_table.html" if as_table else "tickets/article_stream.html"
            return page(request, template, {"ticket": ticket, "new": frozenset(), **_articles_of(view, as_table)})
        open_tab(ticket, request)
        context = {
            "ticket": ticket, "may": may, "panels": drawn_panels(view), **_articles_of(view, as_table),
            "reminded": bool(ticket.pending_until and ticket.pending_until <= clock.now()),
            "into": _into(ticket, request.actor), "archived": _archiving(ticket) if ticket.archived else None,
            "actions": slots.ticket_actions(may),
            "drafts": begun_at(ticket, request.actor), "has_types": "type" in may and has_types(),
        }  # fmt: skip
        context["has_files"] = any(one.files for one in context.get("articles", ())) or as_table
        context["news"], context["new"] = (
            news,
            news.among([one.article for one in context.get("articles", ())], request.actor.key),
        )
        response = page(request, "tickets/ticket.html", context)
        note_seen(ticket, request)
        return response


def _articles_of(view: slots.TicketView, as_table: bool) -> dict[str, Any]:
    """The window of the address with its articles, or with their lines of a table."""
    merged = merged_tickets(view.ticket, view.actor)
    window = Window.of(view.request, view.ticket, LINES if as_table else PAGE)
    known = {"window": window, "merged": merged}
    if as_table:
        return known | {"columns": columns(), "lines": lines_of(view, window, PAGE)}
    return known | {"articles": shown_articles(view, window, {one.pk: one.number for one in merged})}


def shown_articles(view: slots.TicketView, window: Window, origins: Mapping[int, str]) -> list[ShownArticle]:
    """One page of a ticket's articles with files, badges and links; the long HTML bodies stay in the database.

    `origins` are the numbers of merged tickets by key, for articles that were written there.
    """
    articles = articles_of(view.ticket, view.actor, window)
    keys = [article.pk for article in articles]
    files, badges, links = _files_of(keys), slots.article_badges(keys, view.actor), _Links(view)
    return [
        ShownArticle(
            article, window.place(index), files.get(article.pk, []), badges.get(article.pk, []),
            links.offered_by(article), links, origins.get(article.original_ticket_id or 0, ""),
        )
        for index, article in enumerate(articles)
    ]  # fmt: skip


class _Links:
    """The links of articles. The address of each action is looked up once: it differs by the article's key alone."""

    PLACE = 987_654_321

    def __init__(self, view: slots.TicketView) -> None:
        self.view, self.known = view, dict[str, tuple[str, str, str]]()
        self.administrates = view.actor.is_administrator
        self.shared = (view.ticket.pk, get_language(), timezone.get_current_timezone_name())

    def offered_by(self, article: Article) -> list[slots.ArticleAction]:
        """The links that this article offers, in order."""
        return slots.article_actions(article, self.view.may, administrates=self.administrates)

    def of(self, action: slots.ArticleAction, article_id: int) -> ActionLink:
        """One of them, ready to draw."""
        if action.name not in self.known:
            address = reverse(action.url_name, args=[self.view.ticket.pk, self.PLACE])
            before, _place, after = address.partition(str(self.PLACE))
            self.known[action.name] = (before, f"{after}{action.query}", str(action.label))
        before, after, label = self.known[action.name]
        return ActionLink(
            label, f"{before}{article_id}{after}", action.icon, action.primary, action.docked, keys_of(action.name)
        )


def _files_of(articles: Sequence[int]) -> dict[int, list[Attachment]]:
    files: dict[int, list[Attachment]] = {}
    for file in FILES_OF.rows(articles):
        files.setdefault(file.article_id, []).append(file)
    return files


def articles_of(ticket: Ticket, actor: Actor, window: Window) -> list[Any]:
    """The window's articles of a ticket found through the same actor, `has_html` in the place of their HTML; one query."""
    return _articles(actor.kind, window.newest_first, window.start).rows(ticket.pk)


@lru_cache(maxsize=64)
def _articles(kind: Kind, newest_first: bool, start: int) -> Prepared[Any]:
    """What an actor of this kind may read of a ticket's articles, from one place on."""
    has_html = Case(When(html="", then=Value(False)), default=Value(True), output_field=BooleanField())
    order = ("-created_at", "-pk") if newest_first else ("created_at", "pk")
    found = Article.objects.unscoped("of a ticket that the actor may open").filter(article_limit(Actor(kind)))
    drawn = found.select_related("created_by").defer("html", "references", "bcc_text").annotate(has_html=has_html)
    return Prepared(lambda ticket: drawn.filter(ticket_id=ticket).order_by(*order)[start : start + PAGE])


def drawn_panels(view: slots.TicketView) -> list[DrawnPanel]:
    """The panels that have something to show."""
    drawn = (DrawnPanel(panel, SafeString(panel.draw(view))) for panel in slots.panels())
    return [one for one in drawn if one.body.strip()]


def _kept(request: HttpRequest, name: str, choices: tuple[str, ...]) -> str:
    """Which of the choices the address asks for, kept in the session; else the one kept there; at first the first."""
    wanted, key = request.GET.get(name, ""), f"article_{name}"
    kept = str(request.session.get(key, choices[0]))
    if wanted not in choices or wanted == kept:
        return kept
    request.session[key] = wanted
    return wanted


def _archiving(ticket: Ticket) -> Event | None:
    """What the history says of how the ticket came into the archive."""
    chain = chain_of(ticket.pk)
    told = Event.objects.filter(chain__kind=chain.kind, chain__key=chain.key, kind="ticket.archived")
    return told.order_by("-sequence").first()


def _into(ticket: Ticket, actor: Actor) -> Ticket | None:
    """The ticket that this one was merged into, if the actor may open it."""
    if ticket.merged_into_id is None:
        return None
    found: Ticket | None = Ticket.objects.visible_to(actor).filter(pk=ticket.merged_into_id).first()
    return found
