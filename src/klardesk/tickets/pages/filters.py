"""The filters of a ticket list as chips, and the form that sets them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from klardesk.access.actor import Actor
from klardesk.access.pages import DeskRequest, agent_required
from klardesk.people.models import Person, Realm
from klardesk.tickets.filters import AGENTS, FIELDS, ME, NOBODY, Filters, filters_of
from klardesk.tickets.models import Priority, State, Ticket, Type
from klardesk.tickets.names import shown
from klardesk.tickets.pages.found import page, target_of
from klardesk.tickets.queries import possible_owners, queues_with, types
from klardesk.tickets.scopes import queues_of
from klardesk.web.formats import day_text
from klardesk.web.jinja import query, url

LABELS = {
    "queues": gettext_lazy("Queue"), "states": gettext_lazy("State"), "priority": gettext_lazy("Priority"),
    "type": gettext_lazy("Type"), "owner": gettext_lazy("Owner"), "responsible": gettext_lazy("Responsible"),
    "customer": gettext_lazy("Customer"), "customer_name": gettext_lazy("Customer"), "company": gettext_lazy("Company"),
    "company_name": gettext_lazy("Company"), "title": gettext_lazy("Title"),
    "created_from": gettext_lazy("Created from"), "created_to": gettext_lazy("Created until"),
    "changed_from": gettext_lazy("Changed from"), "changed_to": gettext_lazy("Changed until"),
    "unread": gettext_lazy("Unread"),
}  # fmt: skip
KEPT = ("queue", "sub", "state", "view", "sort", "saved", "customer", "company")
"""What the form leaves as the address has it."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A field that narrows the list: its name, its values in words, and the address of the list without it."""

    label: str
    words: str
    without: str


def chips(filters: Filters, actor: Actor, parameters: QueryDict) -> list[Chip]:
    """One for each field that narrows; a query for each kind of thing that must be named, none without filters.

    Nothing is named that the actor's own lists do not name.
    """
    found = []
    for name in FIELDS:
        if value := getattr(filters, name):
            words = _words(name, value, actor)
            found.append(Chip(str(LABELS[name]), words, query(parameters, **{name: None, "page": None})))
    return found


def _words(name: str, value: Any, actor: Actor) -> str:
    if value is True:
        return _("by me")
    if isinstance(value, str):
        return _("contains “{text}”").format(text=value)
    if not isinstance(value, tuple):
        return day_text(value)
    names = _names(name, value, actor)
    alternative = _("or")
    return f" {alternative} ".join(names.get(one, _("unknown")) for one in value)


def _names(name: str, values: Sequence[Any], actor: Actor) -> Mapping[Any, str]:
    if name in AGENTS:
        return _agent_names(values)
    if name == "queues":
        readable = actor.groups_with("ro")
        return {key: queue for key, queue, group, _valid in queues_of(actor) if group in readable}
    if name in ("customer", "company"):
        return _seen_in_lists(name, values, actor)
    managers = {"states": State.objects, "priority": Priority.objects, "type": Type.objects}
    rows: Iterable[Any] = managers[name].filter(pk__in=values)
    return {row.pk: shown(row) for row in rows}


def _agent_names(words: Sequence[str]) -> Mapping[str, str]:
    keys = [int(word) for word in words if word not in (ME, NOBODY)]
    people = Person.objects.filter(pk__in=keys, realm=Realm.AGENT) if keys else ()
    return {ME: _("me"), NOBODY: _("nobody"), **{str(person.pk): person.full_name for person in people}}


def _seen_in_lists(name: str, keys: Sequence[int], actor: Actor) -> Mapping[int, str]:
    """The names of customers or companies, of those alone who have a ticket in the actor's lists."""
    tickets = Ticket.objects.listed_for(actor).order_by().filter(**{f"{name}_id__in": keys})
    columns = ("company_id", "company__name") if name == "company" else (
        "customer_id", "customer__first_name", "customer__last_name",
    )  # fmt: skip
    return {key: " ".join(filter(None, names)) for key, *names in tickets.values_list(*columns).distinct()}


@agent_required
class TicketFilters(View):
    """GET /tickets/filters/: the form that filters the list whose address has the same query. For htmx the form alone."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show the form."""
        filters = filters_of(request.GET)
        context = {
            "filters": filters, "sets": _sets(filters, request), "list_address": url("ticket_list") + query(request.GET),
            "kept": [(name, value) for name in KEPT for value in request.GET.getlist(name)],
        }  # fmt: skip
        alone = target_of(request) == "filters"
        return page(request, "tickets/filters_form.html" if alone else "tickets/filters.html", context)


def _sets(filters: Filters, request: DeskRequest) -> list[dict[str, Any]]:
    """The fields of which one ticks values: name, label, and (value, text, ticked)."""
    actor, queues = request.actor, list(queues_with(request.actor, "ro"))
    agents = [(ME, _("me")), (NOBODY, _("nobody")), *((str(one.pk), one.full_name) for one in possible_owners(*queues))]
    offered: dict[str, list[tuple[Any, str]]] = {
        "queues": [(one.pk, one.name) for one in queues],
        "states": [(one.pk, shown(one)) for one in State.objects.filter(valid=True).order_by("order", "name")],
        "priority": [(one.pk, shown(one)) for one in Priority.objects.filter(valid=True).order_by("level")],
        "type": [(one.pk, one.name) for one in types()], "owner": agents, "responsible": agents,
    }  # fmt: skip
    return [
        {"name": name, "label": LABELS[name], "options": _options(values, getattr(filters, name), name, actor)}
        for name, values in offered.items() if values
    ]  # fmt: skip


def _options(
    offered: list[tuple[Any, str]], ticked: Sequence[Any], name: str, actor: Actor
) -> list[tuple[Any, str, bool]]:
    """What is offered, and what is ticked already though it is no longer offered."""
    there = {value for value, _text in offered}
    gone = [one for one in ticked if one not in there]
    names = _names(name, gone, actor) if gone else {}
    more = [(value, names[value], True) for value in gone if value in names]
    return [*((value, text, value in ticked) for value, text in offered), *more]
