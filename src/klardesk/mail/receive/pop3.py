"""A mailbox over POP3 (RFC 1939) with unique ids; every mail that is kept is deleted from the server."""

from __future__ import annotations

import hashlib
import poplib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from klardesk.base.secrets import decrypt
from klardesk.mail.models import Security
from klardesk.mail.receive.servers import READ_TIMEOUT, Fetched, ServerRefused, protection_of, tls_context

if TYPE_CHECKING:
    from klardesk.mail.models import Mailbox

LONGEST_LINE = 1024 * 1024
"""Python reads no line longer than 2,048 bytes by default, and real mails have longer ones."""
_END = "-ERR EOF"
"""What poplib makes of a connection that ended; a server's own words are bytes."""


class Pop3Session:
    """See `servers.Session`. Deletions count once the session ends in order (RFC 1939, 6)."""

    uid_validity = 0
    can_wait = False

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self.refused: dict[str, str] = {}
        self.greeting = self.protection = ""
        self._numbers: dict[str, int] = {}

    def __enter__(self) -> Self:
        poplib._MAXLINE = LONGEST_LINE  # type: ignore[attr-defined]  # noqa: SLF001 (there is no other way to set it)
        with _told_plainly():
            self._client = self._connected()
            self.greeting = self._client.getwelcome().decode("utf-8", "replace")
            try:
                self._log_in()
                self.protection = protection_of(self._client.sock)
            except BaseException:
                self._client.close()
                raise
        return self

    def __exit__(self, kind: object = None, *error: object) -> None:
        if kind is not None:
            self._client.close()  # without QUIT nothing is deleted
            return
        try:
            with _told_plainly():
                self._client.quit()
        finally:
            self._client.close()

    def pending(self) -> list[str]:
        """All mails of the mailbox. Raises ServerRefused for a server without unique ids."""
        with _told_plainly():
            lines = self._client.uidl()[1]
        pairs = (line.decode("latin-1").split(None, 1) for line in lines)
        self._numbers = {_fitting(uid): int(number) for number, uid in pairs}
        return list(self._numbers)

    def fetch(self, uids: list[str]) -> Iterator[Fetched]:
        """One after the other."""
        for uid in uids:
            try:
                with _told_plainly():
                    lines = self._client.retr(self._numbers[uid])[1]
            except ServerRefused as error:
                self.refused[uid] = str(error)
                continue
            yield Fetched(uid, b"\r\n".join(lines) + b"\r\n")

    def settle(self, uids: list[str]) -> None:
        """Delete them."""
        for uid in uids:
            with _told_plainly():
                self._client.dele(self._numbers[uid])

    def wait(self, seconds: float) -> bool:
        """POP3 announces nothing."""
        return False

    def _connected(self) -> poplib.POP3:
        box = self._mailbox
        if box.security == Security.TLS:
            return poplib.POP3_SSL(box.host, box.port, timeout=READ_TIMEOUT, context=tls_context())
        return poplib.POP3(box.host, box.port, timeout=READ_TIMEOUT)

    def _log_in(self) -> None:
        if self._mailbox.security == Security.STARTTLS:
            self._client.stls(tls_context())
        self._client.user(self._mailbox.login)
        self._client.pass_(decrypt(self._mailbox.password))


@contextmanager
def _told_plainly() -> Iterator[None]:
    try:
        yield
    except poplib.error_proto as error:
        said = error.args[0] if error.args else ""
        if said == _END:
            raise ConnectionError("the connection was lost") from error
        raise ServerRefused(said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)) from error
    except EOFError as error:
        raise ConnectionError("the connection was lost") from error


def _fitting(uid: str) -> str:
    """A unique id as the column takes it; the standard allows 70 characters, servers give more."""
    return uid if len(uid) <= 70 else f"{uid[:20]}{hashlib.sha256(uid.encode()).hexdigest()[:40]}"
