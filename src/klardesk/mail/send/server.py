"""The server that takes the desk's mails, over SMTP (RFC 5321)."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from klardesk.base.secrets import decrypt
from klardesk.mail.models import OutgoingServer, Security
from klardesk.mail.oauth.actions import access_token
from klardesk.mail.oauth.client import OAuthRefused
from klardesk.mail.receive.servers import protection_of

if TYPE_CHECKING:
    from klardesk.mail.oauth.models import OAuthConnection

TIMEOUT = 60.0
"""Seconds after which a silent server counts as lost."""


class NoServer(Exception):
    """No outgoing server is set; the mails wait."""


class ServerLost(Exception):
    """The server cannot be reached, refuses the log-in, or was lost meanwhile; the mails wait."""


class Interrupted(ServerLost):
    """The connection was lost while a mail was handed over; whether the server took it, nobody knows."""


@dataclass(frozen=True, slots=True)
class Account:
    """How to reach the server."""

    host: str
    port: int
    security: str
    login: str = ""
    password: str = ""
    token: str = ""
    """In place of a password, where the provider wants OAuth 2."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the server said about a recipient it did not take; `permanent` (5xx) is not worth another try."""

    permanent: bool
    text: str


def account(row: OutgoingServer | None) -> Account:
    """How to reach this server; for None that of KLARDESK_SMTP_URL. Raises NoServer, SecretLost, ServerLost."""
    if row is not None and row.oauth is not None:
        return Account(row.host, row.port, row.security, row.login, token=_token(row.oauth))
    if row is not None:
        return Account(row.host, row.port, row.security, row.login, decrypt(row.password))
    if not settings.KLARDESK_SMTP_URL:
        raise NoServer(_("No outgoing mail server is set. An administrator sets one under Mail, Outgoing servers."))
    return account_of_url(settings.KLARDESK_SMTP_URL)


def account_of_url(url: str) -> Account:
    """`smtps://` is TLS from the start, `smtp+starttls://` STARTTLS, `smtp://` without encryption."""
    parts = urlsplit(url)
    security = {"smtps": Security.TLS, "smtp+starttls": Security.STARTTLS, "smtp": Security.NONE}[parts.scheme]
    port = parts.port or {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}[security]
    return Account(parts.hostname or "", port, security, unquote(parts.username or ""), unquote(parts.password or ""))


class _Client(smtplib.SMTP):
    """Remembers what the server says first, and to a mail: smtplib tells it to nobody."""

    greeting: tuple[int, bytes] = (0, b"")
    answer: tuple[int, bytes] = (0, b"")

    def connect(self, *args: Any, **options: Any) -> tuple[int, bytes]:
        """Connect; what the server said."""
        self.greeting = super().connect(*args, **options)
        return self.greeting

    def data(self, *args: Any, **options: Any) -> tuple[int, bytes]:
        """Hand the content over; what the server said."""
        self.answer = super().data(*args, **options)
        return self.answer


class _TlsClient(_Client, smtplib.SMTP_SSL):
    """The same with TLS from the start."""


class SmtpSession:
    """An open connection that takes one mail after the other."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._client: _Client | _TlsClient | None = None
        self.greeting = self.protection = self.answer = ""

    def __enter__(self) -> Self:
        """Connect and log in; raises ServerLost."""
        try:
            self._client = self._connected()
            self.greeting = _words(self._client.greeting)
            self._log_in(self._client)
            self.protection = protection_of(self._client.sock)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self._close()
            raise ServerLost(_said(error)) from error
        return self

    def __exit__(self, *error: object) -> None:
        if self._client is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._client.quit()
        self._close()

    def send(self, envelope_from: str, recipients: list[str], content: bytes) -> dict[str, Refusal]:
        """Hand a mail over for these recipients; the refused ones with what was said. Raises Interrupted.

        `answer` is then what the server said to the mail, such as the number it has in its queue.
        """
        assert self._client is not None, "used within its block"
        self._client.answer = (0, b"")
        try:
            eight = [] if content.isascii() or not self._client.has_extn("8bitmime") else ["BODY=8BITMIME"]
            refused = self._client.sendmail(envelope_from, recipients, content, mail_options=eight)
        except smtplib.SMTPRecipientsRefused as error:
            refused = error.recipients
        except smtplib.SMTPServerDisconnected as error:
            raise Interrupted(_said(error)) from error
        except smtplib.SMTPResponseException as error:
            return dict.fromkeys(recipients, _refusal(error.smtp_code, error.smtp_error))
        except smtplib.SMTPException as error:
            return dict.fromkeys(recipients, Refusal(True, _said(error)))
        except OSError as error:
            raise Interrupted(_said(error)) from error
        self.answer = _words(self._client.answer)
        return {address: _refusal(*answer) for address, answer in refused.items()}

    def _connected(self) -> _Client | _TlsClient:
        account, name = self._account, urlsplit(settings.KLARDESK_URL).hostname or "localhost"
        if account.security == Security.TLS:
            context = ssl.create_default_context()
            return _TlsClient(account.host, account.port, name, timeout=TIMEOUT, context=context)
        return _Client(account.host, account.port, name, timeout=TIMEOUT)

    def _log_in(self, client: smtplib.SMTP) -> None:
        if self._account.security == Security.STARTTLS:
            client.starttls(context=ssl.create_default_context())
        if self._account.token:
            _log_in_by_token(client, self._account)
        elif self._account.login:
            client.login(self._account.login, self._account.password)

    def _close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


def _token(connection: OAuthConnection) -> str:
    try:
        return access_token(connection)
    except OAuthRefused as refusal:
        raise ServerLost(str(refusal)) from refusal


def _log_in_by_token(client: smtplib.SMTP, account: Account) -> None:
    """XOAUTH2, or OAUTHBEARER (RFC 7628) where the server has that alone."""
    client.ehlo_or_helo_if_needed()
    offered = client.esmtp_features.get("auth", "").upper().split()
    bearer = "OAUTHBEARER" in offered and "XOAUTH2" not in offered
    text = (
        f"n,a={account.login},\1auth=Bearer {account.token}\1\1"
        if bearer
        else f"user={account.login}\1auth=Bearer {account.token}\1\1"
    )
    # a server that refuses first tells why, and waits for an empty line
    answers = iter([text])
    client.auth("OAUTHBEARER" if bearer else "XOAUTH2", lambda _challenge=None: next(answers, ""))


def _refusal(code: int, text: bytes | str) -> Refusal:
    return Refusal(500 <= code < 600, _words((code, text)))


def _words(answer: tuple[int, bytes | str]) -> str:
    """An answer of a server on one line; empty for none."""
    code, text = answer
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(f"{code or ''} {words}".replace("\x00", "").split())[:1000]


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _refusal(error.smtp_code, error.smtp_error).text
    return str(error) or type(error).__name__
