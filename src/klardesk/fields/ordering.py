"""How ticket lists are put in order by a field (`tickets.field_slots.FieldOrder`).

Texts by their beginning in small letters, days and moments by themselves, boxes with those that are not ticked first,
dropdowns as their choices stand in the field, those that are no longer offered last. A multiselect has no order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, TextField
from django.db.models import Value as Constant
from django.db.models.functions import Coalesce, Concat, NullIf, StrIndex

from klardesk.fields.models import DAYS, LOOKUP, Field, Kind, Value

if TYPE_CHECKING:
    from klardesk.tickets.managers import TicketQuerySet

END = "\n"
"""Behind each key of a dropdown: no key has it."""
WALKED = 500
"""So many values are read in their order before the tickets are put in order one and all."""
MOST_RANGES = 40
"""More choices than these are not read one by one."""
_RANGE = """SELECT * FROM (SELECT %s AS place, object_id FROM fields_value
WHERE field_id = %s AND lookup = %s AND text = %s ORDER BY object_id {turn} LIMIT {limit:d}) AS part"""


def order_of(field: Field) -> ByField | None:
    """The order by a field, None if it has none."""
    return None if field.kind == Kind.MULTISELECT else ByField(field)


@dataclass(frozen=True, slots=True)
class ByField:
    """The order by one field."""

    field: Field

    def expression(self) -> Any:
        """The value of each ticket, found by the unique index over field, object and position."""
        rows = self._rows().filter(object_id=OuterRef("pk"), position=0)
        if self.field.kind == Kind.CHECKBOX:
            return Coalesce(Subquery(rows.values("number")), 0)
        if self.field.kind == Kind.DROPDOWN:
            return Subquery(_with_place(rows, self.field).values("place"))
        return Subquery(rows.values(self._column))

    def window(self, tickets: TicketQuerySet, *, descending: bool, start: int, count: int) -> list[int] | None:
        """The first values are read as an index has them in order; three queries at most.

        That is a page where many of the list's tickets have a value, and where few have one at all. A list of few tickets
        among many others is soon put in order as a whole.
        """
        if self.field.kind == Kind.CHECKBOX and not descending:
            return self._unticked(tickets, start, count)
        if len(self.field.choices) > MOST_RANGES:
            return None
        sign = "-" if descending else ""
        walked = self._walked(sign)
        there = set(tickets.filter(pk__in=walked).order_by().values_list("pk", flat=True))
        keys = [key for key in walked if key in there]
        missing = start + count - len(keys)
        if missing <= 0:
            return keys[start : start + count]
        if len(walked) == WALKED:
            return None
        others = tickets.exclude(pk__in=keys).order_by(f"{sign}pk").values_list("pk", flat=True)
        return [*keys[start:], *others[max(start - len(keys), 0) : missing]]

    def _walked(self, sign: str) -> list[int]:
        """Of the field's values in order the keys of the first WALKED tickets, whoever may see them."""
        if self.field.kind == Kind.DROPDOWN:
            return _by_choice(self.field, "DESC" if sign else "ASC")
        ordered = self._rows().order_by(f"{sign}{self._column}", f"{sign}object_id")
        return list(ordered.values_list("object_id", flat=True)[:WALKED])

    def _unticked(self, tickets: TicketQuerySet, start: int, count: int) -> list[int] | None:
        others = tickets.filter(~Exists(self._rows().filter(object_id=OuterRef("pk")))).order_by("pk")
        keys = list(others.values_list("pk", flat=True)[start : start + count])
        return keys if len(keys) == count else None

    @property
    def _column(self) -> str:
        return "moment" if self.field.kind in DAYS else "lookup"

    def _rows(self) -> QuerySet[Value]:
        rows: QuerySet[Value] = Value.objects.unscoped("puts in order what its reader lists").filter(field=self.field)
        return rows


def _with_place(rows: QuerySet[Value], field: Field) -> Any:
    """With the place of each value among all keys in one text: to search that is quicker than many comparisons."""
    keys = END + "".join(f"{one.key}{END}" for one in field.all_choices)
    key = Concat(Constant(END), F("text"), Constant(END), output_field=TextField())
    place = StrIndex(Constant(keys, output_field=TextField()), key)
    return rows.annotate(place=NullIf(place, Constant(0)))


def _by_choice(field: Field, turn: str) -> list[int]:
    """The first tickets of each choice, by the index over field and value, put together; one query, none without choices."""
    parameters: list[Any] = []
    for place, one in enumerate(field.all_choices):
        parameters += [place, field.pk, one.key.casefold()[:LOOKUP], one.key]
    if not parameters:
        return []
    parts = " UNION ALL ".join([_RANGE.format(turn=turn, limit=WALKED)] * len(field.choices))
    with connection.cursor() as cursor:
        sql = f"SELECT object_id FROM ({parts}) AS merged ORDER BY place {turn}, object_id {turn} LIMIT {WALKED:d}"  # noqa: S608
        cursor.execute(sql, parameters)
        return [key for (key,) in cursor.fetchall()]
