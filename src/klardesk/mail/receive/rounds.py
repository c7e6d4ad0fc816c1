"""One round over a mailbox: keep what is new, and only then let the server forget it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog
from django.db import transaction

from klardesk.base import clock
from klardesk.base.secrets import SecretLost
from klardesk.mail.log.accounts import Account
from klardesk.mail.log.connections import Journal
from klardesk.mail.log.entries import NOTICE
from klardesk.mail.models import Mailbox, Protocol
from klardesk.mail.receive.errors import Temporary
from klardesk.mail.receive.imap import ImapSession
from klardesk.mail.receive.pop3 import Pop3Session
from klardesk.mail.receive.servers import ServerRefused
from klardesk.mail.receive.store import known_uids, store_raw

if TYPE_CHECKING:
    from klardesk.mail.receive.servers import Fetched, Session

log = structlog.get_logger("klardesk.mail")
SETTLE_EVERY = 50
SERVER_FAILURES = (ServerRefused, SecretLost, OSError, ValueError)
"""What a mail server, the way to it or its kept password can do wrong (ValueError: a host name that is none)."""


def open_session(mailbox: Mailbox) -> Session:
    """A session of the mailbox's protocol, not yet connected."""
    return ImapSession(mailbox) if mailbox.protocol == Protocol.IMAP else Pop3Session(mailbox)


def fetch_mailbox(mailbox: Mailbox) -> int:
    """One round: connect, keep, settle, disconnect. How many mails were new; what went wrong stands at the mailbox.

    Raises Temporary if the desk's own disk or database fails: every mail not kept stays on the server.
    """
    try:
        with Journal(Account.of_mailbox(mailbox)) as journal, open_session(mailbox) as session:
            journal.connected(f"{mailbox.host}:{mailbox.port}", session.greeting, session.protection)
            return take_all(mailbox, session, journal)
    except SERVER_FAILURES as error:
        note_failure(mailbox, error)
        return 0


def take_all(
    mailbox: Mailbox, session: Session, journal: Journal, on_progress: Callable[[], None] = lambda: None
) -> int:
    """Keep and settle everything that waits; how many were new. Raises SERVER_FAILURES or Temporary, perhaps after some
    were kept: `on_progress` is called for each.
    """
    uids = session.pending()
    known = known_uids(mailbox, session.uid_validity, uids)
    if uids:
        journal.step("waiting", count=len(uids), known=len(known))
    session.settle([uid for uid in uids if uid in known])
    kept: list[str] = []
    count = 0
    for mail in session.fetch([uid for uid in uids if uid not in known]):
        _keep(mailbox, session, mail, journal)
        kept.append(mail.uid)
        on_progress()
        count += 1
        if len(kept) >= SETTLE_EVERY:
            session.settle(kept)
            journal.still_there()
            kept = []
    session.settle(kept)
    if count:
        journal.step("kept", count=count, after=mailbox.after_fetch, folder=mailbox.move_to)
    journal.finish(_refused(session, journal))
    _note_round(mailbox, session, uids)
    return count


def note_failure(mailbox: Mailbox, error: Exception) -> None:
    """Let the mailbox show what went wrong."""
    text = Account.of_mailbox(mailbox).scrubbed(str(error) or type(error).__name__)
    log.warning("mailbox not read", mailbox=mailbox.name, error=text)
    _update(mailbox, last_error=text, last_error_at=clock.now())


def _refused(session: Session, journal: Journal) -> str:
    """What the server said about mails that it would not give; empty if it gave all."""
    for uid, words in session.refused.items():
        journal.step("not_given", NOTICE, uid=uid, words=journal.account.scrubbed(words))
    return next(iter(session.refused.values()), "")


def _keep(mailbox: Mailbox, session: Session, mail: Fetched, journal: Journal) -> None:
    key = journal.key()
    try:
        store_raw(mail.content, mailbox=mailbox, uid_validity=session.uid_validity, uid=mail.uid, connection=key)
    except OSError as error:
        # told apart from the server's OSErrors: this is our own disk
        raise Temporary(f"a mail of {mailbox.name} could not be kept and stays on the server: {error}") from error
    journal.count()


def _note_round(mailbox: Mailbox, session: Session, uids: list[str]) -> None:
    values = {
        "last_round_at": clock.now(),
        "uid_validity": session.uid_validity,
        "last_error": "",
        "last_error_at": None,
    }
    if session.refused:
        uid, words = next(iter(session.refused.items()))
        told = f"{len(session.refused)} mails were not given, the first with UID {uid}: {words}"
        values |= {"last_error": Account.of_mailbox(mailbox).scrubbed(told), "last_error_at": clock.now()}
    elif mailbox.protocol == Protocol.IMAP:
        highest = max((int(uid) for uid in uids), default=0)
        same = mailbox.uid_validity == session.uid_validity
        values["last_uid"] = max(highest, mailbox.last_uid if same else 0)
    _update(mailbox, **values)


def _update(mailbox: Mailbox, **values: object) -> None:
    for name, value in values.items():
        setattr(mailbox, name, value)
    with transaction.atomic():
        Mailbox.objects.filter(pk=mailbox.pk).update(**values)


def fetch_all() -> dict[str, object]:
    """One round over all valid mailboxes, then over what they brought: figures by name. Raises Temporary."""
    from klardesk.mail.receive.process import process_received

    new, failed = 0, []
    for mailbox in Mailbox.objects.filter(valid=True).order_by("name"):
        new += fetch_mailbox(mailbox)
        if mailbox.last_error:
            failed.append(mailbox.name)
    processed = process_received()
    return {
        "new_mails": new, "processed_mails": processed.done, "failed_mails": processed.failed, "failed_mailboxes": failed,
    }  # fmt: skip
