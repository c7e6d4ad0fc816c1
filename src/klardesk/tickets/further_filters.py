"""What ticket lists are narrowed by beside the fields of `filters.Filters`: opposites, states by type, channels, moments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.db.models.lookups import IsNull
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from klardesk.ledger.models import Event
from klardesk.people.models import Person, Realm
from klardesk.tickets import filters, slots
from klardesk.tickets.filter_kinds import WITHOUT, Values, choice, keys_of, text, window
from klardesk.tickets.models import Article, Channel, Priority, State, StateType, Type, Watcher
from klardesk.tickets.names import shown
from klardesk.tickets.scopes import queues_of

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

ALONE = (WITHOUT,)
"""Of the fields that `filters.Filters` has, the opposite alone is added."""
PENDING = (StateType.PENDING_REMINDER, StateType.PENDING_AUTO)


def register() -> None:
    """Put them into their slot."""
    slots.register_list_filter(
        text("number", gettext_lazy("Number"), lambda word, _actor: Q(number__contains=word), order=1, only=("",)),
        choice("queues", gettext_lazy("Queue"), _queues, readable_queues, order=10, only=ALONE),
        choice("queues_below", gettext_lazy("Queue with all below it"), _below, readable_queues, order=11),
        choice("states", gettext_lazy("State"), _by("state_id"), _states, order=12, only=ALONE),
        choice("state_types", gettext_lazy("Type of state"), _state_types, _types_of_states, order=13),
        choice("priority", gettext_lazy("Priority"), _by("priority_id"), _priorities, order=14, only=ALONE),
        choice("type", gettext_lazy("Type"), _by("type_id"), _types, order=15, only=ALONE),
        choice("owner", gettext_lazy("Owner"), partial(filters.owned, "owner_id"), agents, order=16, only=ALONE),
        choice(
            "responsible", gettext_lazy("Responsible"), partial(filters.owned, "responsible_id"), agents, order=17,
            only=ALONE,
        ),
        choice("watcher", gettext_lazy("Watched by"), _watched, agents, order=18),
        choice("locked", gettext_lazy("Lock"), _locked, _locks, order=19, only=("",)),
        choice("created_by", gettext_lazy("Created by"), partial(filters.owned, "created_by_id"), agents, order=20),
        choice("channel", gettext_lazy("Has an article by"), _channels, _all_channels, order=21),
        choice("first_queue", gettext_lazy("Queue at creation"), _at_first("queue"), readable_queues, order=24),
        choice("first_state", gettext_lazy("State at creation"), _at_first("state"), _states, order=25),
        choice("first_priority", gettext_lazy("Priority at creation"), _at_first("priority"), _priorities, order=26),
        choice("first_type", gettext_lazy("Type at creation"), _at_first("type"), _types, order=27),
        text("title", gettext_lazy("Title"), lambda word, _actor: filters.contains("title", word), order=30, only=ALONE),
        text("customer_name", gettext_lazy("Customer"), lambda word, _actor: filters.of_customer(word), order=31, only=ALONE),
        text("company_name", gettext_lazy("Company"), lambda word, _actor: filters.of_company(word), order=32, only=ALONE),
        window("created", gettext_lazy("Created"), _column("created_at"), order=40, ends=("last", "before")),
        window("changed", gettext_lazy("Changed"), _column("changed_at"), order=41, ends=("last", "before")),
        window("closed", pgettext_lazy("a ticket was", "Closed"), _closed, order=42),
        window("written", gettext_lazy("Last article"), _last_article, order=43),
        window(
            "pending", gettext_lazy("Waiting until"), _pending, order=44, ends=("from", "to", "before", "next"),
        ),
    )  # fmt: skip


def _by(column: str) -> Callable[[Values, Actor], Q]:
    return lambda words, _actor: Q(**{f"{column}__in": keys_of(words)})


def _queues(words: Values, _actor: Actor) -> Q:
    return Q(queue_id__in=keys_of(words))


def _below(words: Values, actor: Actor) -> Q:
    """The queues with all whose name begins with theirs."""
    keys = keys_of(words)
    names = tuple(f"{name}::" for key, name, _group, _valid in queues_of(actor) if key in keys)
    return Q(queue_id__in=[key for key, name, _group, _valid in queues_of(actor) if f"{name}::".startswith(names)])


def _state_types(words: Values, _actor: Actor) -> Q:
    return Q(state_id__in=list(State.objects.filter(type__in=words).values_list("pk", flat=True)))


def _watched(words: Values, actor: Actor) -> Q:
    """Nobody watches: no agent does."""
    keys = [*keys_of(words), *([actor.key] if filters.ME in words else [])]
    watchers = Watcher.objects.filter(ticket_id=OuterRef("pk"))
    found = Q(Exists(watchers.filter(person_id__in=keys))) if keys else Q(pk__in=[])
    return found | ~Q(Exists(watchers)) if filters.NOBODY in words else found


def _locked(words: Values, _actor: Actor) -> Q:
    return Q(locked__in=[word == "yes" for word in words if word in ("yes", "no")])


def _channels(words: Values, _actor: Actor) -> Q:
    """SQLite asks for every ticket anew what stands in an EXISTS, so that it gets a list made once; PostgreSQL joins either
    way round, but for NOT IN of a long list.
    """
    written = Article.all_rows.filter(channel__in=words).order_by()
    if connection.vendor == "sqlite":
        return Q(pk__in=written.values("ticket_id"))
    return Q(Exists(written.filter(ticket_id=OuterRef("pk"))))


def _column(column: str) -> Callable[[datetime | None, datetime | None], Q]:
    def within(first: datetime | None, end: datetime | None) -> Q:
        return (Q(**{f"{column}__gte": first}) if first else Q()) & (Q(**{f"{column}__lt": end}) if end else Q())

    return within


def _closed(first: datetime | None, end: datetime | None) -> Q:
    """Closed in the window, by the history: one that was opened again counts too. A closing changes the ticket, so the
    columns leave few to be looked up.
    """
    states = list(State.objects.filter(type=StateType.CLOSED).values_list("pk", flat=True))
    into = _history("ticket.state_changed").filter(_names("state", states), _column("at")(first, end))
    known = (Q(changed_at__gte=first) if first else Q()) & (Q(created_at__lt=end) if end else Q())
    return known & _some(into)


def _at_first(name: str) -> Callable[[Values, Actor], Q]:
    """What tickets came into being with, by the history."""
    first = _history("ticket.created").filter(sequence=1)
    return lambda words, _actor: _some(first.filter(_names(name, keys_of(words))))


def _some(events: QuerySet[Event]) -> Q:
    """Whether there is one, looked up ticket by ticket: PostgreSQL makes a join of an EXISTS, which goes through all events for
    each ticket where it does not know how many there are.
    """
    return Q(IsNull(Subquery(events.order_by().values("pk")[:1]), False))


def _history(kind: str) -> QuerySet[Event]:
    """The events of a kind in the history of the ticket that is asked about."""
    return Event.objects.filter(chain__kind="ticket", chain__key=Cast(OuterRef("pk"), CharField()), kind=kind)


def _names(name: str, keys: Iterable[int]) -> Q:
    """Events that name one of these things under this name."""
    found = Q(pk__in=[])
    for key in keys:
        found |= Q(payload_text__contains=f'"{name}":{{"id":{key},')
    return found


def _last_article(first: datetime | None, end: datetime | None) -> Q:
    articles = Article.all_rows.filter(ticket_id=OuterRef("pk")).order_by()
    found = Q(Exists(articles.filter(created_at__gte=first))) if first else Q(Exists(articles))
    return found & ~Q(Exists(articles.filter(created_at__gte=end))) if end else found


def _pending(first: datetime | None, end: datetime | None) -> Q:
    waiting = list(State.objects.filter(type__in=PENDING).values_list("pk", flat=True))
    return Q(state_id__in=waiting) & _column("pending_until")(first, end)


def readable_queues(actor: Actor) -> Sequence[tuple[str, str]]:
    """Those whose tickets the actor's lists show."""
    readable = None if actor.kind == "system" else actor.groups_with("ro")
    return [(str(key), name) for key, name, group, _valid in queues_of(actor) if readable is None or group in readable]


def agents(_actor: Actor) -> Sequence[tuple[str, str]]:
    """The reader, nobody, and every agent; agents know one another."""
    people = Person.objects.filter(realm=Realm.AGENT).order_by("-valid", "last_name", "first_name", "login")
    return [(filters.ME, _("me")), (filters.NOBODY, _("nobody")), *((str(one.pk), one.full_name) for one in people)]


def _states(_actor: Actor) -> Sequence[tuple[str, str]]:
    return [(str(one.pk), shown(one)) for one in State.objects.order_by("order", "name")]


def _types_of_states(_actor: Actor) -> Sequence[tuple[str, str]]:
    return [(value, str(label)) for value, label in StateType.choices]


def _priorities(_actor: Actor) -> Sequence[tuple[str, str]]:
    return [(str(one.pk), shown(one)) for one in Priority.objects.order_by("level")]


def _types(_actor: Actor) -> Sequence[tuple[str, str]]:
    return [(str(one.pk), one.name) for one in Type.objects.order_by("name")]


def _locks(_actor: Actor) -> Sequence[tuple[str, str]]:
    return [("yes", _("locked")), ("no", _("not locked"))]


def _all_channels(_actor: Actor) -> Sequence[tuple[str, str]]:
    return [(value, str(label)) for value, label in Channel.choices]
