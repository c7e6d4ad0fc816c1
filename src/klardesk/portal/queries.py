"""What the portal reads: a customer's tickets, colleagues, queues to write to, terms, web forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Case, Count, Q, Value, When
from django.utils.translation import get_language

from klardesk.base import clock
from klardesk.base.kept import Kept
from klardesk.base.options import option, options
from klardesk.mail.addresses import valid_addresses
from klardesk.people.models import CompanyMembership, Person, Realm
from klardesk.portal.models import GuestAcceptance, TermsAcceptance, TermsVersion, TicketLink, WebForm
from klardesk.tickets.models import Article, Attachment, Queue, State, Ticket
from klardesk.tickets.queries import queues_with, state_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from klardesk.access.actor import Actor
    from klardesk.tickets.managers import TicketQuerySet

COLUMNS = (
    "id", "number", "title", "created_at", "changed_at", "state_id", "customer_id", "customer__first_name",
    "customer__last_name", "customer_login", "company__name",
)  # fmt: skip
"""What a row of a customer's list says: nothing that is the agents' own."""
SORTS = {"number": "number", "title": "title", "state": "state__order", "age": "created_at", "changed": "changed_at"}
STATES = ("open", "closed", "all")
WHOSE = ("all", "own", "company", "part")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which tickets a customer's list shows: keys of STATES and WHOSE, a sort of SORTS (with `-` descending)."""

    state: str = "open"
    whose: str = "all"
    sort: str = "-changed"


def tickets_of(actor: Actor, chosen: Chosen) -> TicketQuerySet:
    """The customer's tickets of a list, in its order."""
    found = Ticket.objects.listed_for(actor)
    if chosen.state != "all":
        open_ = state_ids(actor, "open")
        found = found.filter(state_id__in=open_) if chosen.state == "open" else found.exclude(state_id__in=open_)
    if chosen.whose != "all":
        found = found.filter(_whose(actor, chosen.whose))
    sign = "-" if chosen.sort.startswith("-") else ""
    return found.order_by(f"{sign}{SORTS[chosen.sort.lstrip('-')]}", f"{sign}pk")


def rows_of(tickets: TicketQuerySet, start: int, count: int) -> list[dict[str, Any]]:
    """So many rows from a place on; one query."""
    return list(tickets.values(*COLUMNS)[start : start + count])


def rows_by_key(actor: Actor, keys: Sequence[int]) -> list[dict[str, Any]]:
    """The rows of these tickets in this order, as far as the customer may see them."""
    found = {row["id"]: row for row in Ticket.objects.listed_for(actor).filter(pk__in=keys).values(*COLUMNS)}
    return [found[key] for key in keys if key in found]


def counts_of(actor: Actor) -> dict[str, int]:
    """How many open tickets are the customer's own, and how many there are in all; one query."""
    found = tickets_of(actor, Chosen()).order_by()
    return found.aggregate(own=Count("pk", filter=_whose(actor, "own")), all=Count("pk"))


def states_by_key() -> dict[int, State]:
    """Every state; a handful of rows, one query."""
    return {state.pk: state for state in State.objects.all()}


def articles_of(ticket: Ticket, actor: Actor, start: int, count: int) -> list[Any]:
    """The articles that the customer may read, the oldest first, `has_html` in the place of their HTML; one query."""
    has_html = Case(When(html="", then=Value(False)), default=Value(True), output_field=BooleanField())
    found = Article.objects.visible_to(actor).filter(ticket=ticket).select_related("created_by")
    shown = found.defer("html", "references", "bcc_text").annotate(has_html=has_html).order_by("created_at", "pk")
    return list(shown[start : start + count])


def article_count(ticket: Ticket, actor: Actor) -> int:
    """How many articles of the ticket the customer may read."""
    return Article.objects.visible_to(actor).filter(ticket=ticket).count()


def files_of(articles: Sequence[int], actor: Actor) -> dict[int, list[Attachment]]:
    """The files of articles that the customer may read, by article; one query."""
    files: dict[int, list[Attachment]] = {}
    for file in Attachment.objects.visible_to(actor).filter(article_id__in=articles).order_by("pk"):
        files.setdefault(file.article_id, []).append(file)
    return files


def participants_of(ticket: Ticket) -> list[Person]:
    """The customers who take part in the ticket, by name."""
    return list(Person.objects.filter(participates__ticket=ticket).order_by("last_name", "first_name", "pk"))


def people_of(ticket: Ticket) -> list[Person]:
    """The ticket's customer, if the desk knows them, and those who take part; valid ones."""
    customer = [ticket.customer] if ticket.customer_id and ticket.customer and ticket.customer.valid else []
    return [*customer, *(person for person in participants_of(ticket) if person.valid)]


def ticket_links_of(ticket: Ticket) -> list[TicketLink]:
    """All links that were given to the ticket, the newest first; for whoever may give them."""
    return list(TicketLink.objects.filter(ticket=ticket).select_related("person", "created_by").order_by("-pk")[:100])


def live_ticket_links() -> QuerySet[TicketLink]:
    """The links that work now; none while the desk gives none."""
    alive = TicketLink.objects.filter(revoked_at=None, expires_at__gt=clock.now(), person__valid=True)
    found = alive.select_related("person")
    return found if option("portal.ticket_links") else found.none()


def colleagues(actor: Actor, ticket: Ticket) -> list[Person]:
    """Valid customers of the ticket's company whom a customer of that company may add, by name."""
    if ticket.company_id not in {company for company, _number in actor.holdings.companies}:
        return []
    members = CompanyMembership.objects.filter(company_id=ticket.company_id).values("person_id")
    people = Person.objects.filter(realm=Realm.CUSTOMER, valid=True, pk__in=members)
    taken = [actor.key, *([ticket.customer_id] if ticket.customer_id else [])]
    free = people.exclude(pk__in=taken).exclude(participates__ticket=ticket)
    return list(free.order_by("last_name", "first_name", "pk")[:200])


def offered_queues(actor: Actor) -> list[Queue]:
    """The queues in which a customer may make a ticket: those of the option, else those with an address of the desk. If there are
    none: those that the rules about groups name, or the one of unaddressed mail, for queues such as Junk are the agents' own.
    """
    allowed = list(queues_with(actor, "create"))
    chosen = options("portal.queues", "mail.default_queue", "access.customer_groups")
    if chosen["portal.queues"]:
        return [queue for queue in allowed if queue.name in chosen["portal.queues"]]
    reached = {address.queue_id for address in valid_addresses()}
    found = [queue for queue in allowed if queue.pk in reached]
    if found or chosen["access.customer_groups"]:
        return found or allowed
    return [queue for queue in allowed if queue.name == chosen["mail.default_queue"]]


def _whose(actor: Actor, whose: str) -> Q:
    own = Q(customer_id=actor.key)
    if whose == "own":
        return own
    if whose == "part":
        return Q(participants__person_id=actor.key)
    return Q(company_id__in=[company for company, _number in actor.holdings.companies]) & ~own


_TERMS: Kept[TermsVersion | None] = Kept(
    lambda: TermsVersion.objects.order_by("-number").first(), "portal.TermsVersion"
)
_FORMS: Kept[dict[str, WebForm]] = Kept(
    lambda: {form.name: form for form in WebForm.objects.select_related("queue", "priority", "type").filter(valid=True)},
    "portal.WebForm", "tickets.Queue", "tickets.Priority", "tickets.Type",
)  # fmt: skip


def terms_in_force() -> TermsVersion | None:
    """The newest terms, or None."""
    return _TERMS.get()


def text_of(terms: TermsVersion) -> str:
    """The text in the reader's language."""
    return terms.text_de if (get_language() or "en").startswith("de") else terms.text_en


def has_accepted(actor: Actor, terms: TermsVersion) -> bool:
    """Whether the customer accepted this version."""
    return TermsAcceptance.objects.filter(person_id=actor.key, version_id=terms.pk).exists()


def terms_for_guest(link: TicketLink) -> TermsVersion | None:
    """The terms in force, if they were not accepted for this link; one query at most."""
    terms = terms_in_force()
    if terms is None or GuestAcceptance.objects.filter(link=link, version_id=terms.pk).exists():
        return None
    return terms


def terms_list() -> list[Any]:
    """All versions, the newest first, each with `accepted`, how many customers accepted it, and `links`, for how many links to a
    ticket it was accepted. For administrators.
    """
    counts = {"accepted": Count("acceptances", distinct=True), "links": Count("guest_acceptances", distinct=True)}
    return list(TermsVersion.objects.annotate(**counts).order_by("-number"))


def web_form(name: str) -> WebForm | None:
    """The form of this name, if it is in use."""
    return _FORMS.get().get(name)
