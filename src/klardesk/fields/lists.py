"""Fields in lists of tickets: columns, filters, and columns of files (`tickets.field_slots.ListFields`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from klardesk.fields import kinds
from klardesk.fields.definitions import definitions
from klardesk.fields.masks import input_name
from klardesk.fields.models import CHOICES, DAYS, LOOKUP, TEXTS, Field, Kind, Subject, Value
from klardesk.fields.ordering import ByField, order_of
from klardesk.fields.queries import values_of
from klardesk.tickets.field_slots import FieldFilter, FilterInput
from klardesk.tickets.filter_kinds import Values, choice
from klardesk.tickets.filters import LONGEST, MOST, between, day_of
from klardesk.tickets.slots import ListColumn, ListFilter
from klardesk.web.formats import day_text

if TYPE_CHECKING:
    from django.http import QueryDict

    from klardesk.access.actor import Actor

SHORT = 60
"""Characters that a cell of a list shows."""
CELL = 32_000
"""Characters that a cell of a workbook takes."""
NO = "0"
Rows = Sequence[Mapping[str, Any]]
Cells = Callable[[Rows, "Actor"], Mapping[int, str]]


def listed() -> list[Field]:
    """The valid fields of tickets."""
    return [one for one in definitions.get().of(Subject.TICKET) if one.valid]


def without_value() -> ListFilter:
    """The filter of ticket lists by fields that a ticket has no value of, and by those that it has one of."""

    def lacking(words: Values, _actor: Actor) -> Q:
        wanted = [one.pk for one in listed() if one.name in words]
        rows = Value.objects.unscoped("narrows what its reader lists").filter(position=0)
        return reduce(or_, (~Q(pk__in=rows.filter(field_id=key).values("object_id")) for key in wanted), Q(pk__in=[]))

    def choices(_actor: Actor) -> list[tuple[str, str]]:
        return [(one.name, one.label) for one in listed() if one.kind != Kind.CHECKBOX]

    return choice("without_value", gettext_lazy("Without a value of"), lacking, choices, order=28)


class InLists:
    """Fields of tickets in lists."""

    def columns(self) -> list[ListColumn]:
        """A column for each field."""
        return [
            ListColumn(key=input_name(one), label=lazy(_label(one), str)(), cells=_cells(one), order=200)
            for one in listed()
        ]

    def read(self, parameters: QueryDict) -> list[FieldFilter]:
        """What the address says of each field."""
        found = [_read(one, parameters) for one in listed()]
        return [one for one in found if one.values or one.first or one.last]

    def condition(self, wanted: FieldFilter) -> Q:
        """Tickets that bear a value which fits; of a box that is not ticked, those that bear none."""
        field = _field(wanted)
        if field is None:
            return Q(pk__in=[])
        rows = Value.objects.unscoped("narrows what its reader lists").filter(field_id=field.pk)
        if field.kind == Kind.CHECKBOX:
            ticked, unticked = Q(pk__in=rows.values("object_id")), ~Q(pk__in=rows.values("object_id"))
            return Q() if len(wanted.values) > 1 else unticked if wanted.values == (NO,) else ticked
        return Q(pk__in=rows.filter(_fitting(field, wanted)).values("object_id"))

    def told(self, wanted: FieldFilter) -> tuple[str, str]:
        """The field's label, and what is looked for."""
        field = _field(wanted)
        if field is None:
            return wanted.name, ""
        if field.kind in DAYS:
            return field.label, _days(wanted)
        if field.kind in TEXTS:
            return field.label, _("contains “{text}”").format(text=wanted.values[0])
        alternative = _("or")
        return field.label, f" {alternative} ".join(_named(field, value) for value in wanted.values)

    def inputs(self) -> list[FilterInput]:
        """Choices and boxes to tick, days, texts."""
        return [_input(one) for one in listed()]

    def order(self, name: str) -> ByField | None:
        """By the values of a field, as `ordering` says."""
        field = next((one for one in listed() if input_name(one) == name), None)
        return None if field is None else order_of(field)

    def sheet(self, zone: tzinfo, language: str) -> FieldSheet:
        """All fields as columns of a file."""
        return FieldSheet(listed(), zone, language)


class FieldSheet:
    """The fields of tickets as columns of a file. It is written while no language and no zone is active."""

    def __init__(self, fields: Sequence[Field], zone: tzinfo, language: str) -> None:
        self._fields, self._zone, self._language = fields, zone, language
        self.heads: Sequence[str] = [one.label_in(language) for one in fields]

    def cells(self, tickets: Sequence[int]) -> dict[int, list[str]]:
        """What each ticket has of each field; one query."""
        with override(self._language), timezone.override(self._zone):
            return {
                key: [kinds.words(one, values.get(one, ()))[:CELL] for one in self._fields]
                for key, values in values_of(Subject.TICKET, tickets).items()
            }


def _label(field: Field) -> Callable[[], str]:
    return lambda: field.label


def _cells(field: Field) -> Cells:
    def cells(rows: Rows, actor: Actor) -> dict[int, str]:
        found = _page_values(rows, actor)
        return {key: _cell(field, values[field]) for key, values in found.items() if field in values}

    return cells


def _page_values(rows: Rows, actor: Actor) -> dict[int, dict[Field, list[str]]]:
    """The values of all fields of a page's tickets, read once for all columns."""
    keys = tuple(row["id"] for row in rows)
    return actor.once(("fields of", keys), lambda: values_of(Subject.TICKET, keys))


def _cell(field: Field, texts: Sequence[str]) -> str:
    words = " ".join(kinds.words(field, texts).split())
    if len(words) <= SHORT:
        return words
    return format_html('<span title="{}">{}…</span>', words[:500], words[:SHORT])


def _field(wanted: FieldFilter) -> Field | None:
    return next((one for one in listed() if input_name(one) == wanted.name), None)


def _read(field: Field, parameters: QueryDict) -> FieldFilter:
    name = input_name(field)
    if field.kind in DAYS:
        first, last = (day_of(parameters.get(f"{name}_{end}", "")) for end in ("from", "to"))
        return FieldFilter(name, first=first, last=last)
    if field.kind in TEXTS:
        text = " ".join(parameters.get(name, "").replace("\x00", "").split())[:LONGEST]
        return FieldFilter(name, (text,) if text else ())
    known = {one.key for one in field.all_choices} if field.kind in CHOICES else {NO, kinds.TICKED}
    return FieldFilter(name, tuple(dict.fromkeys(one for one in parameters.getlist(name)[:MOST] if one in known)))


def _fitting(field: Field, wanted: FieldFilter) -> Q:
    """The rows of a field whose value is one of those that are wanted."""
    if field.kind == Kind.MOMENT:
        return between("moment", wanted.first, wanted.last)
    if field.kind == Kind.DATE:
        found = Q()
        if wanted.first:
            found &= Q(moment__gte=datetime.combine(wanted.first, time.min, tzinfo=UTC))
        if wanted.last:
            found &= Q(moment__lt=datetime.combine(wanted.last + timedelta(days=1), time.min, tzinfo=UTC))
        return found
    if field.kind in CHOICES:
        return Q(lookup__in={one.casefold()[:LOOKUP] for one in wanted.values}, text__in=wanted.values)
    text = wanted.values[0]
    return Q(lookup__contains=text.casefold()) | Q(text__icontains=text)


def _days(wanted: FieldFilter) -> str:
    first, last = (day_text(day) if day else "" for day in (wanted.first, wanted.last))
    if first and last:
        return _("from {first} until {last}").format(first=first, last=last)
    return _("from {first}").format(first=first) if first else _("until {last}").format(last=last)


def _named(field: Field, value: str) -> str:
    if field.kind == Kind.CHECKBOX:
        return _("yes") if value == kinds.TICKED else _("no")
    return kinds.word(field, value)


def _input(field: Field) -> FilterInput:
    name = input_name(field)
    if field.kind in DAYS:
        return FilterInput(name, field.label, "date")
    if field.kind == Kind.CHECKBOX:
        return FilterInput(name, field.label, options=((kinds.TICKED, _("yes")), (NO, _("no"))))
    options = tuple((one.key, kinds.word(field, one.key)) for one in field.all_choices)
    return FilterInput(name, field.label if options else _("{name} contains").format(name=field.label), options=options)
