"""The first data of an empty desk: states, priorities, queues and working hours as the OTRS family ships them (contract, 1.3)."""

from __future__ import annotations

from django.db import transaction

from klardesk.access.actor import Actor
from klardesk.access.models import USERS_GROUP, Group
from klardesk.calendars.actions import create_calendar
from klardesk.calendars.models import Calendar
from klardesk.calendars.queries import STANDARD
from klardesk.tickets.actions import create_priority, create_queue, create_state
from klardesk.tickets.models import Priority, Queue, State, StateType

STATES = (
    ("new", StateType.NEW),
    ("open", StateType.OPEN),
    ("pending reminder", StateType.PENDING_REMINDER),
    ("closed successful", StateType.CLOSED),
    ("closed unsuccessful", StateType.CLOSED),
    ("merged", StateType.MERGED),
    ("removed", StateType.REMOVED),
)
PASSING_ON = (("pending auto close+", "closed successful"), ("pending auto close-", "closed unsuccessful"))
PRIORITIES = (
    ("1 very low", "#03c4f0"),
    ("2 low", "#83bfc8"),
    ("3 normal", "#cdcdcd"),
    ("4 high", "#ffaaaa"),
    ("5 very high", "#ff505e"),
)
QUEUES = (
    ("Postmaster", "Where mail arrives for which no other queue is named."),
    ("Raw", "What nobody has sorted yet."),
    ("Junk", "Mail that needs no answer."),
    ("Misc", "Everything else."),
)
NORMAL = 3


def create_first_data() -> None:
    """Fill each kind of setting that has no row at all; what people renamed, removed or added stays as they left it.

    The group of all users must exist (`first_administrator` makes it). One transaction, each row in the ledger.
    """
    by = Actor.system("first start")
    with transaction.atomic():
        if not State.objects.exists():
            _states(by)
        if not Priority.objects.exists():
            for level, (name, colour) in enumerate(PRIORITIES, start=1):
                create_priority(name, level, colour, by=by, default=level == NORMAL)
        if not Queue.objects.exists():
            group = Group.objects.get(builtin=USERS_GROUP)
            for name, comment in QUEUES:
                create_queue(name, group, by=by, comment=comment)
        if not Calendar.objects.exists():
            create_calendar("Standard", STANDARD, by=by)


def _states(by: Actor) -> None:
    made = {
        name: create_state(name, type_, by=by, order=order * 10) for order, (name, type_) in enumerate(STATES, start=1)
    }
    for name, next_name in PASSING_ON:
        order = made["pending reminder"].order + 1 + PASSING_ON.index((name, next_name))
        create_state(name, StateType.PENDING_AUTO, by=by, next_state=made[next_name], order=order)
