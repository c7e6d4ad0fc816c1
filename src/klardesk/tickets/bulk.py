"""What one change would do with each of many tickets: what would become of it, or why nothing will."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from klardesk.access.actor import Actor
from klardesk.access.policy import right_label
from klardesk.base import clock
from klardesk.tickets.actions.bulk import BulkChange
from klardesk.tickets.actions.times import time_wanted
from klardesk.tickets.bulk_runs import BulkDone
from klardesk.tickets.field_slots import lacking
from klardesk.tickets.models import ENDED_TYPES, StateType, Ticket, TicketSeen, Watcher
from klardesk.tickets.names import shown
from klardesk.tickets.policy import RIGHT_FOR, NotPossible, demand_alive, is_ended
from klardesk.web.formats import moment_text

if TYPE_CHECKING:
    from klardesk.people.models import Person

RELATED = ("queue", "state", "priority", "type", "owner", "responsible")
READ = {True: gettext_lazy("mark as read"), False: gettext_lazy("mark as unread")}
Part = tuple[str, str, str]
"""What changes, how it is, how it would be; the latter may be all that can be said."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One ticket: what would change in it, why it cannot, and whether it changed since it was chosen."""

    ticket: Ticket
    parts: tuple[Part, ...]
    refusals: tuple[str, ...]
    changed_since: bool = False

    @property
    def happens(self) -> bool:
        """Whether something would change."""
        return bool(self.parts) and not self.refusals


def chosen_tickets(keys: Sequence[int], actor: Actor) -> list[Ticket]:
    """The tickets of these keys that the actor may open, in this order; one query. Others are not there."""
    found = {one.pk: one for one in Ticket.objects.visible_to(actor).filter(pk__in=keys).select_related(*RELATED)}
    return [found[key] for key in keys if key in found]


def done_in(run: str, actor: Actor, keys: Sequence[int]) -> set[int]:
    """Which of these tickets the actor's run of this key has changed already; one query."""
    found = BulkDone.objects.filter(run=run, person_id=actor.key, ticket_id__in=keys)
    return set(found.values_list("ticket_id", flat=True))


def undoable_in(run: str, actor: Actor, seconds: int) -> list[BulkDone]:
    """What the actor's run did, the last first, if the last of it was done within so many seconds; else nothing."""
    found = list(BulkDone.objects.filter(run=run, person_id=actor.key).select_related("ticket").order_by("-pk"))
    return found if found and clock.now() - found[0].at <= timedelta(seconds=seconds) else []


class Foresight:
    """Foresees a change for tickets; a number of queries that hangs on the change, not on how many they are."""

    def __init__(self, tickets: Sequence[Ticket], wanted: BulkChange, actor: Actor) -> None:
        self._wanted, self._actor = wanted, actor
        keys = [ticket.pk for ticket in tickets]
        self._missing = [(right, set(keys) - self._holding(keys, right)) for right in _rights(wanted)]
        self._into = wanted.merge_into is None or self._holding([wanted.merge_into.pk], RIGHT_FOR["merge"])
        self._watched = self._watched_of(keys) if wanted.watched is not None else frozenset()
        self._seen = self._seen_of(keys) if wanted.read is not None else {}
        self._lacking = [lacking(mask, keys) for mask in _masks(wanted)]
        self._owning = {one: Actor.of(one).groups_with("owner") for one in _agents(wanted)}

    def of(self, ticket: Ticket, seen: int | None = None) -> Foreseen:
        """What becomes of one of the tickets; `seen` is the revision at which it was chosen."""
        parts = tuple(self._parts(ticket))
        refusals = tuple(self._refusals(ticket)) if parts else ()
        return Foreseen(ticket, parts, refusals, seen is not None and seen != ticket.revision)

    def _holding(self, keys: Sequence[int], right: str) -> set[int]:
        return set(Ticket.objects.visible_to(self._actor, right).filter(pk__in=keys).values_list("pk", flat=True))

    def _watched_of(self, keys: Sequence[int]) -> frozenset[int]:
        rows = Watcher.objects.filter(ticket__in=keys, person=self._actor.key)
        return frozenset(rows.values_list("ticket_id", flat=True))

    def _seen_of(self, keys: Sequence[int]) -> dict[int, int]:
        """How many articles of each the actor has read, if they ever opened it."""
        rows = TicketSeen.objects.filter(ticket__in=keys, person=self._actor.key)
        return dict(rows.values_list("ticket_id", "articles"))

    def _parts(self, ticket: Ticket) -> Iterator[Part]:
        wanted = self._wanted
        if wanted.merge_into is not None:
            if ticket.pk != wanted.merge_into.pk:
                yield _("Merge"), "", _("into {number}").format(number=wanted.merge_into.number)
            return
        yield from _changed_properties(ticket, wanted)
        if wanted.locked is not None and self._lock_changes(ticket):
            words = {True: _("locked"), False: _("not locked")}
            yield pgettext("what a ticket has", "Lock"), words[ticket.locked], words[wanted.locked]
        if wanted.watched is not None and wanted.watched != (ticket.pk in self._watched):
            yield _("Watch"), "", _("watch") if wanted.watched else _("do not watch")
        if wanted.archived is not None and wanted.archived != ticket.archived:
            yield _("Archive"), "", _("archive") if wanted.archived else _("take out of the archive")
        if wanted.read is not None and wanted.read == self._is_unread(ticket):
            yield pgettext("whether somebody has read it", "Read"), "", str(READ[wanted.read])
        if wanted.note is not None:
            yield _("Note"), "", wanted.note.subject or ticket.title

    def _is_unread(self, ticket: Ticket) -> bool:
        """As `filters.unread`; one without any article cannot be."""
        if ticket.pk in self._seen:
            return self._seen[ticket.pk] < ticket.article_count
        return ticket.article_count > 0 and not is_ended(ticket)

    def _lock_changes(self, ticket: Ticket) -> bool:
        mine = ticket.locked and ticket.owner_id == self._actor.person_id
        return not mine if self._wanted.locked else ticket.locked

    def _ends(self, ticket: Ticket) -> bool:
        """Whether the ticket is ended after the change."""
        return (self._wanted.changes.state or ticket.state).type in ENDED_TYPES

    def _refusals(self, ticket: Ticket) -> Iterator[str]:
        try:
            demand_alive(ticket)
        except NotPossible as problem:
            yield str(problem)
            return
        for right, missing in self._missing:
            if ticket.pk in missing:
                yield _("The right “{right}” is missing.").format(right=right_label(right))
        if self._wanted.archived and not self._ends(ticket):
            yield _("Only closed tickets can be archived.")
        yield from (found[ticket.pk] for found in self._lacking if ticket.pk in found)
        if not self._into and self._wanted.merge_into is not None:
            yield _("The right to merge is missing on ticket {number}.").format(number=self._wanted.merge_into.number)
        queue = self._wanted.changes.queue or ticket.queue
        for agent, groups in self._owning.items():
            if queue.group_id not in groups:
                yield _("{name} may not own tickets in the queue {queue}.").format(name=agent, queue=queue.name)
        note = self._wanted.note
        if note is not None and note.time is None and ticket.queue.time_required:
            yield time_wanted(ticket.queue.name)


def _rights(wanted: BulkChange) -> list[str]:
    """The rights that the change asks for, each once."""
    changes = wanted.changes
    asked = {
        "merge": wanted.merge_into, "state": changes.state, "move": changes.queue, "priority": changes.priority,
        "type": changes.type, "owner": changes.owner or changes.owner_none,
        "responsible": changes.responsible or wanted.responsible_none, "lock": wanted.locked is not None,
        "archive": wanted.archived is not None, "note": wanted.note,
    }  # fmt: skip
    return list(dict.fromkeys(RIGHT_FOR[verb] for verb, value in asked.items() if value))


def _masks(wanted: BulkChange) -> list[str]:
    """The masks whose mandatory fields the change asks for."""
    state = wanted.changes.state
    closing = ["close"] if state is not None and state.type == StateType.CLOSED else []
    return [*closing, *(["note"] if wanted.note is not None else [])]


def _agents(wanted: BulkChange) -> list[Person]:
    return list(dict.fromkeys(one for one in (wanted.changes.owner, wanted.changes.responsible) if one is not None))


def _changed_properties(ticket: Ticket, wanted: BulkChange) -> Iterator[Part]:
    changes, nobody = wanted.changes, _("nobody")
    named: list[tuple[str, Any, Any, Callable[[Any], str]]] = [
        (_("Queue"), ticket.queue, changes.queue, str), (_("Priority"), ticket.priority, changes.priority, shown),
        (_("Type"), ticket.type, changes.type, str), (_("Owner"), ticket.owner, changes.owner, str),
        (_("Responsible"), ticket.responsible, changes.responsible, str),
    ]  # fmt: skip
    if changes.state and (ticket.state_id, ticket.pending_until) != (changes.state.pk, changes.pending_until):
        yield _("State"), _state(ticket.state, ticket.pending_until), _state(changes.state, changes.pending_until)
    for label, old, new, words in named:
        if new is not None and old != new:
            yield (
                label,
                words(old) if old else nobody if label != _("Type") else pgettext("no type", "none"),
                words(new),
            )
    if changes.owner_none and ticket.owner:
        yield _("Owner"), str(ticket.owner), nobody
    if wanted.responsible_none and ticket.responsible:
        yield _("Responsible"), str(ticket.responsible), nobody


def _state(state: Any, until: Any) -> str:
    waits = until is not None and state.type in (StateType.PENDING_REMINDER, StateType.PENDING_AUTO)
    return f"{shown(state)} ({moment_text(until)})" if waits else shown(state)
