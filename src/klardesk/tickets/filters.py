"""What narrows a ticket list, as it stands in the address: fields together, the values of one field as alternatives."""

from __future__ import annotations

from dataclasses import dataclass, fields
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

if TYPE_CHECKING:
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
YES = "yes"
TEXTS = ("title", "customer_name", "company_name")
DAYS = {"created": "created_at", "changed": "changed_at"}
"""Fields of whole days, each with a first (`created_from`) and a last one (`created_to`), either of which may be missing."""
FIRST_YEAR, LAST_YEAR = 1970, 9998


@dataclass(frozen=True, slots=True)
class Filters:
    """Values by field; an empty field narrows nothing. Days are whole ones in the reader's time zone. `further` are fields of
    other rooms, each with the room that knows what it means.
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
    further: tuple[tuple[ListFields, FieldFilter], ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))

    @property
    def ranges_alone(self) -> bool:
        """Whether nothing but queues and states is narrowed: those are whole ranges of an index."""
        return not any(getattr(self, one.name) for one in fields(self) if one.name not in ("queues", "states"))


FIELDS = tuple(one.name for one in fields(Filters) if one.name != "further")


def filters_of(parameters: QueryDict) -> Filters:
    """The filters of an address; what cannot be read is passed over."""
    values: dict[str, Any] = {name: tuple(_keys(parameters, name)) for name in KEYS}
    values |= {name: tuple(_agents(parameters, name)) for name in AGENTS}
    values |= {name: " ".join(parameters.get(name, "").replace("\x00", "").split())[:LONGEST] for name in TEXTS}
    for name in DAYS:
        values |= {f"{name}_{end}": day_of(parameters.get(f"{name}_{end}", "")) for end in ("from", "to")}
    sources = list_fields() if any(map(is_field, parameters)) else ()
    further = ((source, one) for source in sources for one in source.read(parameters))
    return Filters(**values, unread=parameters.get("unread") == YES, further=tuple(further))


def condition(filters: Filters, actor: Actor) -> Q:
    """The tickets that the filters leave, as a condition on tickets."""
    found = Q()
    for name, column in KEYS.items():
        if keys := getattr(filters, name):
            found &= Q(**{f"{column}__in": keys})
    for name, column in AGENTS.items():
        if words := getattr(filters, name):
            found &= _owned(column, words, actor)
    if filters.title:
        found &= _contains("title", filters.title)
    if filters.customer_name:
        found &= _of_customer(filters.customer_name)
    if filters.company_name:
        named = _contains("name", filters.company_name) | Q(number__iexact=filters.company_name)
        found &= Q(company_id__in=Company.objects.filter(named).values("pk"))
    for name, column in DAYS.items():
        found &= between(column, getattr(filters, f"{name}_from"), getattr(filters, f"{name}_to"))
    if filters.unread:
        found &= unread(actor)
    return reduce(and_, (source.condition(wanted) for source, wanted in filters.further), found)


def unread(actor: Actor) -> Q:
    """Tickets that are unread to the actor: not read to their end, or not ended and never opened."""
    seen = TicketSeen.objects.filter(person_id=actor.key, ticket_id=OuterRef("pk"))
    opened = Exists(seen) | ~Q(state__type__in=ENDED_TYPES)
    return ~Exists(seen.filter(articles__gte=OuterRef("article_count"))) & opened


def _owned(column: str, words: tuple[str, ...], actor: Actor) -> Q:
    keys = {actor.key if word == ME else int(word) for word in words if word != NOBODY}
    found = Q(**{f"{column}__in": keys}) if keys else Q(pk__in=[])
    return found | Q(**{f"{column}__isnull": True}) if NOBODY in words else found


def _contains(column: str, text: str) -> Q:
    """In any case; SQLite tells the case of plain letters alone, so that others are asked for in the usual ones."""
    variants = {text, text.lower(), text.upper(), text.capitalize()} if not text.isascii() else {text}
    found = Q()
    for variant in sorted(variants):
        found |= Q(**{f"{column}__icontains": variant})
    return found


def _of_customer(text: str) -> Q:
    """Customers in whose name, login or address each word is found; or the login of one whom the desk does not know."""
    people = Person.objects.filter(realm=Realm.CUSTOMER)
    for word in text.split()[:5]:
        people = people.filter(
            _contains("first_name", word) | _contains("last_name", word) | Q(login_key__contains=word.casefold())
            | Q(email_key__contains=word.lower())
        )  # fmt: skip
    return Q(customer_id__in=people.values("pk")) | Q(customer_id__isnull=True, customer_login__icontains=text)


def between(column: str, first: date | None, last: date | None) -> Q:
    """From the beginning of a day to the end of another, in the reader's time zone; either may be missing."""
    zone, found = timezone.get_current_timezone(), Q()
    if first is not None:
        found &= Q(**{f"{column}__gte": datetime.combine(first, time.min, tzinfo=zone)})
    if last is not None:
        found &= Q(**{f"{column}__lt": datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone)})
    return found


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
