"""The outbox (design, rule 6): a mail to be sent is a row with its bytes, written in the action's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from klardesk.base import blobs, clock
from klardesk.jobs import wake
from klardesk.mail.log.mails import describe_outgoing, keep_parties
from klardesk.mail.models import OutgoingMail, OutgoingState
from klardesk.tickets.drafts import message_id_digest

if TYPE_CHECKING:
    from klardesk.mail.models import SystemAddress
    from klardesk.tickets.models import Article

SEND = "mail.send"
"""The sweep that empties the outbox."""


def put_in_outbox(
    article: Article | None,
    content: bytes,
    *,
    kind: str,
    message_id: str,
    envelope_from: str,
    recipients: Iterable[str],
    sender: SystemAddress | None = None,
    hold: int = 0,
    own: Mapping[str, bytes] | None = None,
    subject: str = "",
) -> OutgoingMail:
    """A mail that is to be sent once the running transaction commits, and `hold` seconds have passed.

    Without an `article` it is a notice to one of the desk's own people, with this `subject`. An empty `envelope_from`
    asks for no reports. Every mail passes here as finished bytes, and only once. `own` are the bytes of recipients who do
    not get what the others do.
    """
    moment, different = clock.now(), own or {}
    mail = OutgoingMail(
        article=article, ticket_id=article.ticket_id if article else None, kind=kind, envelope_from=envelope_from,
        digest=blobs.put(content),
        recipients=[_recipient(address, different.get(address)) for address in dict.fromkeys(recipients)],
        message_id=message_id, message_id_digest=message_id_digest(message_id), created_at=moment, tries_since=moment,
        next_attempt_at=moment + timedelta(seconds=hold), sender=sender,
    )  # fmt: skip
    describe_outgoing(mail, article.subject if article else subject)
    mail.save(force_insert=True)
    keep_parties(mail)
    wake(SEND)
    return mail


def _recipient(address: str, own: bytes | None) -> dict[str, str]:
    row = {"address": address, "state": OutgoingState.WAITING.value, "error": ""}
    return row if own is None else {**row, "digest": blobs.put(own)}
