"""The pipe from a mail server: one mail from standard input; 75 (EX_TEMPFAIL) asks the server to try again later."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from django.db import Error

from klardesk.jobs import wake
from klardesk.mail.actions import PROCESS
from klardesk.mail.log.accounts import Account
from klardesk.mail.log.connections import PipeJournal
from klardesk.mail.models import Mailbox
from klardesk.mail.receive.errors import Temporary
from klardesk.mail.receive.process import process
from klardesk.mail.receive.store import store_raw
from klardesk.tickets.models import Queue

if TYPE_CHECKING:
    from klardesk.mail.models import IncomingMail

Named = TypeVar("Named")
TRY_AGAIN = 75


def read_mail(source: BinaryIO, *, mailbox: str = "", queue: str = "") -> int:
    """Keep the mail and make an article of it. The exit code: 0 once it is safely kept, else 75.

    A mail that is kept and cannot be processed now is a matter of the desk, no more of the mail server.
    """
    try:
        mail = _kept(source, mailbox, queue)
    except (OSError, Error, MemoryError, LookupError) as error:
        print(f"klardesk: the mail was not kept, try again: {error}", file=sys.stderr)
        return TRY_AGAIN
    try:
        process(mail.pk)
    except (Temporary, Error) as error:
        print(f"klardesk: the mail is kept and will be processed later: {error}", file=sys.stderr)
        _wake()
    return 0


def _kept(source: BinaryIO, mailbox: str, queue: str) -> IncomingMail:
    box = Mailbox.objects.filter(name=mailbox).first() if mailbox else None
    with PipeJournal(Account.of_pipe(box)) as journal:
        named = _named(box, "mailbox", mailbox) if mailbox else None
        place = _named(Queue.objects.filter(name=queue).first(), "queue", queue) if queue else None
        content = source.read()
        journal.count()
        return store_raw(content, mailbox=named, queue=place, connection=journal.key())


def _named(found: Named | None, noun: str, name: str) -> Named:
    if found is None:
        raise LookupError(f"there is no {noun} “{name}”")
    return found


def _wake() -> None:
    try:
        wake(PROCESS)
    except Error:
        return  # the sweep's regular round comes
