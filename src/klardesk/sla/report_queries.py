"""Kept, missed and overdue of a period: as sums, and each obligation that ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from klardesk.base import clock
from klardesk.sla.clocks import Clock
from klardesk.sla.models import Outcome, TicketClock
from klardesk.tickets.scopes import listed_queues

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

OUTCOME_COLUMNS = (
    "ticket__number", "ticket__title", "sla__name", "queue__name", "company__name", "clock", "due", "met_at", "kept",
)  # fmt: skip
"""What a row of the export says."""
READ_AT_ONCE = 2000


class Group(StrEnum):
    """By what the sums are put together."""

    SLA = "sla"
    QUEUE = "queue"
    COMPANY = "company"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which obligations: of tickets in the actor's lists, that ended (or, overdue, were due) from `start` to before `end`."""

    actor: Actor
    start: datetime
    end: datetime
    sla: int | None = None
    queue: int | None = None
    company: str = ""
    clock: Clock | None = None

    @property
    def clocks(self) -> tuple[Clock, ...]:
        """The clocks that are meant."""
        return tuple(Clock) if self.clock is None else (self.clock,)


@dataclass(slots=True)
class Line:
    """The sums of one clock in one group: a name (empty: none) or the first moment of a month."""

    group: str | datetime
    clock: Clock
    kept: int = 0
    missed: int = 0
    overdue: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.kept + self.missed + self.overdue

    @property
    def percent(self) -> float | None:
        """How much of what ended was kept; None if nothing ended."""
        ended = self.kept + self.missed
        return 100 * self.kept / ended if ended else None


@dataclass(slots=True)
class _Lines:
    found: dict[tuple[Any, str], Line] = field(default_factory=dict)

    def line(self, group: Any, which: str) -> Line:
        return self.found.setdefault((group, which), Line(group or "", Clock(which)))

    def sorted(self) -> list[Line]:
        order = {one: place for place, one in enumerate(Clock)}
        return sorted(self.found.values(), key=lambda line: (_place(line.group), order[line.clock]))


def sums(asked: Asked, group: Group) -> list[Line]:
    """The sums by group and clock, in their order; one query, and one for each clock that is meant."""
    lines = _Lines()
    ended = _grouped(_ended(asked), group, "", "met_at").values_list("group", "clock")
    for name, which, kept, missed in ended.annotate(
        kept_ones=Count("pk", filter=Q(kept=True)), missed_ones=Count("pk", filter=Q(kept=False))
    ):
        line = lines.line(name, which)
        line.kept, line.missed = kept, missed
    for which in asked.clocks:
        rows = _grouped(_overdue(asked, which), group, _NOW, f"{which}_due").values_list("group")
        for name, count in rows.annotate(count=Count("pk")):
            lines.line(name, which).overdue = count
    return lines.sorted()


def ended_rows(asked: Asked) -> Iterator[tuple[Any, ...]]:
    """The rows of OUTCOME_COLUMNS in the order of time, read bit by bit."""
    rows = _ended(asked).order_by("met_at", "pk").values_list(*OUTCOME_COLUMNS)
    found: Iterator[tuple[Any, ...]] = rows.iterator(READ_AT_ONCE)
    return found


_NOW = "ticket__"
"""What leads from a ticket's clocks to what it has now."""
_NAMES = {
    ("", Group.SLA): "sla__name", ("", Group.QUEUE): "queue__name", ("", Group.COMPANY): "company__name",
    (_NOW, Group.SLA): "ticket__service_row__sla__name", (_NOW, Group.QUEUE): "ticket__queue__name",
    (_NOW, Group.COMPANY): "ticket__company__name",
}  # fmt: skip


def _grouped(rows: QuerySet[Any], group: Group, prefix: str, moment: str) -> QuerySet[Any]:
    """The rows with the group of each; months are the reader's own."""
    zone = timezone.get_current_timezone()
    by = TruncMonth(moment, tzinfo=zone) if group is Group.MONTH else F(_NAMES[prefix, group])
    grouped: QuerySet[Any] = rows.order_by().annotate(group=by)
    return grouped


def _ended(asked: Asked) -> QuerySet[Outcome]:
    found = Outcome.objects.filter(
        met_at__gte=asked.start, met_at__lt=asked.end, ticket__queue__in=listed_queues(asked.actor) or (),
        clock__in=asked.clocks,
    )  # fmt: skip
    return found.filter(_chosen(asked, "", "sla", "queue"))


def _overdue(asked: Asked, which: Clock) -> QuerySet[TicketClock]:
    """What is owed at present and overdue; what stands still is not."""
    due = {f"{which}_due__gte": asked.start, f"{which}_due__lt": min(asked.end, clock.now())}
    found = TicketClock.objects.filter(queue_id__in=listed_queues(asked.actor) or (), floating_at=None, **due)
    return found.filter(_chosen(asked, _NOW, "ticket__service_row__sla", "ticket__queue"))


def _chosen(asked: Asked, prefix: str, sla: str, queue: str) -> Q:
    chosen = Q()
    if asked.sla is not None:
        chosen &= Q(**{sla: asked.sla})
    if asked.queue is not None:
        chosen &= Q(**{queue: asked.queue})
    if asked.company:
        names = (f"{prefix}company__number__iexact", f"{prefix}company__name__iexact")
        chosen &= Q(**{names[0]: asked.company}) | Q(**{names[1]: asked.company})
    return chosen


def _place(group: str | datetime) -> tuple[str, str]:
    """Where a group stands: months in order, names by letters, none at the end."""
    if isinstance(group, datetime):
        return group.isoformat(), ""
    return ("" if group else "\N{REPLACEMENT CHARACTER}"), group.casefold()
