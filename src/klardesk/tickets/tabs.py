"""The tickets that stand in an agent's tabs: those they opened and did not close, on every device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, FilteredRelation, Q

from klardesk.base.prepared import Prepared
from klardesk.tickets.models import Ticket
from klardesk.tickets.queries import open_to, state_ids

if TYPE_CHECKING:
    from klardesk.access.actor import Actor


@dataclass(frozen=True, slots=True)
class Tab:
    """A ticket in a tab; `unread` is whether something came in since the agent looked."""

    id: int
    number: str
    title: str
    ended: bool
    unread: bool


# What is drawn, and what the checks of `scopes` ask of a row.
_TABS: Prepared[Ticket] = Prepared(
    lambda key: (
        Ticket.all_rows.annotate(mine=FilteredRelation("seen", condition=Q(seen__person_id=key)))
        .filter(mine__tab_at__isnull=False, merged_into=None)
        .annotate(read=F("mine__articles"))
        .only("number", "title", "article_count", "state", "queue", "owner", "responsible", "created_by")
        .order_by("mine__tab_at", "pk")
    )
)


def tabs_of(actor: Actor) -> list[Tab]:
    """The agent's tabs with tickets that they may still open, in the order in which they were opened; one query, another
    if the tickets' own columns do not decide.
    """
    tickets = _TABS.rows(actor.key)
    found, waiting = open_to(tickets, actor), state_ids(actor, "open") if tickets else ()
    return [
        Tab(one.pk, one.number, one.title, one.state_id not in waiting, one.article_count > one.read)  # type: ignore[attr-defined]
        for one in tickets if one.pk in found
    ]  # fmt: skip
