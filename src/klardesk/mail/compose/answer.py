"""Answering a mail: its text quoted, and whom the answer goes to."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple, Protocol

from klardesk.mail.parse.model import Address


class Recipients(NamedTuple):
    """Whom an answer goes to; both may be empty, if nobody but the desk itself took part."""

    to: tuple[Address, ...]
    cc: tuple[Address, ...]


class HasPeople(Protocol):
    """What is looked at of a mail: a `ParsedMail` has it."""

    @property
    def from_(self) -> tuple[Address, ...]:
        """The senders."""

    @property
    def reply_to(self) -> tuple[Address, ...]:
        """Whom they want answers sent to."""

    @property
    def to(self) -> tuple[Address, ...]:
        """The recipients."""

    @property
    def cc(self) -> tuple[Address, ...]:
        """Those who got a copy."""


def reply_recipients(mail: HasPeople, own_addresses: Collection[str], all: bool = False) -> Recipients:  # noqa: A002
    """Reply-To, else From; with `all`, also everybody in To and Cc. Never one of `own_addresses`, nobody twice.

    An answer to a mail of the desk itself goes to whom that mail went.
    """
    own = {address.lower() for address in own_addresses}
    seen = set(own)
    to = _fresh(mail.reply_to, seen) or _fresh(mail.from_, seen)
    if not to:
        to = _fresh(mail.to, seen)
    cc = _fresh((*mail.to, *mail.cc), seen) if all else ()
    return Recipients(to, cc)


def quote(text: str, attribution: str = "") -> str:
    """The text with "> " before each line (">" before an empty or a quoted one), below the attribution."""
    lines = text.replace("\r\n", "\n").strip("\n").split("\n")
    quoted = [f">{each}" if each.startswith(">") else f"> {each}".rstrip() for each in lines]
    return "\n".join([attribution, *quoted] if attribution else quoted)


def _fresh(addresses: Iterable[Address], seen: set[str]) -> tuple[Address, ...]:
    """Those not seen yet; they are, from now on."""
    found: list[Address] = []
    for address in addresses:
        key = address.email.lower()
        if key and key not in seen:
            seen.add(key)
            found.append(address)
    return tuple(found)
