"""What is new to the reader on a ticket's page, and marking it as unread again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.tickets import actions
from klardesk.tickets.models import Ticket
from klardesk.tickets.own import forget_toolbar
from klardesk.tickets.pages.change import go_to
from klardesk.tickets.pages.found import docked, find_article, find_ticket, page
from klardesk.web.jinja import url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from klardesk.tickets.models import Article


@dataclass(frozen=True, slots=True)
class News:
    """What came in since the reader was here: how many articles, after which one, and the place of the first in the ticket."""

    count: int = 0
    after: int = 0
    place: int = 0

    @classmethod
    def of(cls, ticket: Any) -> News:
        """By what `found.find_ticket_and_verbs` read with the ticket; nothing is new to who never was here."""
        if ticket.seen_at is None or ticket.seen_articles >= ticket.article_count:
            return cls()
        return cls(ticket.article_count - ticket.seen_articles, ticket.seen_last, ticket.seen_articles + 1)

    def among(self, articles: Sequence[Article], reader: int) -> frozenset[int]:
        """Keys of those that are new to the reader: what they wrote themselves is not."""
        if not self.count:
            return frozenset()
        return frozenset(one.pk for one in articles if one.pk > self.after and one.created_by_id != reader)

    def page(self, size: int, newest_first: bool) -> int:
        """The page of so many articles on which the first new one stands."""
        return 1 if newest_first else (self.place - 1) // size + 1


def note_seen(ticket: Any, request: DeskRequest) -> None:
    """The page was drawn for the reader: all of the ticket is read."""
    known = (ticket.seen_articles, ticket.seen_at) if ticket.seen_at else None
    if actions.see_ticket(ticket, by=request.actor, known=known):
        forget_toolbar(request.actor)


@agent_required
class UnreadPage(View):
    """/tickets/<id>/unread/ and …/articles/<id>/unread/: GET asks, POST marks the ticket as unread, from the article on."""

    def get(self, request: DeskRequest, ticket_id: int, article_id: int | None = None) -> HttpResponse:
        """The question."""
        ticket, _article = self.find(request, ticket_id, article_id)
        template = "tickets/unread_form.html" if docked(request) else "tickets/unread.html"
        return page(request, template, {"ticket": ticket, "address": request.path})

    def post(self, request: DeskRequest, ticket_id: int, article_id: int | None = None) -> HttpResponse:
        """Mark it, and go to the list: opening the ticket would be reading it."""
        ticket, article = self.find(request, ticket_id, article_id)
        actions.unsee_ticket(ticket, article, by=request.actor)
        forget_toolbar(request.actor)
        messages.success(request, _("Ticket {number} is unread again.").format(number=ticket.number))
        return go_to(request, url("ticket_list"))

    def find(self, request: DeskRequest, ticket_id: int, article_id: int | None) -> tuple[Ticket, Article | None]:
        """The ticket and the article, as far as the reader may see them."""
        ticket = find_ticket(request.actor, ticket_id)
        return ticket, find_article(request.actor, ticket_id, article_id) if article_id else None
