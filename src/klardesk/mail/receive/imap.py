"""A mailbox over IMAP (RFC 9051, 3501), with IDLE where the server has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from klardesk.base.secrets import decrypt
from klardesk.mail.models import AfterFetch, Security
from klardesk.mail.oauth.actions import access_token
from klardesk.mail.oauth.client import OAuthRefused
from klardesk.mail.receive.servers import (
    CONNECT_TIMEOUT,
    READ_TIMEOUT,
    Fetched,
    ServerRefused,
    protection_of,
    tls_context,
)

if TYPE_CHECKING:
    from klardesk.mail.models import Mailbox
    from klardesk.mail.oauth.models import OAuthConnection

BATCH_BYTES = 8 * 1024 * 1024
BATCH_MAILS = 50
_IDLE_ROUND = 5 * 60.0
"""Seconds after which IDLE is taken up anew: routers forget silent connections, servers end them after 29 minutes."""


class ImapSession:
    """See `servers.Session`."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self.uid_validity = 0
        self.refused: dict[str, str] = {}
        self.greeting = self.protection = ""

    def __enter__(self) -> Self:
        with _told_plainly():
            self._client = self._connected()
            self.greeting = (self._client.welcome or b"").decode("utf-8", "replace")
            try:
                self._log_in()
                self.protection = protection_of(self._client.socket())
            except BaseException:
                self._client.shutdown()
                raise
        return self

    def __exit__(self, *error: object) -> None:
        try:
            self._client.logout()
        except (IMAPClientError, OSError):
            with suppress(IMAPClientError, OSError):
                self._client.shutdown()

    def pending(self) -> list[str]:
        """All mails of a folder that is emptied; in one that keeps its mails the unread ones and the new ones."""
        with _told_plainly():
            self._client.noop()
            self._was_announced()  # before the search, which sees it
            keeps = self._mailbox.after_fetch == AfterFetch.SEEN
            found = self._unread_or_new() if keeps else self._client.search(["ALL"])
        return [str(uid) for uid in sorted(found)]

    def fetch(self, uids: list[str]) -> Iterator[Fetched]:
        """In batches, so that neither memory nor round trips grow with the folder."""
        for batch in self._batches([int(uid) for uid in uids]):
            try:
                yield from self._fetched(batch)
            except ServerRefused:
                yield from self._one_by_one(batch)

    def settle(self, uids: list[str]) -> None:
        """Flag first, then expunge: a connection lost between leaves a mail that the next round settles."""
        numbers = [int(uid) for uid in uids]
        with _told_plainly():
            for start in range(0, len(numbers), 500):
                self._settle(numbers[start : start + 500])

    def wait(self, seconds: float) -> bool:
        """IDLE for at most `seconds`."""
        if not self._client.has_capability("IDLE"):
            return False
        if self._was_announced():
            return True
        with _told_plainly():
            self._client.idle()
            try:
                news = self._client.idle_check(timeout=min(seconds, _IDLE_ROUND))
            finally:
                _text, late = self._client.idle_done()
        return any(_is_arrival(item) for item in (*news, *late))

    @property
    def can_wait(self) -> bool:
        """Whether the server announces new mail."""
        return bool(self._client.has_capability("IDLE"))

    def _was_announced(self) -> bool:
        """Whether the answer to some command told of new mail on the side, and forget it.

        A mail that arrives during a search is announced with the search's answer, and not again by IDLE (RFC 9051, 5.2).
        IMAPClient leaves that line to imaplib, where nobody reads it.
        """
        _name, lines = self._client._imap.response("EXISTS")  # noqa: SLF001 - the only place where it is kept
        return bool(lines != [None])

    def _connected(self) -> IMAPClient:
        box = self._mailbox
        timeout = SocketTimeout(connect=CONNECT_TIMEOUT, read=READ_TIMEOUT)
        tls = box.security == Security.TLS
        client = IMAPClient(
            box.host, port=box.port, ssl=tls, ssl_context=tls_context() if tls else None, timeout=timeout
        )
        client.normalise_times = False
        return client

    def _log_in(self) -> None:
        box, client = self._mailbox, self._client
        if box.security == Security.STARTTLS:
            client.starttls(tls_context())
        if box.oauth is None:
            client.login(box.login, decrypt(box.password))
        else:
            self._log_in_by_token(box.oauth)
        selected = client.select_folder(box.folder)
        self.uid_validity = int(selected.get(b"UIDVALIDITY", 0))

    def _log_in_by_token(self, connection: OAuthConnection) -> None:
        try:
            token = access_token(connection)
        except OAuthRefused as refusal:
            raise ServerRefused(str(refusal)) from refusal
        if self._client.has_capability("AUTH=XOAUTH2") or not self._client.has_capability("AUTH=OAUTHBEARER"):
            self._client.oauth2_login(self._mailbox.login, token)
        else:
            self._client.oauthbearer_login(self._mailbox.login, token)

    def _unread_or_new(self) -> set[int]:
        """Unread mails, and those behind the last one kept, which somebody may have read meanwhile.

        After a change of the UID validity nobody knows which are new: all of the days since the last round are looked
        at, and those kept before are known by their content.
        """
        found = set(self._client.search(["UNSEEN"]))
        box = self._mailbox
        if box.uid_validity == self.uid_validity and box.last_uid:
            # “n:*” always gives the last mail, even one below n (RFC 9051, 9)
            found |= {uid for uid in self._client.search(["UID", f"{box.last_uid + 1}:*"]) if uid > box.last_uid}
        elif box.uid_validity and box.last_round_at:
            found |= set(self._client.search(["SINCE", (box.last_round_at - timedelta(days=2)).date()]))
        return found

    def _fetched(self, uids: list[int]) -> list[Fetched]:
        with _told_plainly():
            answer = self._client.fetch(uids, ["BODY.PEEK[]"])
        contents = {uid: answer.get(uid, {}).get(b"BODY[]") for uid in uids}
        return [Fetched(str(uid), content) for uid, content in contents.items() if content is not None]

    def _one_by_one(self, uids: list[int]) -> Iterator[Fetched]:
        """After a refused batch: one mail that the server cannot give must not hold up the others."""
        for uid in uids:
            try:
                yield from self._fetched([uid])
            except ServerRefused as error:
                self.refused[str(uid)] = str(error)

    def _batches(self, uids: list[int]) -> Iterator[list[int]]:
        """One mail, then two, four … at once: over a line that breaks again and again each connection still brings some."""
        most = 1
        for start in range(0, len(uids), 500):
            part = uids[start : start + 500]
            with _told_plainly():
                sizes = self._client.fetch(part, ["RFC822.SIZE"])
            batch: list[int] = []
            total = 0
            for uid in part:
                size = int(sizes.get(uid, {}).get(b"RFC822.SIZE", 0))
                if batch and (total + size > BATCH_BYTES or len(batch) == most):
                    yield batch
                    batch, total, most = [], 0, min(2 * most, BATCH_MAILS)
                batch.append(uid)
                total += size
            if batch:
                yield batch

    def _settle(self, uids: list[int]) -> None:
        client, after = self._client, self._mailbox.after_fetch
        if after == AfterFetch.SEEN:
            client.add_flags(uids, [b"\\Seen"], silent=True)
        elif after == AfterFetch.MOVE and client.has_capability("MOVE"):
            client.move(uids, self._mailbox.move_to)
        else:
            if after == AfterFetch.MOVE:
                client.copy(uids, self._mailbox.move_to)
            client.add_flags(uids, [b"\\Deleted"], silent=True)
            if client.has_capability("UIDPLUS"):
                client.uid_expunge(uids)
            else:
                client.expunge()


def _is_arrival(item: Any) -> bool:
    return isinstance(item, tuple) and len(item) > 1 and item[1] in (b"EXISTS", b"RECENT")


@contextmanager
def _told_plainly() -> Iterator[None]:
    """A lost connection is an OSError, a refusal a ServerRefused with the server's words."""
    try:
        yield
    except IMAPClientAbortError as error:
        raise ConnectionError(f"the connection was lost: {error}") from error
    except IMAPClientError as error:
        raise ServerRefused(str(error)) from error
