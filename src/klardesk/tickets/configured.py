"""Queues, states and priorities as they are configured, kept in the process (see `klardesk.base.kept`).

What is found here is shared: it is read, compared and pointed to, never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from klardesk.base.kept import Kept
from klardesk.tickets.models import Priority, Queue, State, StateType, Ticket


@dataclass(frozen=True, slots=True)
class _Configured:
    queues: dict[int, Queue]
    states: dict[int, State]
    priorities: dict[int, Priority]


def _read() -> _Configured:
    return _Configured(
        {queue.pk: queue for queue in Queue.objects.order_by("pk")},
        {state.pk: state for state in State.objects.order_by("order", "pk")},
        {priority.pk: priority for priority in Priority.objects.order_by("-default", "level")},
    )


def first_closed() -> State | None:
    """The valid closed state that stands first."""
    return next((one for one in _ALL.get().states.values() if one.valid and one.type == StateType.CLOSED), None)


_ALL = Kept(_read, "tickets.Queue", "tickets.State", "tickets.Priority")


def valid_queues() -> list[Queue]:
    """The valid queues, the oldest first."""
    return [queue for queue in _ALL.get().queues.values() if queue.valid]


def valid_queue(name: str) -> Queue | None:
    """The valid queue of this full name."""
    return next((queue for queue in valid_queues() if queue.name == name), None)


def first_state(*types: StateType, name: str | None = None) -> State | None:
    """The first valid state of these types, or the one of them with this name."""
    return next((state for state in valid_states() if state.type in types and name in (None, state.name)), None)


def valid_states() -> list[State]:
    """The valid states in their order."""
    return [state for state in _ALL.get().states.values() if state.valid]


def valid_priorities() -> list[Priority]:
    """The valid priorities, the default one first."""
    return [priority for priority in _ALL.get().priorities.values() if priority.valid]


def complete(tickets: Iterable[Ticket]) -> Sequence[Ticket]:
    """The tickets with their queue, state and priority: no query for each, nor a join."""
    found, done = _ALL.get(), []
    for ticket in tickets:
        # One that is not yet there for this transaction is read when it is asked for.
        if ticket.queue_id in found.queues:
            ticket.queue = found.queues[ticket.queue_id]
        if ticket.state_id in found.states:
            ticket.state = found.states[ticket.state_id]
        if ticket.priority_id in found.priorities:
            ticket.priority = found.priorities[ticket.priority_id]
        done.append(ticket)
    return done
