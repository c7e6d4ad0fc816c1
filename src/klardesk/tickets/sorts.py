"""The orders that ticket lists can have: by columns of tickets, by moments and fields that other rooms keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F

from klardesk.tickets import slots
from klardesk.tickets.field_slots import field_order

if TYPE_CHECKING:
    from klardesk.tickets.managers import TicketQuerySet

SORTS = {
    "number": "number", "title": "title", "age": "created_at", "changed": "changed_at", "priority": "priority__level",
    "state": "state__name", "queue": "queue__name", "owner": "owner__last_name", "pending": "pending_until",
    "customer": "customer_login",
}  # fmt: skip
WITH_GAPS = ("owner", "pending")
"""Sorts whose column may be empty: those tickets come last either way, on both engines."""


def is_sort(key: str) -> bool:
    """Whether a list can have this order: a key of SORTS, of a ListSort, or the name of a field that has one."""
    return key in SORTS or key in slots.list_sorts() or field_order(key) is not None


def sorted_by(tickets: TicketQuerySet, sort: str, descending: bool) -> TicketQuerySet:
    """Tickets in the order of a sort that `is_sort` (an unknown one is the age), ties by key."""
    sign = "-" if descending else ""
    if (further := slots.list_sorts().get(sort)) is not None:
        moment = F(further.path)
        first = moment.desc(nulls_first=True) if descending else moment.asc(nulls_last=True)
        return tickets.order_by(first, f"{sign}pk")
    if (value := _with_gaps(sort)) is not None:
        return tickets.order_by(value.desc(nulls_last=True) if descending else value.asc(nulls_last=True), f"{sign}pk")
    return tickets.order_by(f"{sign}{SORTS.get(sort, 'created_at')}", f"{sign}pk")


def keys_in_order(tickets: TicketQuerySet, sort: str, *, descending: bool, start: int, count: int) -> list[int]:
    """The keys of `count` of these tickets from place `start`, in the order of `sorted_by`; one query, few by a field."""
    by_field = field_order(sort)
    found = None if by_field is None else by_field.window(tickets, descending=descending, start=start, count=count)
    if found is not None:
        return found
    return list(sorted_by(tickets, sort, descending).values_list("pk", flat=True)[start : start + count])


def _with_gaps(sort: str) -> Any:
    """What such a sort puts in order, None for others."""
    if sort in WITH_GAPS:
        return F(SORTS[sort])
    by_field = field_order(sort)
    return None if by_field is None else by_field.expression()
