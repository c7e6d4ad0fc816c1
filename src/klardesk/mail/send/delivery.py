"""Emptying the outbox: claim a mail, hand it over, settle it. A worker killed anywhere leaves a row that says how far
it came; the mail is taken up again with the same Message-ID.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.db import transaction
from django.db.models import Q

from klardesk.access.actor import Actor
from klardesk.base import blobs, clock
from klardesk.base.secrets import SecretLost
from klardesk.ledger import append
from klardesk.mail.events import MailNotDelivered, MailSent
from klardesk.mail.models import OutgoingMail, OutgoingState
from klardesk.mail.send.routes import ALL_MAILS, Route, routes
from klardesk.mail.send.server import NoServer, Refusal, ServerLost, SmtpSession, account
from klardesk.tickets.events import chain_of

if TYPE_CHECKING:
    from klardesk.ledger import Payload

log = structlog.get_logger("klardesk.mail")
WORKER = Actor.system("outbox")
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
"""How long to wait after the first, second … failed try; after the last one always as long as it says."""
SERVER_BACK_OFF_LIMIT = timedelta(minutes=15)
"""The longest wait when it is the server that fails: it is back for all mails at once."""
GIVE_UP_AFTER = timedelta(days=4)
CLAIM_LASTS = timedelta(minutes=10)
"""After so long a mail that is still being sent belongs to a dead worker."""


def send_due(stop: Callable[[], bool] = lambda: False) -> int:
    """Send every mail that is due, over one connection for each server; how many were handled.

    For any number of workers at once. A server that fails holds up only the mails that are its own.
    """
    return sum(_send_by(route, stop) for route in routes() if not stop())


def _send_by(route: Route, stop: Callable[[], bool]) -> int:
    first = _claim(route.mails)
    if first is None:
        return 0
    try:
        with SmtpSession(account(route.server)) as session:
            return _send_all(session, first, route, stop)
    except (NoServer, SecretLost, ServerLost) as error:
        log.warning("outgoing server not usable", error=str(error))
        _give_back(first, str(error))
        _postpone_due(route, str(error))
        return 0


def _send_all(session: SmtpSession, first: OutgoingMail, route: Route, stop: Callable[[], bool]) -> int:
    mail: OutgoingMail | None = first
    count = 0
    while mail is not None:
        _send(session, mail)
        count += 1
        mail = None if stop() else _claim(route.mails)
    return count


def _send(session: SmtpSession, mail: OutgoingMail) -> None:
    """Hand it over, piece by piece if some recipients get bytes of their own; each piece is settled before the next."""
    pieces = _pieces(mail) or {mail.digest: []}
    for number, (digest, addresses) in enumerate(pieces.items(), 1):
        try:
            refused = _handed_over(session, mail, digest, addresses)
        except ServerLost as error:
            _give_back(mail, str(error))
            raise
        _settle(mail, refused, addresses, last=number == len(pieces))


def _pieces(mail: OutgoingMail) -> dict[str, list[str]]:
    """The waiting recipients by the digest of what they get."""
    pieces: dict[str, list[str]] = {}
    for each in mail.recipients:
        if each["state"] == OutgoingState.WAITING:
            pieces.setdefault(each.get("digest", mail.digest), []).append(each["address"])
    return pieces


def _handed_over(session: SmtpSession, mail: OutgoingMail, digest: str, addresses: list[str]) -> dict[str, Refusal]:
    """Who was refused; all of them if the bytes cannot be read. Raises ServerLost."""
    if not addresses:
        return {}
    try:
        content = blobs.get(digest)
    except (OSError, blobs.BlobMissing) as error:
        return dict.fromkeys(addresses, Refusal(isinstance(error, blobs.BlobMissing), str(error)))
    return session.send(mail.envelope_from, addresses, content)


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


def _settle(mail: OutgoingMail, refused: dict[str, Refusal], addresses: list[str], *, last: bool) -> None:
    """Write down what became of these recipients, and after the last ones on the ticket's history how it ended."""
    with transaction.atomic():
        fresh = _mine(mail)
        if fresh is None:
            return
        fresh.attempts += last
        late = clock.now() - fresh.tries_since >= GIVE_UP_AFTER
        for each in fresh.recipients:
            if each["state"] == OutgoingState.WAITING and each["address"] in addresses:
                each["state"], each["error"] = _outcome(refused.get(each["address"]), late)
        _conclude(fresh) if last else fresh.save(update_fields=["recipients"])


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
    late = clock.now() - mail.tries_since >= GIVE_UP_AFTER
    for each in mail.recipients:
        if each["state"] == OutgoingState.WAITING:
            each["state"], each["error"] = _outcome(Refusal(False, error), late)
    _conclude(mail, SERVER_BACK_OFF_LIMIT)


def _mine(mail: OutgoingMail) -> OutgoingMail | None:
    """The row under a lock, if this worker still holds the claim."""
    found = OutgoingMail.objects.select_for_update().filter(pk=mail.pk, claim=mail.claim, state=OutgoingState.SENDING)
    return found.first()
