"""Who is told of what, and what somebody was told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F

from klardesk.automation.models import Kind, Notification, NotificationChoice, Wish
from klardesk.base.kept import Kept
from klardesk.base.prepared import Prepared
from klardesk.people.absences import stand_ins
from klardesk.people.models import Person, Realm
from klardesk.tickets.models import Queue, Ticket, Watcher
from klardesk.tickets.queries import open_to, possible_owners
from klardesk.tickets.scopes import listed_queues

if TYPE_CHECKING:
    from collections.abc import Collection

    from klardesk.access.actor import Actor
    from klardesk.automation.managers import NotificationQuerySet

MOST = 100
"""How far the bell counts."""
# What the checks of `tickets.scopes` ask of a row, and no more.
_UNREAD: Prepared[Ticket] = Prepared(
    lambda key: (
        Ticket.all_rows.filter(notifications__person_id=key, notifications__read_at=None)
        .only("queue", "owner", "responsible", "created_by")
        .order_by()[:MOST]
    )
)


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who is told, and how."""

    person: int
    wish: str


def unread_count(actor: Actor) -> int:
    """How many notifications of tickets that the actor may still open are unread, counted up to MOST.

    One query, one or two more if there are any.
    """
    tickets = _UNREAD.rows(actor.key)
    found = open_to(tickets, actor)
    return sum(1 for ticket in tickets if ticket.pk in found)


def notifications_of(actor: Actor) -> NotificationQuerySet:
    """What the actor was told, the newest first, with ticket and event."""
    found = Notification.objects.visible_to(actor).select_related("ticket", "event")
    return found.order_by("-pk")


DUE = frozenset({Kind.WARNED, Kind.ESCALATED, Kind.REMINDED})
"""What falls due: it never passes unheard."""
COLUMNS = {
    Kind.REMINDED: "reminders", Kind.ASSIGNED: "assigned", Kind.ANSWERED: "answered", Kind.BEGUN: "begun",
    Kind.MENTIONED: "assigned",
}  # fmt: skip
"""Where a choice says how to be told of a kind; of the others in `escalations`."""
_AWAITED: Kept[frozenset[int]] = Kept(
    lambda: frozenset(
        NotificationChoice.queues.through.objects.exclude(notificationchoice__begun=Wish.NONE).values_list(
            "queue_id", flat=True
        )
    ),
    "automation.NotificationChoice",
    "automation.NotificationChoice_queues",
)


def is_awaited(queue_id: int | None) -> bool:
    """Whether somebody wants to be told of new tickets in this queue; kept in the process, since every mail asks."""
    return queue_id in _AWAITED.get()


def told_of(ticket: Ticket, kind: Kind, but: int | None = None, named: int | None = None) -> list[Told]:
    """Whom an event of this kind on the ticket concerns, and how they want to be told; those who do not are left out, and
    so is `but`, who did it.

    Owner, responsible and watchers; while nobody owns the ticket also those who chose its queue; of a new owner, and
    of a mention the one `named`, that one alone.
    If none of these is a valid agent and something fell due, everybody who could own it. Who stands in for one of
    them that is out of office is told too, if that one wishes so; what a substitute may not see is left out of list
    and mail.
    """
    present = {named} if named else _concerned(ticket, kind)
    told = {key for key in present | stand_ins(present) if key != but}
    found = _wishes(told, kind)
    if not found and kind in DUE:
        found = _wishes({person.pk for person in possible_owners(ticket.queue)}, kind)
    return [one for one in found if one.wish != Wish.NONE]


def _concerned(ticket: Ticket, kind: Kind) -> set[int]:
    if kind == Kind.ASSIGNED:
        return {ticket.owner_id} if ticket.owner_id else set()
    keys = {ticket.owner_id, ticket.responsible_id} if kind != Kind.BEGUN else set()
    if kind != Kind.BEGUN:
        keys.update(Watcher.objects.filter(ticket=ticket).values_list("person", flat=True))
    if ticket.owner_id is None:
        keys.update(NotificationChoice.objects.filter(queues=ticket.queue_id).values_list("person", flat=True))
    return {key for key in keys if key is not None}


def choice_of(person_id: int) -> NotificationChoice:
    """How this person wants to be told: the stored row, or a new one."""
    found = NotificationChoice.objects.filter(pk=person_id).first()
    return found or NotificationChoice(person_id=person_id)


def chosen_queues(choice: NotificationChoice) -> list[Queue]:
    """The queues of whose tickets the person is told while nobody owns them, by name."""
    return list(choice.queues.order_by("name"))


def queues_to_choose(actor: Actor) -> list[Queue]:
    """The valid queues whose tickets the actor's lists show, by name."""
    return list(Queue.objects.filter(valid=True, pk__in=sorted(listed_queues(actor) or ())).order_by("name"))


def _wishes(keys: Collection[int], kind: Kind) -> list[Told]:
    if not keys:
        return []
    column = COLUMNS.get(kind, "escalations")
    people = Person.objects.filter(pk__in=keys, realm=Realm.AGENT, valid=True).order_by("pk")
    rows = people.values_list("pk", F(f"notification_choice__{column}"))
    return [Told(person, wish or Wish.DESK) for person, wish in rows]
