"""Accounts at mail servers as the communication log names them, and what must never stand in it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from django.conf import settings

from klardesk.base.secrets import SecretLost, decrypt
from klardesk.mail.log.models import ConnectionKind
from klardesk.mail.receive.errors import fit

if TYPE_CHECKING:
    from klardesk.mail.models import Mailbox, OutgoingServer
    from klardesk.mail.oauth.models import OAuthConnection

SHORTEST = 3
"""A shorter password is no secret, and its letters stand in every text."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account: what its connections are for, what it is called, and which row it is. `kept` are its secrets as they
    are kept, `bare` such as stand in a setting.
    """

    kind: str
    name: str
    mailbox_id: int | None = None
    server_id: int | None = None
    oauth_id: int | None = None
    login: str = ""
    kept: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()

    @classmethod
    def of_mailbox(cls, mailbox: Mailbox) -> Self:
        """That of a mailbox."""
        kept = (mailbox.password, *_tokens(mailbox.oauth))
        return cls(mailbox.protocol, mailbox.name, mailbox_id=mailbox.pk, login=mailbox.login, kept=kept)

    @classmethod
    def of_pipe(cls, mailbox: Mailbox | None) -> Self:
        """The pipe, as if it were this mailbox if one is named."""
        return cls(ConnectionKind.PIPE, mailbox.name if mailbox else "", mailbox_id=mailbox.pk if mailbox else None)

    @classmethod
    def of_server(cls, server: OutgoingServer | None) -> Self:
        """That of an outgoing server; None is the server of KLARDESK_SMTP_URL."""
        if server is None:
            from klardesk.mail.send.server import account_of_url

            url = settings.KLARDESK_SMTP_URL
            target = account_of_url(url) if url else None
            bare = (target.password, url.rpartition("@")[0].rpartition(":")[2]) if target else ()
            return cls(ConnectionKind.SMTP, f"{target.host}:{target.port}" if target else "", bare=bare)
        kept = (server.password, *_tokens(server.oauth))
        return cls(ConnectionKind.SMTP, str(server), server_id=server.pk, login=server.login, kept=kept)

    @classmethod
    def of_provider(cls, connection: OAuthConnection) -> Self:
        """That at a provider of tokens."""
        kept = (connection.password, *_tokens(connection))
        return cls(ConnectionKind.OAUTH, connection.name, oauth_id=connection.pk, kept=kept)

    @property
    def rows(self) -> dict[str, object]:
        """The columns that tell its connections from others'."""
        return {
            "kind": self.kind, "mailbox_id": self.mailbox_id, "server_id": self.server_id, "oauth_id": self.oauth_id,
        }  # fmt: skip

    def scrubbed(self, text: str) -> str:
        """A server's words on one line, without this account's passwords and tokens, in whatever form it said them."""
        clean = fit(text)
        for form in self._forms():
            clean = clean.replace(form, "…")
        return clean

    def _forms(self) -> list[str]:
        forms: set[str] = set()
        for secret in (*self.bare, *map(_readable, self.kept)):
            if len(secret) < SHORTEST:
                continue
            forms |= {secret, fit(secret)}
            for spoken in (secret, f"\0{self.login}\0{secret}", f"{self.login}\0{self.login}\0{secret}"):
                forms.add(base64.b64encode(spoken.encode()).decode().rstrip("="))
        return sorted((form for form in forms if form), key=len, reverse=True)


def _tokens(connection: OAuthConnection | None) -> tuple[str, ...]:
    return (connection.password, connection.access_token, connection.refresh_token) if connection is not None else ()


def _readable(kept: str) -> str:
    try:
        return decrypt(kept)
    except (SecretLost, OSError):
        return ""  # what the desk cannot read, it cannot have told anybody
