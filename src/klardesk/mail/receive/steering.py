"""Headers by which a trusted mailbox's mails steer the desk (contract 2.3): X-Klardesk-…, X-OTRS- and X-OTOBO-…."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from klardesk.people.models import Person, Realm
from klardesk.tickets.models import Priority, Queue

if TYPE_CHECKING:
    from klardesk.mail.models import IncomingMail
    from klardesk.mail.parse import ParsedMail

_FAMILIES = ("x-klardesk-", "x-otrs-", "x-otobo-")


@dataclass(frozen=True, slots=True)
class Steering:
    """What a mail asks for; nothing of a mail from a mailbox that is not trusted. A name that nothing bears counts as none."""

    ignore: bool = False
    queue: str = ""
    priority: str = ""
    title: str = ""
    customer: str = ""

    @classmethod
    def of(cls, parsed: ParsedMail, mail: IncomingMail) -> Self:
        """Read it off the headers."""
        if mail.mailbox is None or not mail.mailbox.trusted:
            return cls()
        asked = {name: _value(parsed, name) for name in ("ignore", "queue", "priority", "title", "customeruser")}
        ignore = asked["ignore"].lower() in ("yes", "true")
        return cls(ignore, asked["queue"], asked["priority"], asked["title"], asked["customeruser"])

    def chosen_queue(self) -> Queue | None:
        """The valid queue asked for."""
        return Queue.objects.filter(name=self.queue, valid=True).first() if self.queue else None

    def chosen_priority(self) -> Priority | None:
        """The valid priority asked for."""
        return Priority.objects.filter(name=self.priority, valid=True).first() if self.priority else None

    def chosen_customer(self) -> Person | None:
        """The valid customer asked for, by login."""
        found = Person.objects.by_login(Realm.CUSTOMER, self.customer) if self.customer else None
        return found if found is not None and found.valid else None


def _value(parsed: ParsedMail, name: str) -> str:
    values = (value.strip() for family in _FAMILIES for value in parsed.headers.get(family + name, ()))
    return next((value for value in values if value), "")
