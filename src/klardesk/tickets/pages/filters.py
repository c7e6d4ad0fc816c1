"""The filters of a ticket list as chips, and the form that sets them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from klardesk.access.actor import Actor
from klardesk.access.pages import DeskRequest, agent_required
from klardesk.people.models import Person, Realm
from klardesk.tickets.field_slots import FieldFilter, ListFields, list_fields
from klardesk.tickets.filter_kinds import WINDOW, WITHOUT
from klardesk.tickets.filters import AGENTS, ALL, DAYS, FIELDS, ME, NOBODY, YES, Filters, filters_of
from klardesk.tickets.models import Priority, State, Ticket, Type
from klardesk.tickets.names import shown
from klardesk.tickets.pages.found import page, target_of
from klardesk.tickets.queries import possible_owners, queues_with, types
from klardesk.tickets.scopes import queues_of
from klardesk.tickets.slots import ListFilter, filter_parameters
from klardesk.web.formats import day_text
from klardesk.web.jinja import query, url

LABELS = {
    "queues": gettext_lazy("Queue"), "states": gettext_lazy("State"), "priority": gettext_lazy("Priority"),
    "type": gettext_lazy("Type"), "owner": gettext_lazy("Owner"), "responsible": gettext_lazy("Responsible"),
    "customer": gettext_lazy("Customer"), "customer_name": gettext_lazy("Customer"), "company": gettext_lazy("Company"),
    "company_name": gettext_lazy("Company"), "title": gettext_lazy("Title"),
    "created_from": gettext_lazy("Created from"), "created_to": gettext_lazy("Created until"),
    "changed_from": gettext_lazy("Changed from"), "changed_to": gettext_lazy("Changed until"),
    "unread": gettext_lazy("Unread"), "archived": gettext_lazy("Archive"),
}  # fmt: skip
ARCHIVE = {
    "": gettext_lazy("not archived"), YES: gettext_lazy("archived alone"), ALL: gettext_lazy("archived too"),
}  # fmt: skip
"""What a list shows of the archive."""
ENDS = ("from", "to")
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
    found += [_further_chip(name, values, actor, parameters) for name, values in filters.further.items()]
    return [*found, *(_field_chip(source, one, parameters) for source, one in filters.own_fields)]


def _field_chip(source: ListFields, wanted: FieldFilter, parameters: QueryDict) -> Chip:
    label, words = source.told(wanted)
    names = (wanted.name, *(f"{wanted.name}_{end}" for end in ENDS))
    return Chip(label, words, query(parameters, page=None, **dict.fromkeys(names)))


def _further_chip(name: str, values: tuple[str, ...], actor: Actor, parameters: QueryDict) -> Chip:
    one = filter_parameters()[name]
    parameter = one.parameters[name]
    without = query(parameters, **{name: None, "page": None})
    if parameter.kind == "choice":
        named = dict(one.choices(actor))
        words = _alternatives([named.get(value, _("unknown")) for value in values])
    elif parameter.kind == "text":
        words = _("contains “{text}”").format(text=values[0])
    else:
        return Chip(str(parameter.label), _moment(name, values[0]), without)
    return Chip(
        str(parameter.label), _("not: {words}").format(words=words) if name.startswith(WITHOUT) else words, without
    )


def _moment(name: str, value: str) -> str:
    """The end of a window in words."""
    end = name.rpartition("_")[2]
    if end in ("from", "to"):
        day = day_text(date.fromisoformat(value))
        return _("from {day}").format(day=day) if end == "from" else _("until {day}").format(day=day)
    days = int(value)
    sentence = {
        "last": lambda: ngettext("in the last day", "in the last {days} days", days),
        "before": lambda: (
            ngettext("longer ago than a day", "longer ago than {days} days", days) if days else _("until now")
        ),
        "next": lambda: ngettext("in the next day", "in the next {days} days", days),
    }[end]()
    return sentence.format(days=days)


def _alternatives(words: Iterable[str]) -> str:
    alternative = _("or")
    return f" {alternative} ".join(words)


def _words(name: str, value: Any, actor: Actor) -> str:
    if value is True:
        return _("by me")
    if name == "archived":
        return str(ARCHIVE[value])
    if isinstance(value, str):
        return _("contains “{text}”").format(text=value)
    if not isinstance(value, tuple):
        return day_text(value)
    names = _names(name, value, actor)
    return _alternatives(names.get(one, _("unknown")) for one in value)


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
    """GET /tickets/filters/: the form that filters the list whose address has the same query. For htmx the usual fields alone,
    as a page all there are.
    """

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show the form."""
        filters, alone = filters_of(request.GET), target_of(request) == "filters"
        context = {
            "filters": filters, "sets": _sets(filters, request), "list_address": url("ticket_list") + query(request.GET),
            "field_inputs": list(_inputs(filters)), "archive": ARCHIVE,
            "kept": _kept(filters, request.GET, alone),
            "state": request.GET.get("state", "open"), "whole_address": url("ticket_filters") + query(request.GET),
        }  # fmt: skip
        if alone:
            return page(request, "tickets/filters_form.html", {**context, "windows": []})
        return page(request, "tickets/filters.html", {**context, **_everything(filters, request.actor)})


def _kept(filters: Filters, parameters: QueryDict, alone: bool) -> list[tuple[str, str]]:
    """What the form leaves as it is: with the usual fields alone, the further ones too."""
    names = KEPT if alone else [name for name in KEPT if name != "state"]
    kept = [(name, value) for name in names for value in parameters.getlist(name)]
    further = filters.further.items() if alone else ()
    return [*kept, *((name, value) for name, values in further for value in values)]


def _everything(filters: Filters, actor: Actor) -> dict[str, Any]:
    """Every filter of the slot as the whole form draws it: choices with their opposites, texts with theirs, windows by moment."""
    known = {one.key: one for one in filter_parameters().values()}
    choices, texts, windows = [], [], dict[str, dict[str, Any]]()
    for one in known.values():
        kinds = {parameter.kind for parameter in one.parameters.values()}
        if kinds == {"choice"}:
            choices += _choice_sets(one, filters, actor)
        elif kinds == {"text"}:
            texts += [
                (name, _signed_label(name, one.label), *filters.further.get(name, ("",))) for name in one.parameters
            ]
        else:
            ends = {name.rpartition("_")[2]: name for name in one.parameters}
            windows[one.key] = {"label": one.label, "ends": ends, "values": filters.further}
    _core_days(filters, windows)
    refused = [name for name, _label, _value in texts if name.startswith(WITHOUT)]
    return {
        "choices": choices,
        "texts": texts,
        "refused_names": refused,
        "windows": list(windows.values()),
        "ends": WINDOW,
    }


def _choice_sets(one: ListFilter, filters: Filters, actor: Actor) -> list[dict[str, Any]]:
    offered = list(one.choices(actor))
    if not offered:
        return []
    return [
        {
            "name": name, "label": _signed_label(name, one.label),
            "options": [(value, words, value in filters.further.get(name, ())) for value, words in offered],
            "ticked": name in filters.further,
        }
        for name in one.parameters
    ]  # fmt: skip


def _signed_label(name: str, label: Any) -> str:
    return _("Not: {label}").format(label=label) if name.startswith(WITHOUT) else str(label)


def _core_days(filters: Filters, windows: dict[str, dict[str, Any]]) -> None:
    """The days that `Filters` has itself stand beside their moments' other ends."""
    for moment in DAYS:
        found = windows[f"{moment}_window"]
        found["ends"] = {"from": f"{moment}_from", "to": f"{moment}_to", **found["ends"]}
        days = {name: getattr(filters, name) for name in (f"{moment}_from", f"{moment}_to")}
        found["values"] = {**found["values"], **{name: (day.isoformat(),) for name, day in days.items() if day}}


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
    own = [
        {"name": name, "label": LABELS[name], "options": _options(values, getattr(filters, name), name, actor)}
        for name, values in offered.items() if values
    ]  # fmt: skip
    return own + list(_field_sets(filters))


def _field_sets(filters: Filters) -> Iterator[dict[str, Any]]:
    """The fields of other rooms of which one ticks values."""
    present = {one.name: one.values for _source, one in filters.own_fields}
    for one in (one for source in list_fields() for one in source.inputs() if one.options):
        ticked = present.get(one.name, ())
        options = [(value, text, value in ticked) for value, text in one.options]
        yield {"name": one.name, "label": one.label, "options": options}


def _inputs(filters: Filters) -> Iterator[dict[str, Any]]:
    """The fields of other rooms that are typed: name, label, type and what is there."""
    present = {one.name: one for _source, one in filters.own_fields}
    for one in (one for source in list_fields() for one in source.inputs() if not one.options):
        there = present.get(one.name, FieldFilter(one.name))
        if one.type != "date":
            yield {"name": one.name, "label": one.label, "type": one.type, "value": "".join(there.values[:1])}
            continue
        labels = (_("{name} from"), _("{name} until, that day too"))
        for end, label, day in zip(ENDS, labels, (there.first, there.last), strict=True):
            value = day.isoformat() if day else ""
            yield {"name": f"{one.name}_{end}", "label": label.format(name=one.label), "type": "date", "value": value}


def _options(
    offered: list[tuple[Any, str]], ticked: Sequence[Any], name: str, actor: Actor
) -> list[tuple[Any, str, bool]]:
    """What is offered, and what is ticked already though it is no longer offered."""
    there = {value for value, _text in offered}
    gone = [one for one in ticked if one not in there]
    names = _names(name, gone, actor) if gone else {}
    more = [(value, names[value], True) for value in gone if value in names]
    return [*((value, text, value in ticked) for value, text in offered), *more]
