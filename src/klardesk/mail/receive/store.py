"""Raw first (design, rule 5): a mail's bytes are durable and its row committed before anything else happens to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from klardesk.base import blobs, clock, rows
from klardesk.mail.models import IncomingMail

if TYPE_CHECKING:
    from klardesk.mail.models import Mailbox
    from klardesk.tickets.models import Queue


def store_raw(
    content: bytes,
    *,
    mailbox: Mailbox | None = None,
    uid_validity: int = 0,
    uid: str = "",
    queue: Queue | None = None,
    connection: int | None = None,
) -> IncomingMail:
    """Keep a mail for good and give its row; committed when this returns (outside of a transaction).

    Idempotent: the same content in a mailbox, and the same (mailbox, UID validity, UID), give the row that is there.
    Another content under a known UID is another mail and gets a row of its own. `connection` is the key of the one that
    brought it. Raises OSError (disk) or a database error, and then nothing was kept: the mail must stay where it is.
    """
    digest = blobs.put(content)
    draft = IncomingMail(
        mailbox=mailbox, uid_validity=uid_validity, uid=uid, queue=queue, digest=digest, size=len(content),
        received_at=clock.now(), connection_id=connection,
    )  # fmt: skip
    if rows.insert_new(draft):
        return draft
    known = _known(mailbox, digest)
    if known is not None:
        return known
    # The server gave this UID to another mail before.
    draft.uid = f"{uid[:80]}/{digest[:16]}"
    rows.insert(draft)
    return draft


def known_uids(mailbox: Mailbox, uid_validity: int, uids: list[str]) -> set[str]:
    """Those of these UIDs whose mails are safely kept already."""
    found: set[str] = set()
    for start in range(0, len(uids), 500):
        rows = IncomingMail.objects.filter(
            mailbox=mailbox, uid_validity=uid_validity, uid__in=uids[start : start + 500]
        )
        found.update(rows.values_list("uid", flat=True))
    return found


def _known(mailbox: Mailbox | None, digest: str) -> IncomingMail | None:
    return next(iter(IncomingMail.objects.filter(mailbox=mailbox, digest=digest)), None)
