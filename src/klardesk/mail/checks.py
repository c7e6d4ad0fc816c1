"""Trying a connection for an administrator: whether it works, and the sentence that says what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from klardesk.base.secrets import SecretLost
from klardesk.mail.receive.rounds import SERVER_FAILURES, open_session
from klardesk.mail.send.server import NoServer, ServerLost, SmtpSession, account

if TYPE_CHECKING:
    from klardesk.mail.models import Mailbox, OutgoingServer


def check_mailbox(mailbox: Mailbox) -> tuple[bool, str]:
    """Connect, log in, open the folder, count; nothing is fetched."""
    try:
        with open_session(mailbox) as session:
            count, idle = len(session.pending()), session.can_wait
    except SERVER_FAILURES as error:
        return False, _("{server} did not let the desk in: {error}").format(server=mailbox.host, error=_plain(error))
    how = _("It announces new mail by itself.") if idle else _("It is looked into at intervals.")
    return True, _("{server} let the desk in. Mails waiting: {count}. {how}").format(
        server=mailbox.host, count=count, how=how
    )


def check_outgoing(server: OutgoingServer | None) -> tuple[bool, str]:
    """Connect and log in; nothing is sent. None is the server of KLARDESK_SMTP_URL."""
    try:
        target = account(server)
        with SmtpSession(target):
            return True, _("{server} let the desk in.").format(server=target.host)
    except NoServer as error:
        return False, str(error)
    except (ServerLost, SecretLost) as error:
        return False, _("The outgoing server did not let the desk in: {error}").format(error=error)


def _plain(error: Exception) -> str:
    """What the server said, without the marks of bytes that the IMAP library leaves around it."""
    text = str(error) or type(error).__name__
    return text[2:-1] if text[:2] in {"b'", 'b"'} and text[-1:] == text[1:2] else text
