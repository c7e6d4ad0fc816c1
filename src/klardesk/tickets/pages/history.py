"""A ticket's history as a readable timeline, with the histories of the tickets merged into it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.views import View

from klardesk.access.actor import Actor
from klardesk.access.pages import DeskRequest, agent_required
from klardesk.ledger.models import Event
from klardesk.ledger.sentences import of_payload, sentence
from klardesk.tickets import events
from klardesk.tickets.models import Ticket
from klardesk.tickets.pages.found import find_ticket, page
from klardesk.tickets.pages.lists import LAST_PAGE, whole
from klardesk.tickets.queries import merged_tickets, visible_ids
from klardesk.tickets.unmerged import MergeGivenBack, MergeUndone

PAGE = 100
FILTERS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "articles": (gettext_lazy("Articles and mail"), (
        "ticket.article_added", "ticket.article_read_again", "ticket.visibility_changed", "ticket.article_cleaned", "mail.",
    )),
    "properties": (gettext_lazy("Properties"), (
        "ticket.created", "ticket.moved", "ticket.state_changed", "ticket.priority_changed", "ticket.title_changed",
        "ticket.customer_changed", "ticket.reminded", "ticket.deleted", "ticket.archived", "ticket.unarchived",
    )),
    "people": (gettext_lazy("Owner, lock, watchers"), (
        "ticket.owner_changed", "ticket.responsible_changed", "ticket.locked", "ticket.unlocked", "ticket.watched",
        "ticket.unwatched", "ticket.mentioned", "ticket.lock_timed_out", "ticket.participant_added", "ticket.participant_removed",
    )),
    "relations": (gettext_lazy("Merges, links, splits"), (
        "ticket.merged", "ticket.merge_received", "ticket.linked", "ticket.unlinked", "ticket.split_off", "ticket.merge_undone",
        "ticket.merge_given_back",
    )),
}  # fmt: skip
SYMBOLS = {
    "ticket.created": "ticket", "ticket.article_added": "message-square", "ticket.visibility_changed": "eye",
    "ticket.article_read_again": "mail-open",
    "ticket.moved": "folder", "ticket.state_changed": "circle-dot", "ticket.priority_changed": "flag",
    "ticket.owner_changed": "user-check", "ticket.responsible_changed": "user-cog", "ticket.locked": "lock",
    "ticket.unlocked": "lock-open", "ticket.title_changed": "pencil", "ticket.customer_changed": "users",
    "ticket.merged": "merge", "ticket.merge_received": "merge", "ticket.linked": "link", "ticket.unlinked": "unlink",
    "ticket.split_off": "split", "ticket.watched": "eye", "ticket.mentioned": "at-sign",
    "ticket.unwatched": "eye-off", "ticket.reminded": "bell",
    "ticket.merge_undone": "undo-2", "ticket.merge_given_back": "undo-2",
    "ticket.deleted": "trash-2", "ticket.lock_timed_out": "lock-open", "ticket.article_cleaned": "shield-check",
    "ticket.archived": "archive", "ticket.unarchived": "archive",
    "ticket.participant_added": "users", "ticket.participant_removed": "users",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the timeline: the event, its sentence, its icon, and the merged ticket it comes from, if any."""

    event: Event
    sentence: str
    symbol: str
    origin: str

    @property
    def who(self) -> str:
        """Who did it, under the name of that time; the desk's own parts are called the desk."""
        return self.event.speaker


@agent_required
class TicketHistory(View):
    """GET /tickets/<id>/history/: newest first; `show` narrows it, `page` turns it."""

    def get(self, request: DeskRequest, ticket_id: int) -> HttpResponse:
        """Show one page of the timeline."""
        ticket = find_ticket(request.actor, ticket_id)
        show = request.GET.get("show", "")
        number = whole(request.GET, "page", LAST_PAGE) or 1
        tickets = [ticket, *merged_tickets(ticket, request.actor)]
        found = _events(tickets, show)[(number - 1) * PAGE : number * PAGE + 1]
        lines = list(timeline(list(found[:PAGE]), tickets, request.actor))
        context = {
            "ticket": ticket,
            "lines": lines,
            "show": show,
            "filters": FILTERS,
            "number": number,
            "more": len(found) > PAGE,
        }
        return page(request, "tickets/history.html", context)


def timeline(found: Sequence[Event], tickets: Sequence[Ticket], actor: Actor) -> Iterator[Line]:
    """The lines of these events; a ticket that the actor may not open loses its name in every sentence. One query."""
    language = get_language() or "en"
    numbers = {str(ticket.pk): ticket.number for ticket in tickets[1:]}
    named = {ref.id for event in found for ref in _tickets_named(event.payload) if ref.id is not None}
    visible = visible_ids(named, actor) if named else set()
    for event in found:
        payload = _veiled(event.payload, visible)
        text = sentence(event, language) if payload is event.payload else of_payload(event.kind, payload, language)
        symbol = SYMBOLS.get(event.kind, "mail" if event.kind.startswith("mail.") else "circle-dot")
        yield Line(event, text, symbol, numbers.get(event.chain.key, "") if numbers else "")


def _events(tickets: Sequence[Ticket], show: str) -> Any:
    keys = [str(ticket.pk) for ticket in tickets]
    found = Event.objects.filter(chain__kind="ticket", chain__key__in=keys).select_related("chain")
    if show in FILTERS:
        found = found.filter(_of_kinds(FILTERS[show][1]))
    return found.defer("salt", "payload_digest", "previous_digest", "digest").order_by("-at", "-pk")


def _of_kinds(kinds: Sequence[str]) -> Q:
    condition = Q(kind__in=[kind for kind in kinds if not kind.endswith(".")])
    for family in kinds:
        if family.endswith("."):
            condition |= Q(kind__startswith=family)
    return condition


def _tickets_named(payload: Any) -> list[events.Ref]:
    """The other tickets that a payload names."""
    if isinstance(payload, events.Linked | events.Unlinked):
        return [payload.link.ticket]
    if isinstance(payload, events.Merged | MergeUndone):
        return [payload.into]
    if isinstance(payload, events.MergeReceived | MergeGivenBack):
        return [payload.source]
    return [payload.ticket] if isinstance(payload, events.SplitOff) else []


def _veiled(payload: Any, visible: set[int]) -> Any:
    """The payload with every ticket that is not visible under no name."""
    hidden = [ref for ref in _tickets_named(payload) if ref.id not in visible]
    if not hidden:
        return payload
    veil = events.Ref(None, pgettext("in place of a ticket's number", "(not yours to see)"))
    if isinstance(payload, events.Linked | events.Unlinked):
        return dataclasses.replace(payload, link=dataclasses.replace(payload.link, ticket=veil))
    names = {
        events.Merged: "into", MergeUndone: "into", events.MergeReceived: "source", MergeGivenBack: "source",
        events.SplitOff: "ticket",
    }  # fmt: skip
    name = names[type(payload)]
    return dataclasses.replace(payload, **{name: veil})
