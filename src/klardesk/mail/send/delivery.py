"""Emptying the outbox: claim a mail, hand it over, settle it. A worker killed anywhere leaves a row that says how far
it came; the mail is taken up again with the same Message-ID.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import structlog
from django.db import Error, connection, transaction

from klardesk.access.actor import Actor
from klardesk.base import blobs, clock
from klardesk.base.secrets import SecretLost
from klardesk.ledger import append
from klardesk.mail.events import MailNotDelivered, MailSent
from klardesk.mail.log.accounts import Account
from klardesk.mail.log.connections import Journal
from klardesk.mail.log.entries import ERROR, NOTICE, entry
from klardesk.mail.log.mails import tell
from klardesk.mail.models import OutgoingMail, OutgoingState
from klardesk.mail.receive.errors import is_temporary
from klardesk.mail.send import claims
from klardesk.mail.send.routes import Route, routes
from klardesk.mail.send.server import Interrupted, NoServer, Refusal, ServerLost, SmtpSession, account
from klardesk.tickets.events import chain_of

if TYPE_CHECKING:
    from klardesk.ledger import Payload
    from klardesk.mail.log.entries import Entry

log = structlog.get_logger("klardesk.mail")
WORKER = Actor.system("outbox")
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
"""How long to wait after the first, second … failed try; after the last one always as long as it says."""
SERVER_BACK_OFF_LIMIT = timedelta(minutes=15)
"""The longest wait when it is the server that fails: it is back for all mails at once."""
GIVE_UP_AFTER = timedelta(days=4)
MOST_LOST_IN_A_ROW = 3
"""After so many mails on which the connection was lost it is the server that fails."""
DATABASE_RETRY = 1.0


@dataclass(frozen=True, slots=True)
class _Way:
    """The open connection, and what is told of it. `key` is that of its row, which is there before a mail names it."""

    session: SmtpSession
    journal: Journal
    key: int | None


def send_due(stop: Callable[[], bool] = lambda: False) -> int:
    """Send every mail that is due, over one connection for each server; how many were handled.

    For any number of workers at once. A server that fails holds up only the mails that are its own.
    """
    claims.free_left_over()
    return sum(_Round(route, stop).run() for route in routes() if not stop())


class _Round:
    """One pass over the mails of a route. A connection that is lost is opened anew, and only the mail at hand waits:
    it alone may be the cause. A server that does not let us in, or loses several in a row, postpones all.
    """

    def __init__(self, route: Route, stop: Callable[[], bool]) -> None:
        self._route, self._stop = route, stop
        self._mail: OutgoingMail | None = None
        self._count = self._lost_in_a_row = 0

    def run(self) -> int:
        """How many mails were handled."""
        if not self._take_next():
            return 0
        journal = Journal(Account.of_server(self._route.server))
        while self._mail is not None:
            try:
                target = account(self._route.server)
                with SmtpSession(target) as session:
                    journal.connected(f"{target.host}:{target.port}", session.greeting, session.protection)
                    self._send_all(_Way(session, journal, journal.key()))
            except Interrupted as error:
                self._lost_in_a_row += 1
                if not self._go_on(journal.fail(error), postpone=self._lost_in_a_row == MOST_LOST_IN_A_ROW):
                    break
                self._take_next()
            except (NoServer, SecretLost, ServerLost) as error:
                self._go_on(journal.fail(error), postpone=True)
                break
        return self._count

    def _take_next(self) -> bool:
        self._mail = None if self._stop() else claims.take(self._route.mails)
        return self._mail is not None

    def _send_all(self, way: _Way) -> None:
        before = self._count
        while self._mail is not None:
            refused, used = _hand_over(way, self._mail)
            self._conclude(partial(_settle, self._mail, refused, used))
            way.journal.count(int(used is not None and len(refused) < len(_waiting(self._mail))))
            self._count, self._lost_in_a_row = self._count + 1, 0
            self._take_next()
        way.journal.step("handed_over", count=way.journal.mails, of=self._count - before)
        way.journal.finish()

    def _go_on(self, words: str, *, postpone: bool) -> bool:
        log.warning("outgoing server not usable" if postpone else "connection lost, mail waits", error=words)
        if self._mail is not None:
            self._conclude(partial(_give_back, self._mail, words))
        if postpone:
            _postpone_due(self._route, words)
        return not postpone

    def _conclude(self, write: Callable[[], None]) -> None:
        """Write down what became of the mail, and wait for a lost database: it is known here alone, and forgotten the
        mail would be sent twice.
        """
        assert self._mail is not None, "a mail is at hand"
        try:
            _written(write)
        finally:
            claims.let_go(self._mail)


def _written(write: Callable[[], None]) -> None:
    end = monotonic() + claims.CLAIM_LASTS.total_seconds()
    while True:
        try:
            return write()
        except Error as error:
            if connection.in_atomic_block or not is_temporary(error) or monotonic() > end:
                raise
            log.warning("outcome of a mail not written, trying again", error=str(error).strip())
            connection.close()
        sleep(DATABASE_RETRY)


def _hand_over(way: _Way, mail: OutgoingMail) -> tuple[dict[str, Refusal], _Way | None]:
    """The refused recipients, and the way that was gone: none if the mail's own bytes were not to be had. Raises
    Interrupted. If some recipients get bytes of their own, whoever got them is noted before the next are sent.
    """
    refused: dict[str, Refusal] = {}
    used: _Way | None = None
    pieces = list(_pieces(mail).items())
    for number, (digest, addresses) in enumerate(pieces, 1):
        answers, used = _hand_over_piece(way, mail, digest, addresses)
        refused |= answers
        taken = [each for each in addresses if each not in answers]
        if number < len(pieces) and taken:
            _written(partial(_note_taken, mail, taken, way))
    return refused, used


def _pieces(mail: OutgoingMail) -> dict[str, list[str]]:
    """The waiting recipients by the digest of what they get."""
    pieces: dict[str, list[str]] = {}
    for each in mail.recipients:
        if each["state"] == OutgoingState.WAITING:
            pieces.setdefault(each.get("digest", mail.digest), []).append(each["address"])
    return pieces or {mail.digest: []}


def _hand_over_piece(
    way: _Way, mail: OutgoingMail, digest: str, addresses: list[str]
) -> tuple[dict[str, Refusal], _Way | None]:
    try:
        content = blobs.get(digest)
    except (OSError, blobs.BlobMissing) as error:
        return dict.fromkeys(addresses, Refusal(isinstance(error, blobs.BlobMissing), str(error))), None
    return way.session.send(mail.envelope_from, addresses, content), way


def _note_taken(mail: OutgoingMail, addresses: list[str], way: _Way) -> None:
    """Write down that the server took these recipients' bytes, while others of the mail are still to be sent."""
    with transaction.atomic():
        fresh = claims.locked(mail)
        if fresh is None:
            return
        for each in fresh.recipients:
            if each["address"] in addresses:
                each["state"], each["error"] = OutgoingState.SENT.value, ""
        tell(fresh, _taken(fresh, addresses, way))
        fresh.save()


def _waiting(mail: OutgoingMail) -> list[str]:
    return addresses_in(mail, OutgoingState.WAITING)


def _settle(mail: OutgoingMail, refused: dict[str, Refusal], way: _Way | None = None) -> None:
    """Write down what became of each recipient, and on the ticket's history how it ended."""
    with transaction.atomic():
        fresh = claims.locked(mail)
        if fresh is None:
            return
        fresh.attempts += 1
        late = clock.now() - fresh.tries_since >= GIVE_UP_AFTER
        tell(fresh, *_answers(fresh, refused, way))
        for each in fresh.recipients:
            if each["state"] == OutgoingState.WAITING:
                each["state"], each["error"] = _outcome(refused.get(each["address"]), late)
        _conclude(fresh)


def _answers(mail: OutgoingMail, refused: dict[str, Refusal], way: _Way | None) -> list[Entry]:
    """What was said about each recipient, for the mail's log; without a server, its own bytes were not to be had."""
    if way is not None:
        mail.connection_id = way.key
    waiting = _waiting(mail)
    taken = [address for address in waiting if address not in refused]
    server = way.journal.account.name if way else ""
    entries = [
        entry(
            "refused" if refused[each].permanent else "put_off", ERROR if refused[each].permanent else NOTICE,
            address=each, words=refused[each].text, server=server, attempt=mail.attempts,
        )
        for each in waiting
        if each in refused
    ]  # fmt: skip
    if way is None or not taken:
        return entries
    return [_taken(mail, taken, way), *entries]


def _taken(mail: OutgoingMail, addresses: list[str], way: _Way) -> Entry:
    mail.connection_id = way.key
    values: dict[str, Any] = {"server": way.journal.account.name, "connection": way.key, "answer": way.session.answer}
    return entry("taken", addresses=addresses, attempt=mail.attempts, **values)


def _outcome(refusal: Refusal | None, late: bool) -> tuple[str, str]:
    if refusal is None:
        return OutgoingState.SENT.value, ""
    over = refusal.permanent or late
    return (OutgoingState.FAILED if over else OutgoingState.WAITING).value, refusal.text


def _conclude(mail: OutgoingMail, longest_wait: timedelta = BACK_OFF[-1]) -> None:
    states = {each["state"] for each in mail.recipients}
    errors = [each["error"] for each in mail.recipients if each["error"]]
    mail.claim, mail.claimed_at, mail.last_error = "", None, errors[0] if errors else ""
    if OutgoingState.WAITING in states:
        mail.state, mail.next_attempt_at = (
            OutgoingState.WAITING,
            clock.now() + min(back_off(mail.attempts), longest_wait),
        )
    else:
        mail.state = OutgoingState.FAILED if OutgoingState.FAILED in states else OutgoingState.SENT
        mail.sent_at = clock.now() if OutgoingState.SENT in states else None
        _tell(mail)
    mail.save()


def _tell(mail: OutgoingMail) -> None:
    sent, failed = addresses_in(mail, OutgoingState.SENT), addresses_in(mail, OutgoingState.FAILED)
    if sent:
        record_on_ticket(mail, MailSent(mail.article_id, sent))
    if failed:
        record_on_ticket(mail, MailNotDelivered(mail.article_id, failed, mail.last_error))


def record_on_ticket(mail: OutgoingMail, payload: Payload) -> None:
    """Append to the history of the ticket the mail belongs to now; a deleted ticket's history is closed."""
    if mail.article_id is not None and mail.article is not None:
        append(chain_of(mail.article.ticket_id), payload, by=WORKER.ref)


def addresses_in(mail: OutgoingMail, state: OutgoingState) -> list[str]:
    """The recipients of a mail that are in a state."""
    return [each["address"] for each in mail.recipients if each["state"] == state]


def back_off(attempts: int) -> timedelta:
    """How long to wait after so many failed tries (1 for the first)."""
    return BACK_OFF[min(attempts, len(BACK_OFF)) - 1]


def _give_back(mail: OutgoingMail, error: str) -> None:
    """The server was lost before it took this mail: it waits, and counts a try."""
    with transaction.atomic():
        fresh = claims.locked(mail)
        if fresh is not None:
            _postpone(fresh, error)


def _postpone_due(route: Route, error: str) -> None:
    """No server: every mail for it that is due waits, and shows why; those that waited too long are given up."""
    now = clock.now()
    due = OutgoingMail.objects.filter(route.mails, state=OutgoingState.WAITING, next_attempt_at__lte=now)
    for key in due.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            mail = due.select_for_update().filter(pk=key).first()
            if mail is not None:
                _postpone(mail, error)


def _postpone(mail: OutgoingMail, error: str) -> None:
    mail.attempts += 1
    tell(mail, entry("server_lost", NOTICE, words=error, attempt=mail.attempts))
    late = clock.now() - mail.tries_since >= GIVE_UP_AFTER
    for each in mail.recipients:
        if each["state"] == OutgoingState.WAITING:
            each["state"], each["error"] = _outcome(Refusal(False, error), late)
    _conclude(mail, SERVER_BACK_OFF_LIMIT)
