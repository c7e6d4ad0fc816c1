"""The desk's own addresses: where mail to them goes, under which a queue sends."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.utils import formataddr
from typing import TYPE_CHECKING, Protocol

from klardesk.base.kept import Kept
from klardesk.mail.models import Mailbox, QueueMail, SystemAddress
from klardesk.mail.parse.addresses import read_addresses
from klardesk.mail.parse.model import Notes
from klardesk.mail.parse.words import Words

if TYPE_CHECKING:
    from klardesk.tickets.models import Queue

MOST = 1000
"""Addresses that are read from one text."""
_ADDRESS = re.compile(
    r"[^\s@<>()\[\]\\,;:\"]+@[^\s@<>()\[\]\\,;:\"]+\.[^\s@<>()\[\]\\,;:\"]+|[^\s@<>()\\,;:\"]+@localhost"
)


class NamedAddress(Protocol):
    """An address with the name of its bearer, as the parser gives it."""

    @property
    def name(self) -> str:
        """The name, or empty."""

    @property
    def email(self) -> str:
        """The address, or empty."""


def key_of(address: str) -> str:
    """The form in which addresses are compared."""
    return address.strip().lower()


def is_address(address: str) -> bool:
    """Whether this is one plain mail address."""
    return len(address) <= 254 and _ADDRESS.fullmatch(address) is not None


def shown(addresses: Iterable[NamedAddress]) -> str:
    """Addresses for a person and for a form: `Name <address>, …`."""
    return ", ".join(show(each.name, each.email) for each in addresses)


def show(name: str, email: str) -> str:
    """One address for a person and for a form; names are quoted where they need it."""
    if not name or not email:
        return name or email
    plain = name.isascii() and email.isascii()
    return formataddr((name, email)) if plain else f'"{_unquoted(name)}" <{email}>'


def split(text: str) -> list[tuple[str, str]]:
    """The pairs of name and address in a text such as `Name <address>, address`."""
    notes = Notes(0)
    found = read_addresses([text.encode("utf-8", "replace")], Words(notes), notes, MOST)
    return [(" ".join(each.name.split()), each.email) for each in found]


def own_addresses() -> frozenset[str]:
    """The keys of all valid addresses of the desk."""
    return frozenset(each.address_key for each in valid_addresses())


def valid_addresses() -> list[SystemAddress]:
    """The valid addresses of the desk with their queues, the oldest first."""
    return _CHOSEN.get()[0]


def of_the_desk(addresses: Iterable[str]) -> list[str]:
    """Those that lead back to this desk: its addresses, with or without a plus part, and the log-ins of its mailboxes."""
    asked = list(addresses)
    plain = {address: {key_of(address), without_plus(key_of(address))} for address in asked}
    keys = set().union(*plain.values())
    own = keys & own_addresses()
    own |= {
        key_of(login) for login in Mailbox.objects.filter(valid=True).values_list("login", flat=True) if "@" in login
    }
    return [address for address in asked if plain[address] & own]


def without_plus(address: str) -> str:
    """`help@desk.example` for `help+printer@desk.example` (RFC 5233)."""
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0] or local}{at}{domain}"


def queue_of(addresses: Iterable[str]) -> Queue | None:
    """The valid queue of the first of these addresses that is the desk's own."""
    keys = dict.fromkeys(key_of(address) for address in addresses)
    by_key = {each.address_key: each.queue for each in valid_addresses() if each.queue.valid}
    return next((by_key[key] for key in keys if key in by_key), None)


def _read() -> tuple[list[SystemAddress], list[tuple[str, int]]]:
    """The valid addresses, and which address each queue chose that has a choice."""
    chosen = QueueMail.objects.filter(sender__valid=True).values_list("queue__name", "sender_id")
    valid = SystemAddress.objects.filter(valid=True).select_related("queue").order_by("pk")
    return list(valid), list(chosen)


_CHOSEN = Kept(_read, "mail.SystemAddress", "mail.QueueMail", "tickets.Queue")


class Senders:
    """Under which address each queue sends."""

    def __init__(self) -> None:
        valid, chosen = _CHOSEN.get()
        by_key = {each.pk: each for each in valid}
        self._first = valid[0] if valid else None
        self._by_queue = {each.queue.name: each for each in reversed(valid)}
        self._by_queue |= {name: by_key[sender] for name, sender in chosen if sender in by_key}

    def of(self, queue: Queue) -> SystemAddress | None:
        """Its own choice, else an address that leads to it, else what the queue above it does, else the desk's first
        address; None if the desk has no valid one.
        """
        return next((self._by_queue[name] for name in lineage(queue.name) if name in self._by_queue), self._first)


def sender_of(queue: Queue) -> SystemAddress | None:
    """The address under which a queue sends; None if the desk has no valid address."""
    return Senders().of(queue)


def lineage(name: str) -> list[str]:
    """A queue's full name, and those of the queues above it, the nearest first."""
    parts = name.split("::")
    return ["::".join(parts[:size]) for size in range(len(parts), 0, -1)]


def _unquoted(name: str) -> str:
    return name.replace("\\", "").replace('"', "")
