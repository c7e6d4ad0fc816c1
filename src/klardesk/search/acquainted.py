"""Customers and companies that a question finds, as far as the actor may know of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from klardesk.base.prepared import Prepared
from klardesk.base.statements import fetched
from klardesk.people.models import Company, CompanyMembership, Person
from klardesk.search.engines import engine
from klardesk.tickets.models import Ticket
from klardesk.tickets.scopes import listed_queues
from klardesk.web.jinja import query, url

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

SCANNED = 200
"""Of so many that the words find, those are shown that the actor may know of."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something found: what it is, its name, what tells it from others, and where it leads."""

    kind: Literal["ticket", "customer", "company"]
    label: str
    note: str
    address: str


_PEOPLE: Prepared[Person] = Prepared(
    lambda keys: Person.objects.filter(pk__in=keys).order_by("-valid", "last_name", "first_name", "pk")
    .only("login", "first_name", "last_name", "email")
)  # fmt: skip
_COMPANIES: Prepared[Any] = Prepared(
    lambda keys: (
        Company.objects.filter(pk__in=keys).order_by("-valid", "name", "pk").values_list("pk", "name", "number")
    )
)
_OF: Prepared[Any] = Prepared(
    lambda keys: CompanyMembership.objects.filter(person_id__in=keys).order_by("-primary", "pk")
    .values_list("person_id", "company__name")
)  # fmt: skip


def known_to(actor: Actor, question: str, wanted: bool, limit: int) -> list[Suggestion]:
    """Customers, then companies; `question` is the engine's. Agents alone know any, and nobody all that a word is not in."""
    if actor.kind not in ("agent", "system") or not wanted:
        return []
    people = _keys(actor, question, "person_id", "customer_id")[:limit]
    companies = _keys(actor, question, "company_id", "company_id")[:limit]
    return [*_customers(people), *_companies(companies)]


def _customers(keys: list[int]) -> list[Suggestion]:
    if not keys:
        return []
    company: dict[int, str] = {}
    for person, name in _OF.rows(keys):
        company.setdefault(person, name)
    return [
        Suggestion(
            "customer", person.full_name, " · ".join(filter(None, (person.email, company.get(person.pk, "")))),
            url("ticket_list") + query({"state": "all", "customer": person.pk}),
        )
        for person in _PEOPLE.rows(keys)
    ]  # fmt: skip


def _companies(keys: list[int]) -> list[Suggestion]:
    found = _COMPANIES.rows(keys) if keys else []
    return [
        Suggestion("company", name, number, url("ticket_list") + query({"state": "all", "company": key}))
        for key, name, number in found
    ]


def _keys(actor: Actor, question: str, column: str, of_ticket: str) -> list[int]:
    """Who may create a ticket for anybody knows all of them; the others know whose tickets their lists show."""
    found = [key for (key,) in fetched(*engine().known(question, column, SCANNED))]
    if not found or actor.kind == "system" or actor.groups_with("create"):
        return found
    seen = Ticket.objects.listed_for(actor).filter(**{f"{of_ticket}__in": found}).order_by()
    known = set(seen.values_list(of_ticket, flat=True).distinct()) if listed_queues(actor) else set()
    return [key for key in found if key in known]
