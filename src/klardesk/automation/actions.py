"""Telling agents, what they have read, and how they want to be told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from klardesk.automation.events import NotificationsChosen
from klardesk.automation.models import Kind, Notification, NotificationChoice, Wish
from klardesk.automation.queries import chosen_queues, told_of
from klardesk.base import clock
from klardesk.jobs import wake
from klardesk.ledger import append
from klardesk.people.events import person_chain
from klardesk.people.policy import require_self_or_administrator
from klardesk.tickets.events import Mentioned
from klardesk.tickets.models import Queue, Ticket

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.ledger.models import Event
    from klardesk.people.models import Person

MAILS = "automation.mails"
"""The sweep that writes the mails."""
KEPT = timedelta(days=180)
"""How long notifications are kept; the events stay in the tickets' histories."""


def notify(event: Event, kind: Kind) -> int:
    """Write a notification for everybody whom this event of a ticket concerns, once each; returns for how many.

    Inside the transaction of the event, like the event's other consequences.
    """
    ticket = Ticket.all_rows.select_related("queue").get(pk=int(event.chain.key))
    rows = [
        Notification(
            person_id=one.person, ticket=ticket, kind=kind, event=event, created_at=event.at,
            mail_due=one.wish == Wish.MAIL,
        )
        for one in told_of(ticket, kind, but=event.actor_id, named=_named(event))
    ]  # fmt: skip
    Notification.all_rows.bulk_create(rows, ignore_conflicts=True)
    if any(row.mail_due for row in rows):
        wake(MAILS)
    return len(rows)


def _named(event: Event) -> int | None:
    """The person whom the event names, if it concerns that one alone."""
    return event.payload.person.id if isinstance(event.payload, Mentioned) else None


def read_notifications(*, by: Actor, only: int | None = None) -> int:
    """The actor has read one notification of theirs, or (without `only`) all; returns how many were new."""
    mine = Notification.all_rows.filter(person_id=by.key, read_at=None)
    return (mine if only is None else mine.filter(pk=only)).update(read_at=clock.now())


def choose_notifications(
    person: Person, *, by: Actor, escalations: str, reminders: str, queues: Collection[Queue], assigned: str = Wish.DESK,
    answered: str = Wish.DESK, begun: str = Wish.NONE,
) -> None:  # fmt: skip
    """Keep how the person wants to be told; raises Refused for anybody but the person and administrators."""
    require_self_or_administrator(by, person)
    wishes = {
        "escalations": escalations, "reminders": reminders, "assigned": assigned, "answered": answered, "begun": begun
    }  # fmt: skip
    names = sorted(queue.name for queue in queues)
    with transaction.atomic():
        choice, made = NotificationChoice.objects.select_for_update().get_or_create(pk=person.pk)
        present = {name: getattr(choice, name) for name in wishes}
        if not made and present == wishes and sorted(queue.name for queue in chosen_queues(choice)) == names:
            return
        for name, wish in wishes.items():
            setattr(choice, name, wish)
        choice.save()
        choice.queues.set(queues)
        append(person_chain(person.pk), NotificationsChosen(queues=names, **wishes), by=by.ref)


def forget_old() -> int:
    """Delete notifications that are older than KEPT; returns how many."""
    return Notification.all_rows.filter(created_at__lt=clock.now() - KEPT).delete()[0]
