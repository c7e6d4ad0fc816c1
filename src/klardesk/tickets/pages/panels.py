"""The panels that tickets put beside their own page, and the cells of their own list column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from klardesk.base import clock
from klardesk.base.options import option
from klardesk.base.prepared import Prepared
from klardesk.people.absences import away, hint
from klardesk.people.models import Person
from klardesk.tickets.names import shown
from klardesk.tickets.options import UNITS
from klardesk.tickets.queries import COUNTED, linked_tickets, open_tickets_of
from klardesk.tickets.slots import TicketView
from klardesk.tickets.time_spent import units_text
from klardesk.tickets.times_queries import sums_of_ticket
from klardesk.web import formats
from klardesk.web.jinja import icon

WATCHERS: Prepared[Person] = Prepared(
    lambda ticket: Person.objects.filter(watched__ticket_id=ticket).order_by("last_name", "pk")
)

PARTICIPANTS: Prepared[Person] = Prepared(
    lambda ticket: Person.objects.filter(participates__ticket_id=ticket).order_by("last_name", "pk")
)


def customer(view: TicketView) -> str:
    """Who the ticket's customer is, with the number of their and their company's open tickets; two queries."""
    ticket = view.ticket
    if not (ticket.customer_id or ticket.customer_login or ticket.company_id):
        return ""
    of_customer, of_company = open_tickets_of(ticket.customer_id, ticket.company_id, view.actor)
    counts = {"of_customer": of_customer, "of_company": of_company, "counted": COUNTED}
    return _drawn("tickets/panel_customer.html", view, counts)


def links(view: TicketView) -> str:
    """The linked tickets that the actor may open; two queries."""
    ends = [(link, other, _role(link, view.ticket.pk)) for link, other in linked_tickets(view.ticket, view.actor)]
    return _drawn("tickets/panel_links.html", view, {"ends": ends}) if ends else ""


def participants(view: TicketView) -> str:
    """The customers who take part in the ticket; one query."""
    people = PARTICIPANTS.rows(view.ticket.pk)
    changing = "participants" in view.may and not view.ticket.merged_into_id
    return _drawn("tickets/panel_participants.html", view, {"people": people, "changing": changing})


def absence(view: TicketView) -> str:
    """Whether owner or responsible person is out of office, and who stands in; no query. For agents alone."""
    if view.actor.kind == "customer":
        return ""
    found = [away(person) for person in dict.fromkeys((view.ticket.owner_id, view.ticket.responsible_id))]
    absent = [(one, hint(one.person)) for one in found if one is not None]
    return _drawn("tickets/panel_absence.html", view, {"absent": absent}) if absent else ""


def watchers(view: TicketView) -> str:
    """Who follows the ticket, and the button to do so oneself; one query."""
    people = WATCHERS.rows(view.ticket.pk)
    watching = any(person.pk == view.actor.person_id for person in people)
    return _drawn("tickets/panel_watchers.html", view, {"people": people, "watching": watching})


def times(view: TicketView) -> str:
    """The time spent on the ticket, what of it is billed, and by whom; one query, and one for the unit."""
    if view.actor.kind == "customer" or not (view.ticket.time_units or "time" in view.may):
        return ""
    sums = _sums(view) if view.ticket.time_units else []
    return _drawn("tickets/panel_times.html", view, {"sums": sums})


def _sums(view: TicketView) -> list[tuple[str, str]]:
    billed, people = sums_of_ticket(view.ticket, view.actor)
    language = get_language() or "en"
    unit = str(dict(UNITS).get(option("ticket.time_unit"), ""))
    total = f"{units_text(view.ticket.time_units, language)} {unit}"
    named = [(name or _("the desk"), units_text(units, language)) for name, units in people]
    return [(_("Together"), total), (_("Billed"), units_text(billed, language)), *named]


def time_cells(rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """The time spent on each ticket; none where nothing was entered."""
    language = get_language() or "en"
    return {row["id"]: units_text(row["time_units"], language) for row in rows if row["time_units"]}


def pending_cells(rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """The time until which each ticket waits; a time that is reached is marked."""
    now = clock.now()
    cells: dict[int, str] = {}
    for row in rows:
        moment = row["pending_until"]
        if moment is None:
            continue
        if moment <= now:
            words = _("Reminder reached %(moment)s") % {"moment": formats.moment_text(moment)}
            mark = '<span class="badge tone-danger" title="{}">{}{}</span>'
            cells[row["id"]] = format_html(
                mark, words, icon("bell", _("Reminder reached"), "small"), formats.ago_text(moment)
            )
        else:
            cells[row["id"]] = formats.ago(moment)
    return cells


def _drawn(template: str, view: TicketView, more: dict[str, Any]) -> str:
    context = {"ticket": view.ticket, "may": view.may, "shown": shown, **more}
    return render_to_string(template, context, request=view.request)


def _role(link: Any, ticket_id: int) -> str:
    from klardesk.tickets.actions.links import role_of

    return {"normal": _("belongs together"), "parent": _("parent"), "child": _("child")}[role_of(link, ticket_id)]
