"""Finding what a page is about, through the actor: what is not theirs to see does not exist."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db.models import F, FilteredRelation, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from klardesk.access.actor import Actor, Kind
from klardesk.access.policy import Refused, right_label
from klardesk.base.prepared import Prepared
from klardesk.tickets.models import Article, Ticket
from klardesk.tickets.names import shown
from klardesk.tickets.policy import RIGHT_FOR
from klardesk.tickets.scopes import article_limit, rights_by_row
from klardesk.tickets.time_spent import units_text

RELATED = ("queue__group", "state", "priority", "type", "owner", "responsible", "customer", "company")
BY_KEY: Prepared[Ticket] = Prepared(lambda key: Ticket.all_rows.select_related(*RELATED).filter(pk=key).order_by())
WITH_SEEN: Prepared[Ticket] = Prepared(
    lambda key, reader: (
        Ticket.all_rows.select_related(*RELATED)
        .annotate(mine=FilteredRelation("seen", condition=Q(seen__person_id=reader)))
        .annotate(seen_articles=F("mine__articles"), seen_last=F("mine__last_article"))
        .annotate(seen_at=F("mine__at"), tab_at=F("mine__tab_at"))
        .filter(pk=key)
        .order_by()
    )
)
"""The same with how far its reader has read it: `seen_articles`, `seen_last` and `seen_at`, None if they never opened it;
`tab_at` is None if it stands in none of their tabs.
"""
_ASKED = tuple(sorted({"ro", *RIGHT_FOR.values()}))
DOCK = "dock"
"""The element of the ticket's page in which forms open; a request of htmx for it is answered by the form alone."""


def find_ticket(actor: Actor, ticket_id: int) -> Ticket:
    """The ticket with all that its page names, or Http404; one query, two if its own columns do not decide."""
    ticket = BY_KEY.get(ticket_id)
    if ticket is None or "ro" not in rights_by_row(actor, ticket, ("ro",)):
        raise Http404
    return ticket


def find_ticket_and_verbs(actor: Actor, ticket_id: int, *, with_seen: bool = False) -> tuple[Ticket, frozenset[str]]:
    """`find_ticket` and `verbs_of` together: the row by its key, then all rights on it, reading among them.

    One query, and another only if the row's own columns do not decide. `with_seen` reads WITH_SEEN.
    """
    ticket = WITH_SEEN.get(ticket_id, actor.key) if with_seen else BY_KEY.get(ticket_id)
    rights = rights_by_row(actor, ticket, _ASKED) if ticket else frozenset()
    if ticket is None or "ro" not in rights:
        raise Http404
    return ticket, frozenset(verb for verb, right in RIGHT_FOR.items() if right in rights)


def find_article(actor: Actor, ticket_id: int, article_id: int) -> Article:
    """The article, which must be of this ticket, or Http404; one query, two if the ticket's own columns do not decide."""
    article = _articles(actor.kind).get(ticket_id, article_id)
    if article is None or "ro" not in rights_by_row(actor, article.ticket, ("ro",)):
        raise Http404
    return article


@cache
def _articles(kind: Kind) -> Prepared[Article]:
    """An article by the keys of its ticket and its own, as far as an actor of this kind may read it."""
    found = Article.objects.unscoped("its ticket's rights are asked next").filter(article_limit(Actor(kind)))
    return Prepared(lambda ticket, key: found.filter(ticket_id=ticket, pk=key).select_related("ticket").order_by())


def verbs_of(actor: Actor, ticket: Ticket) -> frozenset[str]:
    """The verbs of `policy.RIGHT_FOR` that the actor may do with a ticket that was read just now; at most one query."""
    rights = rights_by_row(actor, ticket, _ASKED)
    return frozenset(verb for verb, right in RIGHT_FOR.items() if right in rights)


def require_verb(actor: Actor, ticket: Ticket, verb: str) -> frozenset[str]:
    """The verbs of the actor if this one is among them, else Refused."""
    return demand_verb(verbs_of(actor, ticket), ticket, verb)


def demand_verb(may: frozenset[str], ticket: Ticket, verb: str) -> frozenset[str]:
    """These verbs if this one is among them, else Refused."""
    if verb not in may:
        sentence = _("You may see ticket {number}, but the right “{right}” is missing for this.")
        raise Refused(sentence.format(number=ticket.number, right=right_label(RIGHT_FOR[verb])))
    return may


def docked(request: HttpRequest) -> bool:
    """Whether the form alone is wanted, to stand in the ticket's page."""
    return target_of(request) == DOCK


def spent(units: int) -> str:
    """Hundredths of a unit of time, as the reader writes numbers."""
    return units_text(units, get_language() or "en")


def target_of(request: HttpRequest) -> str:
    """The element that htmx wants filled; empty for a request of the whole page."""
    return request.headers.get("HX-Target", "") if request.headers.get("HX-Request") == "true" else ""


def page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render with what every template of tickets needs; caches keep fragment and page apart."""
    response = render(request, template, {"shown": shown, "spent": spent, **context}, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response
