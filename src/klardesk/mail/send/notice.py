"""A mail by which the desk tells one of its own people something: of no ticket's articles, and answered by no machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from klardesk.base import clock
from klardesk.mail import compose
from klardesk.mail.compose.headers import ascii_address
from klardesk.mail.models import OutgoingKind
from klardesk.mail.parse import Address
from klardesk.mail.send.loops import LOOP_HEADER, loop_mark, new_message_id
from klardesk.mail.send.outbox import put_in_outbox
from klardesk.mail.send.write import Named, check_recipients
from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from klardesk.mail.models import OutgoingMail, SystemAddress


def send_notice(number: str, to: Named, subject: str, text: str, *, sender: SystemAddress) -> OutgoingMail:
    """Put such a mail into the outbox; it is about the ticket of this number.

    Raises NotPossible if the address is none, is the desk's own, or a value cannot be sent.
    """
    check_recipients([to[1]])
    domain = ascii_address(sender.address).rpartition("@")[2]
    try:
        draft = compose.Draft(
            from_=Address(sender.display_name, sender.address), to=(Address(*to),), subject=" ".join(subject.split()),
            text=text, message_id=new_message_id(number, domain), date=clock.now(), automatic="auto-generated",
            loop_mark="yes", headers={LOOP_HEADER: loop_mark()},
        )  # fmt: skip
        content, recipients = compose.build(draft), compose.envelope_recipients(draft)
    except ValueError as error:
        raise NotPossible(_("This mail cannot be sent: {reason}.").format(reason=error)) from error
    return put_in_outbox(
        None, content, kind=OutgoingKind.NOTICE, message_id=draft.message_id, envelope_from="", recipients=recipients,
        sender=sender, subject=draft.subject,
    )  # fmt: skip
