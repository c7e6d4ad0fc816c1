"""What narrows a ticket list, as it stands in the address: fields together, the values of one field as alternatives."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from klardesk.people.models import Company, Person, Realm
from klardesk.tickets.field_slots import FieldFilter, ListFields, is_field, list_fields
from klardesk.tickets.models import ENDED_TYPES
from klardesk.tickets.seen import TicketSeen
from klardesk.tickets.slots import filter_parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from django.http import QueryDict

    from klardesk.access.actor import Actor

MOST = 50
"""More values of one field than these are passed over."""
LONGEST = 100
KEYS = {
    "queues": "queue_id", "states": "state_id", "priority": "priority_id", "type": "type_id", "customer": "customer_id",
    "company": "company_id",
}  # fmt: skip
"""Fields whose values are keys of rows, with their column."""
AGENTS = {"owner": "owner_id", "responsible": "responsible_id"}
"""Fields whose values are keys of agents, or one of ME and NOBODY."""
ME, NOBODY = "me", "none"
YES, ALL = "yes", "all"
TEXTS = ("title", "customer_name", "company_name")
DAYS = {"created": "created_at", "changed": "changed_at"}
"""Fields of whole days, each with a first (`created_from`) and a last one (`created_to`), either of which may be missing."""
FIRST_YEAR, LAST_YEAR = 1970, 9998
MOST_DAYS = 36_500
_CHOICE = re.compile(r"[\w.-]{1,60}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Filters:
    """Values by field; an empty field narrows nothing. Days are whole ones in the reader's time zone.

    `further` has the values of filters that came by their slot, by the parameters of the address; `own_fields` are those of
    fields of one's own, each with the room that knows what it means. `archived` is YES for archived tickets alone, ALL for them
    too, and empty for none of them; the list asks for it (`queries.listing`), not `condition`.
    """

    queues: tuple[int, ...] = ()
    states: tuple[int, ...] = ()
    priority: tuple[int, ...] = ()
    type: tuple[int, ...] = ()
    customer: tuple[int, ...] = ()
    company: tuple[int, ...] = ()
    owner: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    title: str = ""
    customer_name: str = ""
    company_name: str = ""
    created_from: date | None = None
    created_to: date | None = None
    changed_from: date | None = None
    changed_to: date | None = None
    unread: bool = False
    archived: str = ""
    further: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    own_fields: tuple[tuple[ListFields, FieldFilter], ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))

    @property
    def ranges_alone(self) -> bool:
        """Whether nothing but queues, states and the archive is narrowed: those are whole ranges of an index."""
        return not any(
            getattr(self, one.name) for one in fields(self) if one.name not in ("queues", "states", "archived")
        )


FIELDS = tuple(one.name for one in fields(Filters) if one.name not in ("further", "own_fields"))


def names(parameters: Iterable[str]) -> tuple[str, ...]:
    """Every parameter of an address that narrows a list; of fields of one's own those that are among these `parameters`."""
    return (*FIELDS, *filter_parameters(), *sorted(filter(is_field, parameters)))


def filters_of(parameters: QueryDict) -> Filters:
    """The filters of an address; what cannot be read is passed over."""
    values: dict[str, Any] = {name: tuple(_keys(parameters, name)) for name in KEYS}
    values |= {name: tuple(_agents(parameters, name)) for name in AGENTS}
    values |= {name: " ".join(parameters.get(name, "").replace("\x00", "").split())[:LONGEST] for name in TEXTS}
    for name in DAYS:
        values |= {f"{name}_{end}": day_of(parameters.get(f"{name}_{end}", "")) for end in ("from", "to")}
    sources = list_fields() if any(map(is_field, parameters)) else ()
    own = ((source, one) for source in sources for one in source.read(parameters))
    unread, archived = parameters.get("unread") == YES, parameters.get("archived", "")
    values |= {"unread": unread, "archived": archived if archived in (YES, ALL) else ""}
    return Filters(**values, further=dict(_further(parameters)), own_fields=tuple(own))


def condition(filters: Filters, actor: Actor) -> Q:
    """The tickets that the filters leave, as a condition on tickets."""
    found = Q()
    for name, column in KEYS.items():
        if keys := getattr(filters, name):
            found &= Q(**{f"{column}__in": keys})
    for name, column in AGENTS.items():
        if words := getattr(filters, name):
            found &= owned(column, words, actor)
    if filters.title:
        found &= contains("title", filters.title)
    if filters.customer_name:
        found &= of_customer(filters.customer_name)
    if filters.company_name:
        found &= of_company(filters.company_name)
    for name, column in DAYS.items():
        found &= between(column, getattr(filters, f"{name}_from"), getattr(filters, f"{name}_to"))
    if filters.unread:
        found &= unread(actor)
    found = found & _furthered(filters, actor) if filters.further else found
    return reduce(and_, (source.condition(wanted) for source, wanted in filters.own_fields), found)


def unread(actor: Actor) -> Q:
    """Tickets that are unread to the actor: not read to their end, or not ended and never opened."""
    seen = TicketSeen.objects.filter(person_id=actor.key, ticket_id=OuterRef("pk"))
    opened = Exists(seen) | ~Q(state__type__in=ENDED_TYPES)
    return ~Exists(seen.filter(articles__gte=OuterRef("article_count"))) & opened


def _further(parameters: QueryDict) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The clean values of the slot's parameters, in the address's order."""
    known = filter_parameters()
    for name in parameters:
        if name in known and (values := _clean(known[name].parameters[name].kind, parameters.getlist(name)[:MOST])):
            yield name, values


def _clean(kind: str, words: list[str]) -> tuple[str, ...]:
    if kind == "choice":
        return tuple(dict.fromkeys(word for word in words if _CHOICE.fullmatch(word)))
    word = " ".join(words[-1].replace("\x00", "").split())[:LONGEST] if words else ""
    if kind == "day":
        day = day_of(word)
        return (day.isoformat(),) if day else ()
    if kind == "days":
        return (str(int(word)),) if _is_key(word) and int(word) <= MOST_DAYS else ()
    return (word,) if word else ()


def _furthered(filters: Filters, actor: Actor) -> Q:
    """Each filter is asked once, with all its parameters that are there."""
    known, values, found = filter_parameters(), dict[str, dict[str, tuple[str, ...]]](), Q()
    for name, words in filters.further.items():
        values.setdefault(known[name].key, {})[name] = words
    for words_by_name in values.values():
        found &= known[next(iter(words_by_name))].condition(words_by_name, actor)
    return found


def owned(column: str, words: tuple[str, ...], actor: Actor) -> Q:
    """Tickets whose agent in the column is one of these: keys, ME, NOBODY; others are passed over."""
    keys = {actor.key if word == ME else int(word) for word in words if word == ME or _is_key(word)}
    found = Q(**{f"{column}__in": keys}) if keys else Q(pk__in=[])
    return found | Q(**{f"{column}__isnull": True}) if NOBODY in words else found


def contains(column: str, text: str) -> Q:
    """In any case; SQLite tells the case of plain letters alone, so that others are asked for in the usual ones."""
    variants = {text, text.lower(), text.upper(), text.capitalize()} if not text.isascii() else {text}
    found = Q()
    for variant in sorted(variants):
        found |= Q(**{f"{column}__icontains": variant})
    return found


def of_customer(text: str) -> Q:
    """Customers in whose name, login or address each word is found; or the login of one whom the desk does not know."""
    people = Person.objects.filter(realm=Realm.CUSTOMER)
    for word in text.split()[:5]:
        people = people.filter(
            contains("first_name", word) | contains("last_name", word) | Q(login_key__contains=word.casefold())
            | Q(email_key__contains=word.lower())
        )  # fmt: skip
    return Q(customer_id__in=people.values("pk")) | Q(customer_id__isnull=True, customer_login__icontains=text)


def of_company(text: str) -> Q:
    """Tickets of companies whose name contains the text, or whose number it is."""
    named = contains("name", text) | Q(number__iexact=text)
    return Q(company_id__in=Company.objects.filter(named).values("pk"))


def between(column: str, first: date | None, last: date | None) -> Q:
    """From the beginning of a day to the end of another, in the reader's time zone; either may be missing."""
    found = Q()
    if first is not None:
        found &= Q(**{f"{column}__gte": day_begins(first)})
    if last is not None:
        found &= Q(**{f"{column}__lt": day_begins(last + timedelta(days=1))})
    return found


def day_begins(day: date) -> datetime:
    """Midnight in the reader's time zone."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def _keys(parameters: QueryDict, name: str) -> list[int]:
    words = parameters.getlist(name)[:MOST]
    return sorted({int(word) for word in words if _is_key(word)})


def _agents(parameters: QueryDict, name: str) -> list[str]:
    words = parameters.getlist(name)[:MOST]
    return list(dict.fromkeys(word for word in words if word in (ME, NOBODY) or _is_key(word)))


def _is_key(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= 18


def day_of(word: str) -> date | None:
    """A day as an address bears it, or None."""
    try:
        day = date.fromisoformat(word)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None
