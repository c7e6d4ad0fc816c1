"""Each article stands in the index with its ticket's number and title: where those have changed, its document is made anew.

A few articles have it at once, with the change; of a long ticket the rest waits in a row (`Progress`) that says how far the
sweep has come.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from klardesk.jobs import wake
from klardesk.ledger import subscribe
from klardesk.search import index
from klardesk.search.models import Progress
from klardesk.tickets.models import Article, Ticket

SWEEP = "search.titles"
AT_ONCE = 50
"""Articles of one transaction."""


def follow() -> None:
    """Hear of titles that change, and of articles that come into another ticket."""
    subscribe("ticket.title_changed", _retitle, in_transaction=True)
    for kind in ("ticket.merge_received", "ticket.merge_undone"):
        subscribe(kind, _take_over, in_transaction=True)


def run_retitled(stop_asked: Callable[[], bool]) -> int:
    """Go on with each ticket that waits; returns how many documents were made anew."""
    done = 0
    for row in Progress.objects.filter(pk__startswith=f"{SWEEP}.").order_by("pk"):
        while not stop_asked():
            made = _go_on(row)
            done += made
            if made < AT_ONCE:
                break
    return done


def _retitle(event: Any) -> None:
    _make_anew(int(event.chain.key), Article.all_rows.filter(ticket=int(event.chain.key)))


def _take_over(event: Any) -> None:
    _make_anew(int(event.chain.key), Article.all_rows.filter(pk__in=[record.id for record in event.payload.articles]))


def _make_anew(ticket_id: int, articles: Any) -> None:
    """The newest at once; if there are more, the whole ticket by the sweep, from its first article on."""
    found = list(index.with_files(articles.order_by("-pk")[: AT_ONCE + 1]))
    index.articles_anew(Ticket.all_rows.get(pk=ticket_id), found[:AT_ONCE])
    if len(found) > AT_ONCE:
        Progress.objects.update_or_create(pk=f"{SWEEP}.{ticket_id}", defaults={"last": 0})
        wake(SWEEP)


def _go_on(row: Progress) -> int:
    """The next articles behind those that are done, while nobody else changes their ticket; the row goes with the last."""
    with transaction.atomic():
        ticket = Ticket.all_rows.select_for_update().filter(pk=int(row.name.rpartition(".")[2])).first()
        there = Progress.objects.filter(pk=row.pk).first()
        if there is None:
            return 0
        articles = Article.all_rows.filter(ticket=ticket, pk__gt=there.last).order_by("pk")[:AT_ONCE] if ticket else []
        found = list(index.with_files(articles)) if ticket else []
        if ticket is not None:
            index.articles_anew(ticket, found)
        if len(found) < AT_ONCE:
            there.delete()
        else:
            Progress.objects.filter(pk=row.pk).update(last=found[-1].pk)
    return len(found)
