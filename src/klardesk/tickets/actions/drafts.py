"""Keep what agents type until they send it. No event: a draft is no part of any history (docs/decisions/0029)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from klardesk.access.policy import Refused
from klardesk.base import clock, rows
from klardesk.base.options import option
from klardesk.tickets.models import Article, Draft, Ticket
from klardesk.tickets.scopes import rights_by_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from klardesk.access.actor import Actor
    from klardesk.tickets.drafts import NewAttachment, Place

BATCH = 500


def save_draft(
    place: Place,
    values: Mapping[str, Sequence[str]],
    files: Sequence[NewAttachment],
    *,
    by: Actor,
    ticket: Ticket | None = None,
) -> None:
    """Keep what the agent has typed at this place, in the place of what was kept there before; two queries at most.

    `ticket` is the place's ticket as it was read just now. Raises Refused for whoever may not read it, and for others than
    agents; Article.DoesNotExist for an article that is not the ticket's.
    """
    readable = ticket is None or "ro" in rights_by_row(by, ticket, ("ro",))
    if by.kind != "agent" or not readable or place.ticket != (ticket and ticket.pk):
        raise Refused(_("This draft is not yours."))
    words = {name: [text.replace("\x00", "") for text in texts] for name, texts in values.items()}
    said: dict[str, Any] = {
        "values": words,
        "files": [list(astuple(file)) for file in files],
        "changed_at": clock.now(),
    }
    if own_draft(place, by).update(**said):
        return
    if place.article and not Article.all_rows.filter(pk=place.article, ticket_id=place.ticket or 0).exists():
        raise Article.DoesNotExist
    draft = Draft(
        person_id=by.key,
        mask=place.mask,
        ticket_id=place.ticket,
        article_id=place.article,
        begun_at=said["changed_at"],
        **said,
    )
    if not rows.insert_new(draft):  # another window was quicker
        own_draft(place, by).update(**said)


def discard_draft(place: Place, *, by: Actor) -> bool:
    """Forget what the agent typed at this place; whether there was anything. Others' drafts are never touched."""
    return bool(own_draft(place, by).delete()[0])


def discard_draft_row(draft: Draft, *, by: Actor) -> None:
    """Forget a draft of the actor's own; raises Refused for another's."""
    if by.kind != "agent" or draft.person_id != by.key:
        raise Refused(_("This draft is not yours."))
    Draft.all_rows.filter(pk=draft.pk, person_id=by.key).delete()


def own_draft(place: Place, by: Actor) -> QuerySet[Draft]:
    """The actor's own draft at a place, if there is one."""
    keys: dict[str, Any] = {"ticket_id": place.ticket, "article_id": place.article}
    return Draft.all_rows.filter(person_id=by.key, mask=place.mask, **keys)


def move_drafts(source: Ticket, target: Ticket) -> None:
    """Drafts follow the articles of a merged ticket. Where their author has one at the same place of the target, it stays
    with the merged ticket, and is found among their drafts.
    """
    there = Draft.all_rows.filter(ticket=target).values_list("person_id", "mask", "article_id")
    taken = [Q(person_id=person, mask=mask, article_id=article) for person, mask, article in there]
    moving = Draft.all_rows.filter(ticket=source)
    for one in taken:
        moving = moving.exclude(one)
    moving.update(ticket=target)


def forget_old_drafts(stop: Callable[[], bool] = lambda: False) -> int:
    """Delete the drafts that nobody changed for as many days as the option says; how many."""
    before, count = clock.now() - timedelta(days=option("ticket.draft_days")), 0
    old = Draft.all_rows.filter(changed_at__lt=before).order_by("changed_at").values_list("pk", flat=True)
    while not stop() and (keys := list(old[:BATCH])):
        with transaction.atomic():
            count += Draft.all_rows.filter(pk__in=keys, changed_at__lt=before).delete()[0]
    return count
