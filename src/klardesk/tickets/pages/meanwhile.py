"""What came in while somebody wrote: told before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from klardesk.tickets import events
from klardesk.tickets.actions.change import changes_since
from klardesk.tickets.models import Article
from klardesk.tickets.pages import texts
from klardesk.tickets.pages.history import Line, timeline
from klardesk.tickets.unmerged import MergeGivenBack, MergeUndone

if TYPE_CHECKING:
    from django.http import HttpRequest

    from klardesk.access.actor import Actor
    from klardesk.ledger.models import Event
    from klardesk.tickets.forms import TicketForm
    from klardesk.tickets.models import Draft, Ticket

SEEN = "seen"
"""The revision of the ticket's page in which a mask opens."""
MATTERS = (
    events.ArticleAdded, events.VisibilityChanged, events.Moved, events.StateChanged, events.OwnerChanged,
    events.ResponsibleChanged, events.CustomerChanged, events.Merged, events.MergeReceived, MergeUndone,
    MergeGivenBack, events.SplitOff,
)  # fmt: skip
"""What somebody who writes an article wants to know first."""


@dataclass(frozen=True, slots=True)
class News:
    """What came in while a form was open: its line in the history, and the text of an article that was added."""

    line: Line
    text: str


def seen_by(request: HttpRequest, draft: Draft | None) -> int | None:
    """The newest revision that the writer knows of: of the page that the mask opens in, at least that of the draft."""
    told = [request.GET.get(SEEN, ""), *(draft.values.get("revision", ()) if draft else ())]
    known = [int(each) for each in told if each.isascii() and each.isdigit() and len(each) < 10]
    return max(known, default=None)


def since(ticket: Ticket, revision: int, actor: Actor) -> list[Event]:
    """What others did since then that matters to a writer, oldest first."""
    return [
        event for event in changes_since(ticket, revision)
        if isinstance(event.payload, MATTERS) and (event.actor_kind, event.actor_id) != (actor.kind, actor.person_id)
    ]  # fmt: skip


def pass_by(form: TicketForm, ticket: Ticket, actor: Actor) -> None:
    """Let a valid form through if nothing that matters came in since its revision: its own author's doings, a lock, a tag.

    The action compares the revision once more, under the ticket's lock.
    """
    revision = form.cleaned_data["revision"]
    if revision < ticket.revision and not since(ticket, revision, actor):
        form.cleaned_data["revision"] = ticket.revision


def news_of(found: Sequence[Event], ticket: Ticket, actor: Actor) -> list[News]:
    """These events, with the texts of new articles that the actor may read."""
    added = [event.payload.article.id for event in found if isinstance(event.payload, events.ArticleAdded)]
    columns = Article.objects.visible_to(actor).filter(pk__in=added).values_list("pk", "text")
    read: dict[Any, str] = {key: text[: texts.LONGEST] for key, text in columns}
    return [News(line, read.get(_article_of(line), "")) for line in timeline(found, [ticket], actor)]


def _article_of(line: Line) -> int:
    payload = line.event.payload
    return payload.article.id if isinstance(payload, events.ArticleAdded) else 0
