"""Reading tickets: by number, list rows in columns, counters, and who may own a ticket. Filters stand here alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, Value

from klardesk.base import clock
from klardesk.base.kept import Kept
from klardesk.base.prepared import Prepared
from klardesk.base.statements import fetched
from klardesk.ledger.queries import Entry, history
from klardesk.people.models import Company, CompanyMembership, Person, Realm, login_key
from klardesk.tickets import ordered
from klardesk.tickets.counters import counts
from klardesk.tickets.events import chain_of
from klardesk.tickets.filters import ALL, YES, Filters, condition
from klardesk.tickets.models import ENDED_TYPES, DeletedTicket, Link, Queue, StateType, Ticket, Type
from klardesk.tickets.scopes import decided, listed_queues, queues_of
from klardesk.tickets.sorts import keys_in_order, sorted_by

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from klardesk.access.actor import Actor
    from klardesk.tickets.managers import TicketQuerySet

MANY = 1_000_000
"""More events than a ticket has."""
COUNTED = 1000
"""How far the side panel of a customer counts."""
HOPS = 10
"""How many merges a number is followed through (contract 2.3)."""

EXPORTED = (
    "pk", "number", "title", "state__name", "priority__name", "queue__name", "owner__first_name", "owner__last_name",
    "owner__login",
    "customer__first_name", "customer__last_name", "customer_login", "company__name", "created_at", "changed_at", "pending_until",
    "archived",
)  # fmt: skip
"""What a list says of a ticket in a file."""
READ_AT_ONCE = 500

STATES_OF = {"new": (StateType.NEW,), "reminder": (StateType.PENDING_REMINDER,), "closed": (StateType.CLOSED,)}
"""What a list's choice of states means; `open` is every state that is not ended, `all` every state."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Which tickets a list shows. `queues` None means every queue in the actor's reach; `state` is `open`, `all` or a
    key of STATES_OF; `view` is empty or a key of VIEWS; `filters` narrow further.
    """

    queues: frozenset[int] | None = None
    state: str = "open"
    view: str = ""
    filters: Filters = field(default_factory=Filters)


VIEWS: dict[str, Callable[[Actor], Q]] = {
    "mine": lambda actor: Q(owner_id=actor.person_id),
    "locked": lambda actor: Q(owner_id=actor.person_id, locked=True),
    "responsible": lambda actor: Q(responsible_id=actor.person_id),
    "watched": lambda actor: Q(watchers__person_id=actor.person_id),
    "unassigned": lambda _actor: Q(owner=None),
    "reminded": lambda actor: Q(owner_id=actor.person_id, pending_until__lte=clock.now()),
}


def listing(actor: Actor, chosen: Listing) -> TicketQuerySet:
    """The tickets of a list, within what lists show the actor."""
    tickets = Ticket.objects.listed_for(actor)
    if chosen.queues is not None:
        tickets = tickets.filter(queue_id__in=chosen.queues)
    if chosen.state != "all":
        tickets = tickets.filter(state_id__in=state_ids(actor, chosen.state))
    tickets = tickets.filter(_of_archive(chosen))
    if chosen.view:
        tickets = tickets.filter(VIEWS[chosen.view](actor))
    return tickets.filter(condition(chosen.filters, actor)) if chosen.filters else tickets


def _of_archive(chosen: Listing) -> Q:
    """What the list shows of the archive. Tickets that are not ended are never there, so lists of them need not ask."""
    wanted, numbers = chosen.filters.archived, chosen.filters.further.get("number", ())
    if wanted == ALL or (not wanted and chosen.state not in ("closed", "all")):
        return Q()
    left = Q(archived__in=[wanted == YES])  # `in`: SQLite takes NOT for no range of an index
    return left | Q(number__in=numbers) if numbers else left


def ticket_by_number(number: str, actor: Actor) -> Ticket | None:
    """The ticket of this number that the actor may open, a merged one followed to where it went; None if there is none."""
    found = Ticket.objects.visible_to(actor).filter(number=number).first()
    return None if found is None else followed(found, actor)


def followed(ticket: Ticket, actor: Actor) -> Ticket | None:
    """The ticket that a merged one went into, through at most HOPS merges; None if the last is not the actor's to see."""
    for _hop in range(HOPS):
        if ticket.merged_into_id is None:
            return ticket
        following = Ticket.objects.visible_to(actor).filter(pk=ticket.merged_into_id).first()
        if following is None:
            return None
        ticket = following
    return None


def rows(tickets: TicketQuerySet) -> Any:
    """The list's columns of these tickets, as dictionaries: one query, no objects. What is unread is not asked."""
    return tickets.values(*(name for name in ordered.COLUMNS if name != "unread"), unread=Value(False))


def page_rows(
    actor: Actor, chosen: Listing, sort: str, *, descending: bool, start: int, count: int
) -> list[dict[str, Any]]:
    """`count` rows of a list from place `start`, in the order of `sorted_by`: the keys by `keys_in_order`, then the rows.

    Lists by age or change, the usual ones, cost the same however many tickets they hold, and one query.
    """
    window: dict[str, Any] = {"descending": descending, "start": start, "count": count}
    merged = _merged(actor, chosen, sort, **window)
    if merged is not None:
        return ordered.rows_of(merged, actor.key)
    keys = keys_in_order(listing(actor, chosen), sort, **window)
    return ordered.rows_by_key(keys, listed_queues(actor), actor.key)


def exported_rows(actor: Actor, chosen: Listing, sort: str, *, descending: bool) -> Iterator[tuple[Any, ...]]:
    """All tickets of a list as rows of EXPORTED, in the order of `sorted_by`, read bit by bit by one query."""
    tickets = sorted_by(listing(actor, chosen), sort, descending).values_list(*EXPORTED)
    found: Iterator[tuple[Any, ...]] = tickets.iterator(READ_AT_ONCE)
    return found


def _merged(actor: Actor, chosen: Listing, sort: str, **window: Any) -> ordered.Ordered | None:
    """The tickets by ranges of an index; None where the list is not made of whole ranges."""
    reach, filters = listed_queues(actor), chosen.filters
    if reach is None or not ordered.is_ordered(sort) or chosen.view or not filters.ranges_alone:
        return None
    queues = reach if chosen.queues is None else reach & chosen.queues
    queues = queues & set(filters.queues) if filters.queues else queues
    states = [key for key in state_ids(actor, chosen.state) if not filters.states or key in filters.states]
    archived = None if filters.archived == ALL else filters.archived == YES
    ended = set(state_ids(actor, "all")) - set(state_ids(actor, "open"))
    return ordered.merged(sorted(queues), states, sort, archived=archived, ended=ended, **window)


def unended() -> Q:
    """Tickets that still need work: neither closed nor merged nor removed."""
    return ~Q(state__type__in=ENDED_TYPES)


@dataclass
class QueueNode:
    """A queue in the tree with the number of its unended tickets, and of those in all queues below it."""

    id: int | None
    name: str
    full_name: str
    own: int = 0
    total: int = 0
    children: list[QueueNode] = field(default_factory=list)


def queue_tree(actor: Actor, counted: bool = True) -> list[QueueNode]:
    """The queues whose tickets the actor's lists show, as a tree, with counters if wanted: three queries.

    A level that the actor may not see, or that no queue bears, is shown by its name alone (id None).
    """
    groups = None if actor.kind == "system" else actor.groups_with("ro")
    open_tickets = _open_counts(actor) if counted else {}
    nodes: dict[str, QueueNode] = {}
    roots: list[QueueNode] = []
    for key, name, group, valid in queues_of(actor):
        if valid and (groups is None or group in groups):
            node = _node(name, nodes, roots)
            node.id, node.own = key, open_tickets.get(key, 0)
    for root in roots:
        _sum_up(root)
    return roots


def _open_counts(actor: Actor) -> Mapping[int, int]:
    """Served by an index alone: states as plain ids, so that closed tickets are never walked."""
    states, reach = state_ids(actor, "open"), listed_queues(actor)
    if reach is not None:
        return counts(sorted(reach), states)
    grouped = Ticket.objects.listed_for(actor).filter(state_id__in=states).order_by().values("queue_id")
    return {row["queue_id"]: row["count"] for row in grouped.annotate(count=Count("pk"))}


def state_ids(actor: Actor, which: str) -> list[int]:
    """Keys of the states of `new`, `open` (all that still need work), `reminder`, `closed`, or `all` tickets, as they were
    when the actor first asked.
    """
    states = actor.once("states", _STATES.get)
    if which == "all":
        return [key for key, _type in states]
    if which == "open":
        return [key for key, type_ in states if type_ not in ENDED_TYPES]
    return [key for key, type_ in states if type_ in STATES_OF[which]]


_STATES: Kept[tuple[tuple[int, str], ...]] = Kept(
    lambda: tuple(fetched("SELECT id, type FROM tickets_state ORDER BY id")), "tickets.State"
)


def _node(full_name: str, nodes: dict[str, QueueNode], roots: list[QueueNode]) -> QueueNode:
    if full_name in nodes:
        return nodes[full_name]
    above, _sep, name = full_name.rpartition("::")
    node = nodes[full_name] = QueueNode(None, name, full_name)
    (_node(above, nodes, roots).children if above else roots).append(node)
    return node


def _sum_up(node: QueueNode) -> int:
    node.total = node.own + sum(_sum_up(child) for child in node.children)
    return node.total


def queues_with(actor: Actor, right: str) -> Iterable[Queue]:
    """Valid queues on which the actor holds a right (`create`, `move_into` …), by name."""
    queues = Queue.objects.filter(valid=True).order_by("name")
    return queues if actor.kind == "system" else queues.filter(group_id__in=actor.groups_with(right))


def types() -> list[Type]:
    """The valid types of tickets, by name; a desk that uses none has none."""
    return list(Type.objects.filter(valid=True).order_by("name"))


_HAS_TYPES: Kept[bool] = Kept(lambda: Type.objects.filter(valid=True).exists(), "tickets.Type")


def has_types() -> bool:
    """Whether there is a valid type to choose."""
    return _HAS_TYPES.get()


def possible_owners(*queues: Queue) -> Iterable[Person]:
    """Valid agents who hold `owner` or `rw` on the group of one of the queues, directly or by a role, by name."""
    return agents_with(queues, ("owner", "rw"))


def agents_with(queues: Sequence[Queue], rights: Sequence[str]) -> Iterable[Person]:
    """Valid agents who hold one of these rights on the group of one of the queues, directly or by a role, by name."""
    groups = {queue.group_id for queue in queues}
    direct = Q(grants__group__in=groups, grants__right__in=rights)
    by_role = Q(role_memberships__role__valid=True, role_memberships__role__grants__group__in=groups,
                role_memberships__role__grants__right__in=rights)  # fmt: skip
    agents = Person.objects.filter(realm=Realm.AGENT, valid=True)
    keys = agents.filter(direct).values("pk").union(agents.filter(by_role).values("pk"))
    return Person.objects.filter(pk__in=[row["pk"] for row in keys]).order_by("last_name", "first_name", "login")


def open_tickets_of(customer_id: int | None, company_id: int | None, actor: Actor) -> tuple[int, int]:
    """How many unended tickets of this customer, and of this company, an agent's lists show; one query each.

    Counted up to COUNTED, which then means "so many or more": a large company's tickets are not walked for a side panel.
    """
    reach = (sorted(listed_queues(actor) or ()), state_ids(actor, "open"))
    of_customer = _OF_CUSTOMER.count(customer_id, *reach) if customer_id else 0
    of_company = _OF_COMPANY.count(company_id, *reach) if company_id else 0
    return of_customer, of_company


def in_reach(queues: list[int], states: list[int], **whose: int) -> Any:
    """Keys of the tickets of these queues and states, of whom `whose` names, that are not archived; COUNTED at most. For a
    prepared query.
    """
    listed = Ticket.objects.unscoped("of queues that the actor's lists show")
    return (
        listed.filter(queue_id__in=queues, state_id__in=states, archived__in=[False], **whose)
        .order_by()
        .values_list("pk")[:COUNTED]
    )


_OF_CUSTOMER = Prepared[Any](lambda key, queues, states: in_reach(queues, states, customer_id=key))
_OF_COMPANY = Prepared[Any](lambda key, queues, states: in_reach(queues, states, company_id=key))
_LINKS_OF: Prepared[Link] = Prepared(
    lambda key, same: Link.objects.filter(Q(source_id=key) | Q(target_id=same)).order_by("type", "pk")
)
_MERGED_INTO: Prepared[int] = Prepared(
    lambda keys: Ticket.all_rows.filter(merged_into_id__in=keys).order_by().values_list("pk", flat=True)
)


def linked_tickets(ticket: Ticket, actor: Actor) -> list[tuple[Link, Ticket]]:
    """The links of a ticket with the ticket at the other end, where the actor may open that one; two queries."""
    links = _LINKS_OF.rows(ticket.pk, ticket.pk)
    if not links:
        return []
    ends = [(link, link.target_id if link.source_id == ticket.pk else link.source_id) for link in links]
    found = Ticket.objects.visible_to(actor).filter(pk__in=[other for _link, other in ends]).select_related("state")
    tickets: dict[int, Ticket] = {other.pk: other for other in found}
    return [(link, tickets[other]) for link, other in ends if other in tickets]


def merged_tickets(ticket: Ticket, actor: Actor) -> list[Ticket]:
    """The tickets that were merged into this one, directly or through others, as far as the actor may open them."""
    found: list[int] = []
    level = [ticket.pk]
    for _hop in range(HOPS):
        level = _MERGED_INTO.rows(level)
        if not level:
            break
        found += level
    return list(Ticket.objects.visible_to(actor).filter(pk__in=found).order_by("pk")) if found else []


def open_to(
    tickets: Iterable[Ticket], actor: Actor, watchers: Mapping[int, Collection[int]] | None = None
) -> set[int]:
    """Keys of those of these tickets that the actor may open; no query where the rows' own columns decide, else one.

    With the `watchers` of each ticket, watching is no question to the database either (see `scopes.decided`).
    """
    answers = {one.pk: decided(actor, one, "ro", watchers[one.pk] if watchers is not None else None) for one in tickets}
    found, asked = {key for key, answer in answers.items() if answer}, [key for key, answer in answers.items() if answer is None]
    return found | visible_ids(asked, actor) if asked else found


def visible_ids(ids: Iterable[int], actor: Actor) -> set[int]:
    """Which of these tickets the actor may open; one query."""
    return set(Ticket.objects.visible_to(actor).filter(pk__in=list(ids)).values_list("pk", flat=True))


def customers_matching(words: str, limit: int = 12) -> list[Person]:
    """Valid customers whose name, login, address or company contains each word, by name; two queries, for agents."""
    people = Person.objects.filter(realm=Realm.CUSTOMER, valid=True)
    for word in words.split()[:5]:
        key = login_key(word)
        people = people.filter(
            Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(login_key__contains=key)
            | Q(email_key__contains=word.lower())
            | Q(pk__in=CompanyMembership.objects.filter(company__name__icontains=word).values("person_id"))
        )  # fmt: skip
    return list(people.prefetch_related("memberships__company").order_by("last_name", "first_name", "pk")[:limit])


def customer_named(text: str) -> Person | None:
    """The valid customer with this login, else the only one with this address."""
    people = Person.objects.filter(realm=Realm.CUSTOMER, valid=True)
    by_login = people.filter(login_key=login_key(text)).first() if text else None
    if by_login or not text:
        return by_login
    by_address = list(people.filter(email_key=text.lower())[:2])
    return by_address[0] if len(by_address) == 1 else None


def primary_company(person: Person | None) -> Company | None:
    """The primary company of a customer, else the first, else none."""
    if person is None:
        return None
    return (
        Company.objects.filter(memberships__person=person, valid=True).order_by("-memberships__primary", "pk").first()
    )


def history_by_number(number: str) -> list[Entry] | None:
    """The whole history, oldest first, of the ticket that bears or bore this number; None if there never was one.

    For the command line, which sees everything.
    """
    found = Ticket.all_rows.filter(number=number).values_list("pk", flat=True).first()
    key = found or DeletedTicket.objects.filter(number=number).values_list("ticket_id", flat=True).first()
    return None if key is None else history(chain_of(key), limit=MANY)


def articles_by_message_id(digests: Sequence[str]) -> list[tuple[str, int]]:
    """Digest and ticket of the articles that bear one of these Message-ID digests, for follow-up recognition by mail."""
    marks = ", ".join(["%s"] * len(digests))
    return fetched(
        f"SELECT message_id_digest, ticket_id FROM tickets_article WHERE message_id_digest IN ({marks})",  # noqa: S608
        digests,
    )
