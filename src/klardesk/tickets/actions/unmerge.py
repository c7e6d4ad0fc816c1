"""Take a merge back. What was merged stands in both histories, so that nothing else need be remembered."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from klardesk.base import clock
from klardesk.tickets import events
from klardesk.tickets.actions.archive import leave_archive
from klardesk.tickets.actions.articles import records_of
from klardesk.tickets.actions.change import changing, record, ref
from klardesk.tickets.actions.links import link_record
from klardesk.tickets.actions.times import times_of
from klardesk.tickets.models import Article, Draft, Link, LinkType, State, Ticket, TimeEntry, Watcher
from klardesk.tickets.policy import NotPossible, is_ended
from klardesk.tickets.replay import TicketState, rebuild, ticket_events
from klardesk.tickets.unmerged import MergeGivenBack, MergeUndone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from klardesk.access.actor import Actor


def unmerge_ticket(source: Ticket, *, by: Actor) -> Ticket:
    """Give a merged ticket all of its own back; what came to the other one since stays there. Gives the other one.

    Needs `merge` on both. NotPossible if the ticket is not merged, or the other one went into a third.
    """
    target = Ticket.all_rows.filter(pk=source.merged_into_id or 0).first()
    if target is None:
        raise NotPossible(_("Ticket {number} is not merged.").format(number=source.number))
    with transaction.atomic(), ExitStack() as stack:
        _lock_in_order(source, target)
        fresh = stack.enter_context(changing(source, "merge", by=by, merged_too=True))
        other = stack.enter_context(changing(target, "merge", by=by))
        if fresh.merged_into_id != other.pk:
            raise NotPossible(_("The ticket was changed since; nothing was undone."))
        _unmerge(fresh, other, by)
    return target


def _lock_in_order(source: Ticket, target: Ticket) -> None:
    """As a merge does: both, and all that are linked with either, by their keys."""
    ends = Q(source__in=[source.pk, target.pk]) | Q(target__in=[source.pk, target.pk])
    links = Link.objects.filter(ends).values_list("source_id", "target_id")
    keys = {source.pk, target.pk, *(end for link in links for end in link), *_linked_before(source)}
    list(Ticket.all_rows.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def _linked_before(source: Ticket) -> set[int]:
    return {other for _role, other in _before(source, events.Merged).links}


def _unmerge(source: Ticket, target: Ticket, by: Actor) -> None:
    was, had = _before(source, events.Merged), _before(target, events.MergeReceived, source.pk)
    articles, times = _move_back(source, target)
    leaving = was.watchers - had.watchers
    _restore_watchers(source, target, was.watchers, leaving)
    _restore_links(source, target, was.links, had.links, by)
    state = State.objects.get(pk=was.state_id or 0)
    source.state, source.merged_into = state, None
    source.pending_until, source.reminded_at = was.pending_until, was.reminded_at
    source.locked, source.locked_at = was.locked, was.locked_at
    told = MergeUndone(
        ref(target), ref(state), was.pending_until, was.reminded_at, was.locked, was.locked_at, records_of(source),
        sorted(Watcher.objects.filter(ticket=source).values_list("person_id", flat=True)), _records(source), times_of(source),
    )  # fmt: skip
    record(source, told, by=by)
    if not is_ended(source):
        leave_archive(source, by=by)
    record(target, MergeGivenBack(ref(source), articles, sorted(leaving), _records(target), times), by=by)


def _before(ticket: Ticket, kind: Any, source: int = 0) -> TicketState:
    """The ticket before the last event of this kind (about `source`), rebuilt from its history."""
    history: list[Any] = list(ticket_events(ticket.pk))
    places = [
        place for place, item in enumerate(history)
        if isinstance(item.payload, kind) and (not source or item.payload.source.id == source)
    ]  # fmt: skip
    if not places:
        raise NotPossible(_("The history does not say how the ticket was before."))
    return rebuild(history[: places[-1]])


def _received(target: Ticket, source: Ticket) -> events.MergeReceived:
    """What the target's history says of the merge that is taken back: of the last one."""
    found = [
        item.payload for item in ticket_events(target.pk)
        if isinstance(item.payload, events.MergeReceived) and item.payload.source.id == source.pk
    ]  # fmt: skip
    payload: events.MergeReceived = found[-1]
    return payload


def _move_back(source: Ticket, target: Ticket) -> tuple[list[int], list[int]]:
    """Articles, times and the drafts at those articles; the keys of articles and times that went."""
    told = _received(target, source)
    articles = Article.all_rows.filter(pk__in=[one.id for one in told.articles], ticket=target)
    keys = sorted(articles.values_list("pk", flat=True))
    times = TimeEntry.all_rows.filter(ticket=target).filter(
        Q(pk__in=[one.id for one in told.times]) | Q(article_id__in=keys)
    )
    entries = list(times.values_list("pk", "units"))
    _hand_over(Article, keys, source)
    _hand_over(TimeEntry, [key for key, _units in entries], source)
    Draft.all_rows.filter(ticket=target, article_id__in=keys).update(ticket=source)
    units = sum(spent for _key, spent in entries)
    source.article_count, target.article_count = len(keys), target.article_count - len(keys)
    source.time_units, target.time_units = units, target.time_units - units
    return keys, sorted(key for key, _units in entries)


def _hand_over(model: Any, keys: list[int], source: Ticket) -> None:
    """To the source; what was written there remembers no other ticket any more."""
    model.all_rows.filter(pk__in=keys).update(ticket=source)
    model.all_rows.filter(pk__in=keys, original_ticket=source).update(original_ticket=None)


def _restore_watchers(source: Ticket, target: Ticket, people: set[int], leaving: set[int]) -> None:
    Watcher.objects.bulk_create((Watcher(ticket=source, person_id=one) for one in people), ignore_conflicts=True)
    Watcher.objects.filter(ticket=target, person_id__in=leaving).delete()


def _restore_links(source: Ticket, target: Ticket, was: Iterable[Any], had: set[Any], by: Actor) -> None:
    """The source's links as they were, as far as the tickets are still there. The target loses those that it got by the merge;
    one that somebody removed from it since stays removed. Third tickets' histories say what became of theirs.
    """
    for role, key in sorted(was):
        if key == target.pk:
            _link(source.pk, key, role)
            continue
        other = Ticket.all_rows.select_for_update().filter(pk=key).first()
        moved = _found(target.pk, key, role)
        if other is None or moved is None:
            continue
        if (role, key) not in had:
            record(other, events.Unlinked(link_record(moved, key)), by=by)
            Link.objects.filter(pk=moved.pk).delete()
        record(other, events.Linked(link_record(_link(source.pk, key, role), key)), by=by)


def _ends(ticket: int, other: int, role: str) -> dict[str, Any]:
    """A link of a ticket by what the other one is to it, as it is stored."""
    if role == "normal":
        return {"source_id": min(ticket, other), "target_id": max(ticket, other), "type": LinkType.NORMAL}
    first, second = (other, ticket) if role == "parent" else (ticket, other)
    return {"source_id": first, "target_id": second, "type": LinkType.PARENT_CHILD}


def _found(ticket: int, other: int, role: str) -> Link | None:
    return Link.objects.filter(**_ends(ticket, other, role)).select_related("source", "target").first()


def _link(ticket: int, other: int, role: str) -> Link:
    made, _new = Link.objects.get_or_create(**_ends(ticket, other, role), defaults={"created_at": clock.now()})
    return Link.objects.select_related("source", "target").get(pk=made.pk)


def _records(ticket: Ticket) -> list[events.LinkRecord]:
    links = Link.objects.filter(Q(source=ticket) | Q(target=ticket)).select_related("source", "target").order_by("pk")
    return [link_record(link, ticket.pk) for link in links]
