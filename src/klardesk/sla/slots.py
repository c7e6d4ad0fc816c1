"""What service levels add to the ticket's pages, forms, mails and lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.forms import Field
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy

from klardesk.base import clock
from klardesk.people.slots import TokenScope, register_token_scope
from klardesk.sla.actions import begin_service, change_service
from klardesk.sla.clocks import Clock
from klardesk.sla.models import SLA, Service, TicketClock
from klardesk.sla.queries import Standing, clock_of, has_services, service_of, services_for, slas_of, standings
from klardesk.sla.tell import LABELS
from klardesk.tickets.forms import ThingField
from klardesk.tickets.slots import (
    BegunTicket,
    ListColumn,
    ListSort,
    NotNamed,
    Text,
    TicketAction,
    TicketPanel,
    TicketView,
    register_list_column,
    register_list_sort,
    register_panel,
    register_ticket_action,
    register_ticket_fields,
)
from klardesk.web import formats
from klardesk.web.jinja import icon

if TYPE_CHECKING:
    from datetime import datetime

    from klardesk.access.actor import Actor
    from klardesk.people.models import Person
    from klardesk.tickets.models import Ticket


class ServiceFields:
    """Service and SLA of a ticket: those that its customer may have."""

    name = "service"
    labels: Mapping[str, Text] = {"service": gettext_lazy("Service"), "sla": gettext_lazy("SLA")}
    steady = False

    def in_use(self) -> bool:
        """Whether there is a service at all."""
        return has_services()

    def fields(self, begun: BegunTicket) -> Mapping[str, Field]:
        """The services of the customer, and the SLAs of the one that is chosen; none where there is no service."""
        services = services_for(begun.customer)
        if not services:
            return {}
        wanted = str(begun.values.get("service") or "")
        return service_fields(services, next((one for one in services if str(one.pk) == wanted), None))

    def begin(self, ticket: Ticket, values: Mapping[str, Any], *, by: Actor) -> None:
        """Store what a ticket begins with."""
        begin_service(ticket, values.get("service"), values.get("sla"), by=by)

    def change(self, ticket: Ticket, values: Mapping[str, Any], *, by: Actor) -> None:
        """Give a known ticket these values."""
        if "service" in values:
            change_service(ticket, values["service"], values.get("sla"), by=by)

    def named(
        self, words: Mapping[str, str], customer: Person | None, ticket: Ticket | None
    ) -> tuple[dict[str, Any], list[NotNamed]]:
        """The valid service and SLA of these names; without a service's name the SLA is one of the ticket's own, and a
        service that is named without an SLA keeps the ticket's own, if that is one of its SLAs.
        """
        present, problems = (service_of(ticket) if ticket else None), list[NotNamed]()
        service, sla = (present.service, present.sla) if present else (None, None)
        if name := words["service"]:
            found = Service.objects.filter(name=name, valid=True).first()
            service = found or service
            if found is None:
                sentence = gettext_noop("there is no valid service {name}; it was left out")
                problems.append(NotNamed(sentence, {"name": repr(name)}))
        if name := words["sla"]:
            chosen = SLA.objects.filter(name=name, valid=True, services=service).first() if service else None
            if chosen is None:
                sentence = gettext_noop("the service has no valid SLA {name}; it was left out")
                problems.append(NotNamed(sentence, {"name": repr(name)}))
            sla = chosen or sla
        if sla is not None and not (service and sla.services.filter(pk=service.pk).exists()):
            sla = None
        return {"service": service, "sla": sla}, problems

    def take_over(self, source: Ticket, ticket: Ticket, *, by: Actor) -> None:
        """Service and SLA of the ticket it was split off from (contract 2.9)."""
        found = service_of(source)
        if found is not None and found.service is not None:
            begin_service(ticket, found.service, found.sla, by=by)


def service_fields(services: Sequence[Service], chosen: Service | None, present: SLA | None = None) -> dict[str, Field]:
    """The choice of a service, and that of its SLA if it has any; `present` is offered too, though no longer valid."""
    service = ThingField(label=gettext_lazy("Service"), required=False, empty=pgettext_lazy("no service", "none"))
    service.offer(services)
    fields: dict[str, Field] = {"service": service}
    slas = slas_of([chosen]) if chosen else []
    if chosen and present and present not in slas:
        slas.append(present)
    if slas:
        sla = ThingField(label=gettext_lazy("SLA"), required=False, empty=gettext_lazy("none"))
        sla.offer(slas)
        fields["sla"] = sla
    return fields


def tone_of(due: datetime | None, warn: datetime | None, floating: bool, now: datetime) -> str:
    """How a due time is coloured: `danger` when it has passed, `warning` from the time to warn on; one that moves with the
    time, since its clock stands still, never.
    """
    if due is None or floating:
        return "neutral"
    if due <= now:
        return "danger"
    return "warning" if warn is not None and warn <= now else "neutral"


def due_cells(rows: Sequence[Mapping[str, Any]], _actor: Actor) -> Mapping[int, str]:
    """What is due first of each ticket, coloured; one query."""
    now, ago = clock.now(), formats.ago_writer()
    pause = icon("hourglass", _("The clock stands still"), "small")

    def cell(standing: Standing) -> str:
        tone = tone_of(standing.due, standing.warn, standing.floating, now)
        mark = pause if standing.floating else ""
        return SafeString(f'<span class="badge tone-{tone}">{mark}{ago(standing.due)}</span>')

    return {key: cell(standing) for key, standing in standings(row["id"] for row in rows).items()}


def panel(view: TicketView) -> str:
    """Service, SLA and the three clocks of a ticket; two queries. Empty if there is nothing to say."""
    stored, chosen = clock_of(view.ticket), service_of(view.ticket)
    if chosen is None and not (stored and stored.states):
        return ""
    context = {
        "ticket": view.ticket, "may": view.may, "chosen": chosen, "clocks": _lines(stored) if stored and stored.states else [],
        "floating": bool(stored and stored.floating_at),
    }  # fmt: skip
    return render_to_string("sla/panel.html", context, request=view.request)


def _lines(stored: TicketClock) -> list[dict[str, Any]]:
    now, floating = clock.now(), stored.floating_at is not None
    moments = {
        Clock.RESPONSE: (stored.response_due, stored.response_notify),
        Clock.UPDATE: (stored.update_due, stored.update_notify),
        Clock.SOLUTION: (stored.solution_due, stored.solution_notify),
    }
    return [
        {"label": LABELS[one], "due": due, "tone": tone_of(due, warn, floating, now)}
        for one, (due, warn) in moments.items()
    ]


register_ticket_fields(ServiceFields())
register_panel(TicketPanel(name="clocks", title=gettext_lazy("Service level"), icon="timer", draw=panel, order=5))
register_ticket_action(
    TicketAction(
        name="service", label=gettext_lazy("Service and SLA"), icon="layers", url_name="ticket_service", verb="service",
        offered=has_services,
    )
)  # fmt: skip
register_list_column(ListColumn(key="due", label=gettext_lazy("Due"), cells=due_cells, sort="due", order=20))
register_list_sort(ListSort(key="due", table="sla_ticketclock", column="first_due", path="clock__first_due"))
register_token_scope(TokenScope(name="sla", label=gettext_lazy("SLA report"), url_name="sla_report"))
