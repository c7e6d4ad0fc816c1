"""Services, SLAs and due times as filters of ticket lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy

from klardesk.sla.models import SLA, Service, TicketClock, TicketService
from klardesk.tickets.filter_kinds import Values, choice, keys_of, window
from klardesk.tickets.slots import Text, register_list_filter

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

DUE: dict[str, Text] = {
    "first_due": gettext_lazy("Due"), "response_due": gettext_lazy("First response due"),
    "update_due": gettext_lazy("Update due"), "solution_due": gettext_lazy("Solution due"),
}  # fmt: skip
"""Columns of the clocks; what is due first on a ticket is simply due."""


def register() -> None:
    """Put them into the slot of ticket lists."""
    register_list_filter(
        choice("service", gettext_lazy("Service"), _service, _services, order=21),
        choice("sla", gettext_lazy("SLA"), _sla, _slas, order=22),
        *(
            window(
                column.removeprefix("first_"),
                label,
                partial(_due, column),
                order=45,
                ends=("from", "to", "before", "next"),
            )
            for column, label in DUE.items()
        ),
    )


def _service(words: Values, _actor: Actor) -> Q:
    return _has(service_id__in=keys_of(words))


def _sla(words: Values, _actor: Actor) -> Q:
    return _has(sla_id__in=keys_of(words))


def _has(**of: list[int]) -> Q:
    return Q(Exists(TicketService.objects.filter(ticket_id=OuterRef("pk"), **of)))


def _due(column: str, first: datetime | None, end: datetime | None) -> Q:
    """What a clock says lies in the window."""
    clocks = TicketClock.objects.filter(**{"ticket_id": OuterRef("pk"), f"{column}__isnull": False})
    clocks = clocks.filter(**{f"{column}__gte": first}) if first else clocks
    return Q(Exists(clocks.filter(**{f"{column}__lt": end}) if end else clocks))


def _services(_actor: Actor) -> Sequence[tuple[str, str]]:
    return [(str(one.pk), one.name) for one in Service.objects.order_by("name")]


def _slas(_actor: Actor) -> Sequence[tuple[str, str]]:
    return [(str(one.pk), one.name) for one in SLA.objects.order_by("name")]
