"""Which times somebody may read: of one ticket, and of a period by customer and company."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q, Sum

from klardesk.tickets.models import Ticket, TimeEntry

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.tickets.managers import TimeQuerySet

TIME_COLUMNS = (
    "ticket__number", "ticket__title", "ticket__customer_login", "ticket__customer__first_name", "ticket__customer__last_name",
    "ticket__company__name", "ticket__company_number", "created_at", "person__first_name", "person__last_name", "person__login",
    "activity__name", "article__subject", "comment", "billable", "units",
)  # fmt: skip
"""What a row of an export says."""
READ_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Spent:
    """Which times: those the actor may read, from `start` to before `end` (aware), of a customer or company, billed or not."""

    actor: Actor
    start: datetime
    end: datetime
    customer: str = ""
    company: str = ""
    billable: bool | None = None


@dataclass(frozen=True, slots=True)
class SumOfTimes:
    """Hundredths of a unit that one customer of a company has by one activity, and those of them that are billed."""

    company: str
    customer: str
    activity: str
    units: int
    billable: int


def times_of_ticket(ticket: Ticket, actor: Actor) -> list[TimeEntry]:
    """All entries of a ticket with person, activity and article, oldest first: one query."""
    found = TimeEntry.objects.visible_to(actor).filter(ticket=ticket).select_related("person", "activity", "article")
    return list(found.order_by("created_at", "pk"))


def sums_of_ticket(ticket: Ticket, actor: Actor) -> tuple[int, list[tuple[str, int]]]:
    """What of a ticket's time is billed, and the sum of each person, the largest first: one query."""
    names = ("person__first_name", "person__last_name", "person__login")
    found = TimeEntry.objects.visible_to(actor).filter(ticket=ticket).order_by().values_list("person_id", *names)
    rows = list(found.annotate(sum=Sum("units"), billed=Sum("units", filter=Q(billable=True), default=0)))
    people = [
        (" ".join(filter(None, (first, last))) or login or "", total) for _key, first, last, login, total, _b in rows
    ]
    return sum(row[-1] for row in rows), sorted(people, key=lambda person: (-person[1], person[0]))


def times_between(asked: Spent) -> Iterator[tuple[Any, ...]]:
    """The rows of TIME_COLUMNS in the order of time, read bit by bit."""
    rows = _found(asked).order_by("created_at", "pk").values_list(*TIME_COLUMNS)
    found: Iterator[tuple[Any, ...]] = rows.iterator(READ_AT_ONCE)
    return found


def sums_of_times(asked: Spent) -> list[SumOfTimes]:
    """The sums by company, customer and activity, in their order: one query."""
    by = (
        "ticket__company__name",
        "ticket__customer__first_name",
        "ticket__customer__last_name",
        "ticket__customer_login",
        "activity__name",
    )
    rows = _found(asked).order_by(*by).values_list(*by)
    summed = rows.annotate(sum=Sum("units"), billed=Sum("units", filter=Q(billable=True), default=0))
    return [
        SumOfTimes(company or "", " ".join(filter(None, (first, last))) or login, activity or "", total, billed)
        for company, first, last, login, activity, total, billed in summed
    ]


def _found(asked: Spent) -> TimeQuerySet:
    found = TimeEntry.objects.visible_to(asked.actor).filter(created_at__gte=asked.start, created_at__lt=asked.end)
    if asked.customer:
        found = found.filter(
            Q(ticket__customer_login__iexact=asked.customer) | Q(ticket__customer__email__iexact=asked.customer)
        )
    if asked.company:
        found = found.filter(
            Q(ticket__company_number__iexact=asked.company) | Q(ticket__company__name__iexact=asked.company)
        )
    return found if asked.billable is None else found.filter(billable=asked.billable)
