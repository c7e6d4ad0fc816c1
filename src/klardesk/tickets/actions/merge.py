"""Merge a ticket into another (contract 2.9): articles, times, watchers and links move, the old number finds the new ticket."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from klardesk.tickets import events
from klardesk.tickets.actions.archive import leave_archive
from klardesk.tickets.actions.articles import move_articles, records_of
from klardesk.tickets.actions.change import changing, record, ref
from klardesk.tickets.actions.drafts import move_drafts
from klardesk.tickets.actions.links import link_record
from klardesk.tickets.actions.times import move_times, times_of
from klardesk.tickets.models import Link, LinkType, State, StateType, Ticket, Watcher
from klardesk.tickets.policy import NotPossible, demand_alive

if TYPE_CHECKING:
    from klardesk.access.actor import Actor


def merge_ticket(ticket: Ticket, into: Ticket, *, by: Actor, revision: int | None = None) -> None:
    """Merge `ticket` into `into`; needs `merge` on both. Histories stay with their tickets and name each other."""
    if ticket.pk == into.pk:
        raise NotPossible(_("A ticket cannot be merged into itself."))
    with transaction.atomic(), ExitStack() as stack:
        _lock_in_order(ticket, into)
        locked = {}
        for item in (ticket, into):
            wanted = revision if item.pk == ticket.pk else None
            locked[item.pk] = stack.enter_context(changing(item, "merge", by=by, revision=wanted))
        _merge(locked[ticket.pk], locked[into.pk], by)


def _lock_in_order(ticket: Ticket, into: Ticket) -> None:
    """Both tickets and all that are linked with the merged one, by their keys, so that no two merges wait for each other."""
    links = Link.objects.filter(Q(source=ticket) | Q(target=ticket)).values_list("source_id", "target_id")
    keys = {ticket.pk, into.pk, *(end for link in links for end in link)}
    list(Ticket.all_rows.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def _merge(source: Ticket, target: Ticket, by: Actor) -> None:
    demand_alive(target)
    leave_archive(target, by=by)
    articles, times = records_of(source), times_of(source)
    watchers = _move_watchers(source, target)
    _move_links(source, target, by)
    move_articles(source, target)
    move_times(source, target)
    move_drafts(source, target)
    state = State.objects.filter(type=StateType.MERGED).order_by("-valid", "order", "pk").first()
    if state is None:
        raise NotPossible(_("No state of type “merged” exists; an administrator must make one."))
    source.state, source.merged_into = state, target
    source.pending_until = source.reminded_at = source.locked_at = None
    source.locked = False
    record(source, events.Merged(events.Ref(target.pk, target.number), ref(state), [one.id for one in articles]), by=by)
    links = [link_record(link, target.pk) for link in _links_of(target)]
    origin = events.Ref(source.pk, source.number)
    record(target, events.MergeReceived(origin, articles, watchers, links, times), by=by)


def _move_watchers(source: Ticket, target: Ticket) -> list[int]:
    people = list(Watcher.objects.filter(ticket=source).values_list("person_id", flat=True))
    Watcher.objects.bulk_create((Watcher(ticket=target, person_id=one) for one in people), ignore_conflicts=True)
    Watcher.objects.filter(ticket=source).delete()
    return people


def _move_links(source: Ticket, target: Ticket, by: Actor) -> None:
    """The links of `source` become links of `target`; a third ticket's history says that its link changed."""
    for link in _links_of(source):
        other = link.target if link.source_id == source.pk else link.source
        gone = events.Unlinked(link_record(link, other.pk))
        Link.objects.filter(pk=link.pk).delete()
        if other.pk == target.pk:
            continue
        other = Ticket.all_rows.select_for_update().get(pk=other.pk)
        record(other, gone, by=by)
        moved = _relinked(link, source, target)
        if moved is not None:
            record(other, events.Linked(link_record(moved, other.pk)), by=by)


def _relinked(link: Link, source: Ticket, target: Ticket) -> Link | None:
    """The same link with `target` in the place of `source`, or None if those two were linked so before."""
    ends = [target.pk if end == source.pk else end for end in (link.source_id, link.target_id)]
    if link.type == LinkType.NORMAL:
        ends.sort()
    made, new = Link.objects.get_or_create(
        source_id=ends[0], target_id=ends[1], type=link.type, defaults={"created_at": link.created_at}
    )
    return made if new else None


def _links_of(ticket: Ticket) -> list[Link]:
    return list(
        Link.objects.filter(Q(source=ticket) | Q(target=ticket)).select_related("source", "target").order_by("pk")
    )
