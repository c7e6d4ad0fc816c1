"""What a delivery report says about a mail that was already handed over."""

from __future__ import annotations

from collections.abc import Sequence

from klardesk.mail.addresses import key_of
from klardesk.mail.events import MailNotDelivered
from klardesk.mail.log.entries import ERROR, entry
from klardesk.mail.log.mails import tell
from klardesk.mail.models import OutgoingMail, OutgoingState
from klardesk.mail.send.delivery import record_on_ticket


def note_undelivered(mail: OutgoingMail, failed: Sequence[str], diagnostic: str) -> bool:
    """Mark the recipients that a report names as not reached; False if it names none that was not known as failed.

    Of a report about the single recipient of a mail the address does not matter: forwarding changes it on the way.
    """
    fresh = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
    keys = {key_of(address) for address in failed}
    hit = [each for each in fresh.recipients if key_of(each["address"]) in keys]
    if not hit and len(fresh.recipients) == 1:
        hit = fresh.recipients
    hit = [each for each in hit if each["state"] == OutgoingState.SENT]
    if not hit:
        return False
    for each in hit:
        each["state"], each["error"] = OutgoingState.FAILED.value, diagnostic
    if fresh.state == OutgoingState.SENT:
        fresh.state = OutgoingState.FAILED
    fresh.last_error = diagnostic
    tell(fresh, entry("reported", ERROR, addresses=[each["address"] for each in hit], words=diagnostic))
    fresh.save()
    record_on_ticket(fresh, MailNotDelivered(fresh.article_id, [each["address"] for each in hit], diagnostic))
    return True
