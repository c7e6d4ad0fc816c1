"""What placeholders stand for in a text about a ticket. Names as in the OTRS family; nothing secret has one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from klardesk.base import clock
from klardesk.base.options import option
from klardesk.fields import kinds
from klardesk.fields.definitions import definitions
from klardesk.fields.models import Field, Subject
from klardesk.fields.queries import values_of
from klardesk.texts.placeholders import LONG, Source, Values

if TYPE_CHECKING:
    from datetime import datetime

    from klardesk.people.models import Person
    from klardesk.tickets.models import Article, Ticket

_PERSON: dict[str, Callable[[Person], str]] = {
    "USERID": lambda person: str(person.pk),
    "USERFIRSTNAME": lambda person: person.first_name,
    "USERLASTNAME": lambda person: person.last_name,
    "USERFULLNAME": lambda person: person.full_name,
    "USERLOGIN": lambda person: person.login,
    "USEREMAIL": lambda person: person.email,
    "USERPHONE": lambda person: person.phone,
}
FIELD, SHOWN = "TICKET_DYNAMICFIELD_", "_value"
_AGENTS = ("OWNER_", "TICKET_OWNER_", "RESPONSIBLE_", "TICKET_RESPONSIBLE_", "AGENT_", "CURRENT_")
_CUSTOMERS = ("CUSTOMER_", "CUSTOMER_DATA_")
_CONFIG: dict[str, Source] = {
    "FQDN": lambda: urlsplit(settings.KLARDESK_URL).hostname or "",
    "HTTPTYPE": lambda: urlsplit(settings.KLARDESK_URL).scheme,
    "PRODUCT": lambda: "Klardesk",
    "TICKET::HOOK": lambda: str(option("ticket.hook")),
    "DEFAULTLANGUAGE": lambda: settings.LANGUAGE_CODE,
    "OTRSTIMEZONE": lambda: settings.TIME_ZONE,
}
"""The only settings that a text may name: none of them is a secret, and none tells how the desk is run."""
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def values_for(
    ticket: Ticket, *, agent: Person | None = None, customer_name: str = "", subject: str = "", body: str = "",
    said_by: Article | None = None, clean: Callable[[str], str] | None = None,
) -> Values:  # fmt: skip
    """The values for a text about `ticket`, stored or begun; `agent` writes it; `subject` and `body` are the customer's.

    `customer_name` is who is spoken to (from the mail); empty: the ticket's customer. `said_by` is an agent's article for
    the names that begin with AGENT_. `clean` takes number and reply marks off a subject. Times are in the desk's zone.
    """
    plain = {f"TICKET_{name}": source for name, source in _ticket(ticket).items()}
    plain |= {f"CONFIG_{name}": source for name, source in _CONFIG.items()}
    plain |= _people(("OWNER_", "TICKET_OWNER_"), lambda: ticket.owner)
    plain |= _people(("RESPONSIBLE_", "TICKET_RESPONSIBLE_"), lambda: ticket.responsible)
    plain |= _people(("AGENT_", "CURRENT_"), lambda: agent) | _people(_CUSTOMERS, lambda: ticket.customer)
    plain |= _company(ticket)
    plain["FIRST_NAME"], plain["LAST_NAME"] = plain["AGENT_USERFIRSTNAME"], plain["AGENT_USERLASTNAME"]
    plain["CUSTOMER_REALNAME"] = lambda: customer_name or (ticket.customer.full_name if ticket.customer else "")
    plain["CUSTOMER_FROM"] = plain["CUSTOMER_REALNAME"]
    said = (said_by.subject, said_by.text) if said_by else ("", "")
    return Values(_WithFields(plain, ticket), subject, body, *said, clean=clean or str, dated=_dated)


def _ticket(ticket: Ticket) -> dict[str, Source]:
    return {
        "NUMBER": lambda: ticket.number,
        "TICKETNUMBER": lambda: ticket.number,
        "TICKETID": lambda: str(ticket.pk or ""),
        "ID": lambda: str(ticket.pk or ""),
        "TITLE": lambda: ticket.title,
        "QUEUE": lambda: ticket.queue.name if ticket.queue_id else "",
        "QUEUEID": lambda: str(ticket.queue_id or ""),
        "STATE": lambda: ticket.state.name if ticket.state_id else "",
        "STATEID": lambda: str(ticket.state_id or ""),
        "STATETYPE": lambda: ticket.state.type.replace("_", " ") if ticket.state_id else "",
        "PRIORITY": lambda: ticket.priority.name if ticket.priority_id else "",
        "PRIORITYID": lambda: str(ticket.priority_id or ""),
        "LOCK": lambda: "lock" if ticket.locked else "unlock",
        "OWNER": lambda: ticket.owner.login if ticket.owner else "",
        "OWNERID": lambda: str(ticket.owner_id or ""),
        "RESPONSIBLE": lambda: ticket.responsible.login if ticket.responsible else "",
        "RESPONSIBLEID": lambda: str(ticket.responsible_id or ""),
        "CUSTOMERUSERID": lambda: ticket.customer_login,
        "CUSTOMERID": lambda: ticket.company_number,
        "CREATEBY": lambda: str(ticket.created_by_id or ""),
        "CREATED": lambda: _local(ticket.created_at),
        "CHANGED": lambda: _local(ticket.changed_at),
        "PENDINGUNTIL": lambda: _local(ticket.pending_until),
        "DESKLINK": lambda: _link(ticket, "ticket", "search"),
        "PORTALLINK": lambda: _link(ticket, "portal_ticket", "portal_tickets"),
    }


def _link(ticket: Ticket, page: str, by_number: str) -> str:
    """The address of the ticket's page; of one that is not stored yet, that which finds it by its number, if it has one."""
    if ticket.pk:
        path = reverse(page, args=[ticket.pk])
    elif ticket.number:
        path = f"{reverse(by_number)}?{urlencode({'q': ticket.number})}"
    else:
        return ""
    return settings.KLARDESK_URL.rstrip("/") + path


def _company(ticket: Ticket) -> dict[str, Source]:
    found = {
        "CUSTOMERID": lambda: ticket.company_number,
        "CUSTOMERCOMPANYNAME": lambda: ticket.company.name if ticket.company else "",
    }
    return {prefix + name: source for prefix in _CUSTOMERS for name, source in found.items()}


class _WithFields(dict[str, Source]):
    """The sources of placeholders, and for those that name one of the ticket's fields its value: as it is stored, and, with
    _VALUE, as it reads. Fields cost nothing unless a text names one, and then one query.
    """

    def __init__(self, plain: Mapping[str, Source], ticket: Ticket) -> None:
        super().__init__(plain)
        self._ticket = ticket

    def get(self, key: str, default: Any = None) -> Any:
        """The source of a placeholder."""
        if key not in self and (found := field_named(key)) is not None:
            return partial(self._value, *found)
        return super().get(key, default)

    def _value(self, field: Field, shown: bool) -> str:
        texts = self._values.get(field, [])
        if not shown:
            return ", ".join(texts)
        with timezone.override(ZoneInfo(settings.TIME_ZONE)):  # as all times in texts
            return kinds.words(field, texts)

    @cached_property
    def _values(self) -> Mapping[Field, list[str]]:
        key = self._ticket.pk
        return values_of(Subject.TICKET, [key]).get(key, {}) if key else {}


def field_named(placeholder: str) -> tuple[Field, bool] | None:
    """The valid field of tickets that a placeholder (in upper case) names, and whether its value is meant as it reads."""
    if not placeholder.startswith(FIELD):
        return None
    name, known = placeholder.removeprefix(FIELD).lower(), definitions.get().by_name
    shown = name.endswith(SHOWN)
    field = known.get(name.removesuffix(SHOWN))
    return (field, shown) if field is not None and field.valid and field.subject == Subject.TICKET else None


def _people(prefixes: tuple[str, ...], person: Callable[[], Person | None]) -> dict[str, Source]:
    def source(read: Callable[[Person], str]) -> Source:
        def value() -> str:
            found = person()
            return read(found) if found else ""

        return value

    return {prefix + name: source(read) for prefix in prefixes for name, read in _PERSON.items()}


def _local(moment: datetime | None) -> str:
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def _dated(zone: str) -> str:
    """The present moment as mails write it, in English; in the desk's own time zone if the named one is none."""
    name = zone if zone in available_timezones() else settings.TIME_ZONE
    now = clock.now().astimezone(ZoneInfo(name))
    return f"{_DAYS[now.weekday()]}, {_MONTHS[now.month - 1]} {now.day}, {now.year} at {now:%H:%M:%S} ({name})"


_KNOWN = frozenset(values_for(cast("Ticket", None)).plain) | LONG


class Known:
    """Every placeholder that stands for something, in upper case: the desk's own, and those of the fields there are now."""

    def __contains__(self, name: object) -> bool:
        return name in _KNOWN or field_named(str(name)) is not None


KNOWN = Known()
