"""Note what an agent has read of a ticket, and that they want to read it again. Nothing of it is an event."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Max

from klardesk.base import clock
from klardesk.tickets.models import Article, Ticket
from klardesk.tickets.seen import TicketSeen

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

MOST_TABS = 12
LOOKED_AT = timedelta(minutes=1)
"""A ticket that is opened again within this time is not noted again, unless something came in."""


def see_ticket(ticket: Ticket, *, by: Actor, known: tuple[int, datetime] | None = None) -> bool:
    """The agent has opened the ticket, which was found through them, and so read all of it.

    `known` is what was noted before, articles and moment: where that still tells the truth at most the moment is written. Gives
    whether something was unread.
    """
    now = clock.now()
    if by.kind != "agent":
        return False
    if known and known[0] == ticket.article_count:
        if now - known[1] >= LOOKED_AT:
            TicketSeen.objects.filter(person_id=by.key, ticket_id=ticket.pk).update(at=now)
        return False
    last = Article.all_rows.filter(ticket_id=ticket.pk).aggregate(last=Max("pk"))["last"] or 0
    _note(by.key, ticket.pk, ticket.article_count, last, now)
    return True


def open_tab(ticket: Ticket, *, by: Actor) -> None:
    """The ticket, which was found through the agent, stands in their tabs, at the end if it is new there. Of more than
    MOST_TABS those go that the agent did not look at for longest.
    """
    now, tabs = clock.now(), TicketSeen.objects.filter(person_id=by.key, tab_at__isnull=False)
    row = TicketSeen(person_id=by.key, ticket_id=ticket.pk, articles=0, at=now, tab_at=now)
    TicketSeen.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["person", "ticket"], update_fields=["tab_at"]
    )
    others = tabs.exclude(ticket_id=ticket.pk).order_by("-at", "-pk").values_list("pk", flat=True)
    if surplus := list(others[MOST_TABS - 1 :]):
        tabs.filter(pk__in=surplus).update(tab_at=None)


def close_tab(ticket_id: int, *, by: Actor) -> None:
    """The ticket leaves the agent's tabs; nothing happens if it is in none."""
    TicketSeen.objects.filter(person_id=by.key, ticket_id=ticket_id).update(tab_at=None)


def close_tabs(*, by: Actor) -> None:
    """All of them leave."""
    TicketSeen.objects.filter(person_id=by.key, tab_at__isnull=False).update(tab_at=None)


def unsee_ticket(ticket: Ticket, article: Article | None = None, *, by: Actor) -> None:
    """The article and those written after it are unread again to the agent, who may see them; by default the last one."""
    articles = Article.all_rows.filter(ticket_id=ticket.pk)
    first = article or articles.order_by("pk").last()
    read = articles.filter(pk__lt=first.pk) if first else articles.none()
    last = read.aggregate(last=Max("pk"))["last"] or 0
    _note(by.key, ticket.pk, read.count(), last, clock.now())


def noted(person: int, ticket: int) -> list[Any]:
    """What the person has read of the ticket: articles, the last of them, and when they looked (ISO 8601); empty if nothing."""
    found = (
        TicketSeen.objects.filter(person_id=person, ticket_id=ticket)
        .values_list("articles", "last_article", "at")
        .first()
    )
    return [found[0], found[1], found[2].isoformat()] if found else []


def note_again(person: int, ticket: int, known: list[Any]) -> None:
    """The person has read of the ticket what `noted` gave, and nothing else."""
    if known:
        _note(person, ticket, known[0], known[1], datetime.fromisoformat(known[2]))
    else:
        TicketSeen.objects.filter(person_id=person, ticket_id=ticket).delete()


def wrote_article(ticket: Ticket, *, by: Actor) -> None:
    """What an agent writes is no news to them: who had read all before has read all after it."""
    if by.kind == "agent":
        TicketSeen.objects.filter(person_id=by.key, ticket_id=ticket.pk, articles=ticket.article_count - 1).update(
            articles=ticket.article_count
        )


def _note(person: int, ticket: int, articles: int, last: int, at: datetime) -> None:
    row = TicketSeen(person_id=person, ticket_id=ticket, articles=articles, last_article=last, at=at)
    TicketSeen.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["person", "ticket"],
        update_fields=["articles", "last_article", "at"],
    )
