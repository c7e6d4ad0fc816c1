"""From kept bytes to an article: one mail, one transaction. What fails is kept, listed, and tried again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from klardesk.base import blobs, clock, rows
from klardesk.base.kept import held
from klardesk.base.prepared import Prepared as Query
from klardesk.mail.log.mails import INCOMING, kept_problem, tell_failed, tell_processed
from klardesk.mail.models import IncomingMail, IncomingState, Reason
from klardesk.mail.parse import PARTLY, ParsedMail
from klardesk.mail.receive.bounded import TooCostly
from klardesk.mail.receive.errors import Temporary, is_temporary, told
from klardesk.mail.receive.intake import Prepared, Result, take_in
from klardesk.mail.receive.protection import Reading, read_mail
from klardesk.tickets.drafts import NewAttachment

log = structlog.get_logger("klardesk.mail")
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 10, 60, 360, 1440))
"""When a mail that could not be processed is tried again; after the last try it stays listed until a person acts."""
CANDIDATES = 100
MOST_IN_A_ROW = 3
"""After so many mails that the machine could not process, it is the machine for all of them."""
_REASONS: dict[type[Exception], Reason] = {blobs.BlobMissing: Reason.UNREADABLE, TooCostly: Reason.COSTLY}
_SETTLED = ("state", "reason", "detail", "ticket", "article", "problems", "attempts", "next_attempt_at", *INCOMING)


@dataclass(frozen=True, slots=True)
class Round:
    """What one sweep did."""

    done: int = 0
    failed: int = 0


def process_received(stop: Callable[[], bool] = lambda: False) -> Round:
    """Process every mail that waits or is to be tried again, oldest first; for any number of workers at once.

    Raises Temporary if the database or the disk fails: the mails wait. Something that only one mail brings about does
    not hold up the others: it takes several in a row, and what failed is raised at the end.
    """
    states: Counter[str] = Counter()
    after, in_a_row, trouble = 0, 0, None
    while not stop() and (waiting := _waiting(after)):
        for after, digest in waiting:
            try:
                states[process(after, digest)] += 1
                in_a_row = 0
            except Temporary as error:
                trouble, in_a_row = error, in_a_row + 1
                _renew_connection()
            if in_a_row == MOST_IN_A_ROW or stop():
                break
        if in_a_row == MOST_IN_A_ROW:
            break
    if trouble is not None:
        raise trouble
    return Round(states[IncomingState.PROCESSED], states[IncomingState.FAILED])


def _renew_connection() -> None:
    """A lost connection is replaced at the next query; a caller's transaction is the caller's."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def process(key: int, digest: str = "") -> str:
    """Process one kept mail; its state afterwards, or the empty text if there was nothing to do.

    `digest` spares a query if the caller knows it.

    Raises Temporary if the machine fails: the mail then waits as before. Any other failure is the mail's own: it is
    marked with its reason and tried again later.
    """
    try:
        return _process(key, digest)
    except Exception as error:
        if is_temporary(error):
            raise Temporary(f"mail {key} waits: {told(error)}") from error
        log.exception("mail not processed", mail=key)
        return _note_failure(key, error)


def prepare(digest: str) -> Prepared:
    """Read a kept mail, open, check and parse it, and store its files: all that needs no transaction.

    Raises BlobMissing or OSError, and what `read_mail` raises.
    """
    raw = blobs.get(digest)
    reading = read_mail(raw)
    files = files_of(reading, digest, len(raw))
    empty = not raw.strip()
    return Prepared(reading.parsed, files, reading.automatic, reading.html, empty=empty, layers=reading.layers)


def _process(key: int, digest: str) -> str:
    digests = [digest] if digest else list(_due().filter(pk=key).values_list("digest", flat=True))
    if not digests:
        return ""
    prepared = prepare(digests[0])
    with held(), transaction.atomic():
        fresh = _locked(key)
        if fresh is None:
            return ""
        result = take_in(prepared, fresh)
        _note(fresh, result, prepared.parsed)
    return fresh.state


def _locked(key: int) -> IncomingMail | None:
    """The mail under a lock, if nobody else is at it or was faster."""
    found = _LOCKED.get(key)
    if found is None or found.state == IncomingState.RECEIVED:
        return found
    again = found.state == IncomingState.FAILED and found.next_attempt_at
    return found if again and again <= clock.now() else None


def _for_update(key: int) -> QuerySet[IncomingMail]:
    skip = connection.features.has_select_for_update_skip_locked
    mails = IncomingMail.objects.select_for_update(skip_locked=skip, of=("self",) if skip else ())
    return mails.select_related("mailbox__queue", "queue").filter(pk=key).order_by()


_LOCKED: Query[IncomingMail] = Query(_for_update)


def _due() -> QuerySet[IncomingMail]:
    now = clock.now()
    again = Q(state=IncomingState.FAILED, next_attempt_at__lte=now)
    return IncomingMail.objects.filter(Q(state=IncomingState.RECEIVED) | again)


def _waiting(after: int) -> list[tuple[int, str]]:
    return list(_due().filter(pk__gt=after).order_by("pk").values_list("pk", "digest")[:CANDIDATES])


def _note(mail: IncomingMail, result: Result, parsed: ParsedMail) -> None:
    partly = any(each.code in PARTLY for each in parsed.problems)
    mail.state, mail.detail = result.state, ""
    mail.reason = result.reason or (Reason.PARTLY if partly else Reason.NONE)
    mail.ticket_id, mail.article_id = result.ticket_id, result.article_id
    mail.problems = [kept_problem(each) for each in (*parsed.problems, *result.problems)]
    mail.attempts += 1
    mail.next_attempt_at = None
    tell_processed(mail, parsed, result.log)
    rows.update(mail, *_SETTLED)


def _note_failure(key: int, error: Exception) -> str:
    """Outside of the rolled-back transaction: the mail stays listed with its reason."""
    try:
        with transaction.atomic():
            mail = _locked(key)
            if mail is None:
                return ""
            mail.state, mail.detail = IncomingState.FAILED, told(error)
            mail.reason = _REASONS.get(type(error), Reason.ERROR)
            mail.attempts += 1
            over = mail.attempts > len(RETRY_AFTER)
            mail.next_attempt_at = None if over else clock.now() + RETRY_AFTER[mail.attempts - 1]
            tell_failed(mail, mail.detail)
            rows.update(mail)
    except Exception as second:
        if is_temporary(second):
            raise Temporary(f"mail {key} waits: {told(second)}") from second
        raise
    return mail.state


def files_of(reading: Reading, digest: str, size: int) -> tuple[NewAttachment, ...]:
    """The mail's files, stored; where something stood beside what was protected, the whole mail too."""
    files = [
        NewAttachment.store(item.name, item.content_type, item.content, item.content_id, item.is_inline)
        for item in reading.parsed.attachments
    ]
    if not reading.whole:
        files.append(NewAttachment("mail.eml", "message/rfc822", size, digest))
    return tuple(files)
