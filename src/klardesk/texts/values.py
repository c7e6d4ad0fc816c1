"""What placeholders stand for in a text about a ticket. Names as in the OTRS family; nothing secret has one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from django.conf import settings

from klardesk.texts.placeholders import Source, Values

if TYPE_CHECKING:
    from datetime import datetime

    from klardesk.people.models import Person
    from klardesk.tickets.models import Ticket

_PERSON: dict[str, Callable[[Person], str]] = {
    "USERFIRSTNAME": lambda person: person.first_name,
    "USERLASTNAME": lambda person: person.last_name,
    "USERFULLNAME": lambda person: person.full_name,
    "USERLOGIN": lambda person: person.login,
    "USEREMAIL": lambda person: person.email,
    "USERPHONE": lambda person: person.phone,
}


_LONG = (
    "CUSTOMER_SUBJECT",
    "CUSTOMER_BODY",
    "CUSTOMER_EMAIL",
    "CUSTOMER_NOTE",
    "AGENT_SUBJECT",
    "AGENT_BODY",
    "COMMENT",
)
_PEOPLE = ("OWNER_", "TICKET_OWNER_", "RESPONSIBLE_", "CUSTOMER_DATA_", "AGENT_", "CURRENT_")


def values_for(
    ticket: Ticket, *, agent: Person | None = None, customer_name: str = "", subject: str = "", body: str = ""
) -> Values:
    """The values for a text about `ticket`; `agent` writes it; `subject` and `body` are of the article it answers.

    `customer_name` is who is spoken to (from the mail); empty: the ticket's customer. Times are in the desk's zone.
    """
    plain: dict[str, Source] = {f"TICKET_{name}": source for name, source in _ticket(ticket).items()}
    plain |= _people("OWNER_", lambda: ticket.owner) | _people("TICKET_OWNER_", lambda: ticket.owner)
    plain |= _people("RESPONSIBLE_", lambda: ticket.responsible) | _people("CUSTOMER_DATA_", lambda: ticket.customer)
    plain |= _people("AGENT_", lambda: agent) | _people("CURRENT_", lambda: agent)
    plain["CUSTOMER_REALNAME"] = lambda: customer_name or (ticket.customer.full_name if ticket.customer else "")
    plain["CUSTOMER_FROM"] = plain["CUSTOMER_REALNAME"]
    return Values(plain, subject, body)


def _ticket(ticket: Ticket) -> dict[str, Source]:
    return {
        "NUMBER": lambda: ticket.number,
        "TICKETNUMBER": lambda: ticket.number,
        "TICKETID": lambda: str(ticket.pk),
        "ID": lambda: str(ticket.pk),
        "TITLE": lambda: ticket.title,
        "QUEUE": lambda: ticket.queue.name,
        "STATE": lambda: ticket.state.name,
        "STATETYPE": lambda: str(ticket.state.get_type_display()),
        "PRIORITY": lambda: ticket.priority.name,
        "LOCK": lambda: "lock" if ticket.locked else "unlock",
        "OWNER": lambda: ticket.owner.login if ticket.owner else "",
        "RESPONSIBLE": lambda: ticket.responsible.login if ticket.responsible else "",
        "CUSTOMERUSERID": lambda: ticket.customer_login,
        "CUSTOMERID": lambda: ticket.company_number,
        "CREATED": lambda: _local(ticket.created_at),
        "CHANGED": lambda: _local(ticket.changed_at),
        "PENDINGUNTIL": lambda: _local(ticket.pending_until),
    }


def _people(prefix: str, person: Callable[[], Person | None]) -> dict[str, Source]:
    def source(read: Callable[[Person], str]) -> Source:
        def value() -> str:
            found = person()
            return read(found) if found else ""

        return value

    return {prefix + name: source(read) for name, read in _PERSON.items()}


def _local(moment: datetime | None) -> str:
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)).strftime("%Y-%m-%d %H:%M") if moment else ""


KNOWN = frozenset(
    {f"TICKET_{name}" for name in _ticket(cast("Ticket", None))}
    | {prefix + name for prefix in _PEOPLE for name in _PERSON}
    | {"CUSTOMER_REALNAME", "CUSTOMER_FROM", *_LONG}
)
"""Every placeholder that stands for something, in upper case."""
