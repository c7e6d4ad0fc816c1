"""Writing down connections with mail servers. What happens is collected, and written at the end of a round; a row is there
sooner once a mail names it. A log that cannot be written stops nobody's mail.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

import structlog
from django.db import Error, connection, transaction
from django.db.models import F

from klardesk.base import clock
from klardesk.mail.log.entries import ERROR, INFO, Entry, added, entry
from klardesk.mail.log.models import ConnectionKind, ConnectionState, MailConnection

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from klardesk.mail.log.accounts import Account

log = structlog.get_logger("klardesk.mail")
SHARED_FOR = timedelta(days=1)
"""So long rounds that went alike share a row."""


class Journal:
    """What is told of a connection while it lasts: `with Journal(account) as journal`. An exception is a failure."""

    steps: list[Entry]
    mails: int
    _started: datetime
    _key: int | None

    def __init__(self, account: Account) -> None:
        self.account = account
        self._begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception):
            self.fail(error)
        elif error is None and self.steps:
            self.finish()

    def step(self, code: str, level: str = INFO, **values: Any) -> None:
        """Note a step."""
        self.steps = added(self.steps, [entry(code, level, **values)], clock.now().isoformat())

    def connected(self, server: str, greeting: str, protection: str) -> None:
        """Note that the server let the desk in."""
        words = self.account.scrubbed(greeting)
        self.step("connected", server=server, login=self.account.login, greeting=words, protection=protection)

    def key(self) -> int | None:
        """The connection's row, for what names it; there from now on. None if it cannot be written."""
        if self._key is None:
            row = self._row(ConnectionState.OPEN, "")
            self._key = _quietly(lambda: self._inserted(row))
        return self._key

    def count(self, mails: int = 1) -> None:
        """So many mails came or went."""
        self.mails += mails

    def still_there(self) -> None:
        """Let the row show how far a long round has come."""
        if self._key is not None:
            self._update(steps=self.steps)

    def finish(self, trouble: str = "") -> None:
        """The round is over; what happens from now on is another one. `trouble` is what did not go well in it."""
        words = self.account.scrubbed(trouble)
        self._write(ConnectionState.PARTLY if words else ConnectionState.DONE, words)

    def fail(self, error: Exception) -> str:
        """The round failed; what was said, as it may be shown."""
        words = self.account.scrubbed(str(error) or type(error).__name__)
        self.step("failed", ERROR, words=words)
        self._write(ConnectionState.FAILED, words)
        return words

    def _begin(self) -> None:
        self.steps, self.mails, self._started, self._key = [], 0, clock.now(), None

    def _write(self, state: str, words: str) -> None:
        if self._key is not None:
            self._update(state=state, words=words, steps=self.steps)
        else:
            _quietly(lambda: self._join(state, words) or self._inserted(self._row(state, words)))
        self._begin()

    def _join(self, state: str, words: str) -> int | None:
        """Count this round at the account's last row if it went alike, and no mail came or went in either."""
        pipe = self.account.kind == ConnectionKind.PIPE
        latest = (
            MailConnection.objects.filter(**self.account.rows).order_by("-pk").values("pk", "state", "words", "mails")
        )
        last = latest.filter(started_at__gt=clock.now() - SHARED_FOR).first()
        if last is None or (last["state"], last["words"]) != (state, words):
            return None
        if not pipe and (self.mails or last["mails"]):
            return None
        counted = {"rounds": F("rounds") + 1, "mails": F("mails") + self.mails, "last_at": clock.now()}
        MailConnection.objects.filter(pk=last["pk"]).update(**counted)
        return int(last["pk"])

    def _row(self, state: str, words: str) -> MailConnection:
        return MailConnection(
            **self.account.rows, account=self.account.name[:300], state=state, started_at=self._started,
            last_at=clock.now(), mails=self.mails, words=words, steps=self.steps,
        )  # fmt: skip

    def _inserted(self, row: MailConnection) -> int:
        row.save(force_insert=True)
        return int(row.pk)

    def _update(self, **values: Any) -> None:
        values |= {"last_at": clock.now(), "mails": self.mails}
        row = MailConnection.objects.filter(pk=self._key or 0)
        _quietly(lambda: row.update(**values))


class PipeJournal(Journal):
    """The pipe brings one mail at a time: those of a day share a row from the beginning."""

    def key(self) -> int | None:
        """The row of the day."""
        if self._key is None:
            done = ConnectionState.DONE
            self._key = _quietly(lambda: self._join(done, "") or self._inserted(self._row(done, "")))
            self.mails, self.steps = 0, []
        return self._key

    def finish(self, trouble: str = "") -> None:
        """Nothing is left to be told once the mail has its row."""
        self._begin()

    def fail(self, error: Exception) -> str:
        """A mail that was not kept is no mail of the day's row."""
        self._begin()
        return super().fail(error)


def _quietly(write: Callable[[], int | None]) -> int | None:
    """What `write` gives; None if the database does not take it, which is told in the program's log alone."""
    if connection.errors_occurred and not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    try:
        with transaction.atomic():
            return write()
    except Error as error:
        log.warning("communication log not written", error=str(error).strip())
        return None
