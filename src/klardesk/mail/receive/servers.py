"""What fetching asks of a mail server, whatever its protocol."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol as Interface
from typing import Self

CONNECT_TIMEOUT = 20.0
READ_TIMEOUT = 60.0
"""Seconds after which a silent server counts as lost."""


class ServerRefused(Exception):
    """The server said no: wrong password, missing folder, too many connections. The message is the server's."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail as the server gave it; `uid` is unique within the mailbox and its UID validity."""

    uid: str
    content: bytes


class Session(Interface):
    """An open connection to one mailbox."""

    refused: dict[str, str]
    """Mails that the server would not give, by UID, with its words; they stay there."""
    greeting: str
    """What the server said first."""
    protection: str
    """The version of TLS, or empty without any."""

    @property
    def uid_validity(self) -> int:
        """Under which the UIDs count; 0 where the protocol has none."""

    @property
    def can_wait(self) -> bool:
        """Whether the server announces new mail."""

    def __enter__(self) -> Self:
        """Connect, log in and open the folder; raises ServerRefused or OSError."""

    def __exit__(self, *error: object) -> None:
        """Log out; a connection that is lost already is no error."""

    def pending(self) -> list[str]:
        """The UIDs of the mails that wait, in order; those already kept may be among them."""

    def fetch(self, uids: list[str]) -> Iterator[Fetched]:
        """These mails, one after the other, none of them marked or removed by it. Those gone meanwhile are left out."""

    def settle(self, uids: list[str]) -> None:
        """Delete, mark or move these mails, as the mailbox says: they are safely kept."""

    def wait(self, seconds: float) -> bool:
        """Wait for news from the server for so long; True if something may have come in. Without IDLE: False at once."""


def protection_of(connected: socket.socket | None) -> str:
    """The version of TLS on this connection, or empty."""
    return (connected.version() or "") if isinstance(connected, ssl.SSLSocket) else ""


def tls_context() -> ssl.SSLContext:
    """Certificates and names are verified, always; a private authority belongs into the system's store."""
    return ssl.create_default_context()
