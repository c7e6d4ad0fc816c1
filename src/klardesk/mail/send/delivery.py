"""Emptying the outbox: claim a mail, hand it over, settle it. A worker killed anywhere leaves a row that says how far
it came; the mail is taken up again with the same Message-ID.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from django.db import transaction
from django.db.models import Q

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
from klardesk.mail.send.routes import ALL_MAILS, Route, routes
from klardesk.mail.send.server import NoServer, Refusal, ServerLost, SmtpSession, account
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
CLAIM_LASTS = timedelta(minutes=10)
"""After so long a mail that is still being sent belongs to a dead worker."""


@dataclass(frozen=True, slots=True)
class _Way:
    """The open connection, and what is told of it."""

    session: SmtpSession
    journal: Journal


def send_due(stop: Callable[[], bool] = lambda: False) -> int:
    """Send every mail that is due, over one connection for each server; how many were handled.

    For any number of workers at once. A server that fails holds up only the mails that are its own.
    """
    return sum(_send_by(route, stop) for route in routes() if not stop())


def _send_by(route: Route, stop: Callable[[], bool]) -> int:
    first = _claim(route.mails)
    if first is None:
        return 0
    journal = Journal(Account.of_server(route.server))
    try:
        target = account(route.server)
        with SmtpSession(target) as session:
            journal.connected(f"{target.host}:{target.port}", session.greeting, session.protection)
            return _send_all(_Way(session, journal), first, route, stop)
    except (NoServer, SecretLost, ServerLost) as error:
        words = journal.fail(error)
        log.warning("outgoing server not usable", error=words)
        _give_back(first, words)
        _postpone_due(route, words)
        return 0


def _send_all(way: _Way, first: OutgoingMail, route: Route, stop: Callable[[], bool]) -> int:
    mail: OutgoingMail | None = first
    count = 0
    while mail is not None:
        _send(way, mail)
        count += 1
        mail = None if stop() else _claim(route.mails)
    way.journal.step("handed_over", count=way.journal.mails, of=count)
    way.journal.finish()
    return count


def _send(way: _Way, mail: OutgoingMail) -> None:
    waiting = [each["address"] for each in mail.recipients if each["state"] == OutgoingState.WAITING]
    try:
        content = blobs.get(mail.digest)
    except (OSError, blobs.BlobMissing) as error:
        _settle(mail, dict.fromkeys(waiting, Refusal(isinstance(error, blobs.BlobMissing), str(error))))
        return
    try:
        refused = way.session.send(mail.envelope_from, waiting, content)
    except ServerLost as error:
        _give_back(mail, way.journal.account.scrubbed(str(error)))
        raise
    _settle(mail, refused, way)


def _claim(mails: Q = ALL_MAILS) -> OutgoingMail | None:
    """The mail that is longest due, marked as being sent; committed. Workers that ask at once get different ones."""
    now = clock.now()
    abandoned = Q(state=OutgoingState.SENDING, claimed_at__lt=now - CLAIM_LASTS)
    due = Q(state=OutgoingState.WAITING, next_attempt_at__lte=now) | abandoned
    for key in (
        OutgoingMail.objects.filter(due & mails).order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:20]
    ):
        token = secrets.token_hex(8)
        claimed = OutgoingMail.objects.filter(due, pk=key).update(
            state=OutgoingState.SENDING, claim=token, claimed_at=now
        )
        if claimed:
            return OutgoingMail.objects.get(pk=key)
    return None


def _settle(mail: OutgoingMail, refused: dict[str, Refusal], way: _Way | None = None) -> None:
    """Write down what became of each recipient, and on the ticket's history how it ended."""
    with transaction.atomic():
        fresh = _mine(mail)
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
        mail.connection_id = way.journal.key()
    waiting = [each["address"] for each in mail.recipients if each["state"] == OutgoingState.WAITING]
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
    way.journal.count()
    values: dict[str, Any] = {"server": server, "connection": mail.connection_id, "answer": way.session.answer}
    return [entry("taken", addresses=taken, attempt=mail.attempts, **values), *entries]


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
        fresh = _mine(mail)
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


def _mine(mail: OutgoingMail) -> OutgoingMail | None:
    """The row under a lock, if this worker still holds the claim."""
    found = OutgoingMail.objects.select_for_update().filter(pk=mail.pk, claim=mail.claim, state=OutgoingState.SENDING)
    return found.first()
