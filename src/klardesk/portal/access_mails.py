"""The mails with links: to set a password, and to make an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from klardesk.mail.addresses import valid_addresses
from klardesk.mail.send.notice import send_notice
from klardesk.people.models import Person
from klardesk.portal.branding import brand
from klardesk.portal.models import AccessRequest, Wanted
from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from klardesk.tickets.models import Ticket

log = structlog.get_logger("klardesk.portal")


def password_mail(person: Person, token: str, row: AccessRequest) -> None:
    """Tell a valid person how to set a new password."""
    with translation.override(_language(person.language or row.language)):
        known = _("Somebody wanted to make an account with this address, but you have one already.")
        asked = _("Somebody asked for a new password for your account “{login}”.")
        lines = [
            (known if row.wanted == Wanted.ACCOUNT else asked).format(login=person.login), "",
            _("If that was you, set a new password here, within 24 hours:"), _link("password_link", token), "",
            _("If it was not you, do nothing: your password stays as it is."),
        ]  # fmt: skip
        _send((person.full_name, person.email), _("Your password for {name}").format(name=_name()), lines)


def account_mail(token: str, row: AccessRequest) -> None:
    """Tell whoever owns the address how to make the account."""
    with translation.override(_language(row.language)):
        lines = [
            _("Somebody wants to make an account with this address."), "",
            _("If that was you, confirm it and choose a password here, within 24 hours:"),
            _link("portal_registration", token), "", _("If it was not you, do nothing: no account is made."),
        ]  # fmt: skip
        name = " ".join(part for part in (row.first_name, row.last_name) if part)
        _send((name, row.address), _("Your account for {name}").format(name=_name()), lines)


def log_in_mail(person: Person, token: str, row: AccessRequest) -> None:
    """Tell a customer how to log in without the password."""
    with translation.override(_language(person.language or row.language)):
        lines = [
            _("Somebody asked to log in with your account “{login}”.").format(login=person.login), "",
            _("If that was you, log in here, once and within 15 minutes:"), _link("portal_log_in", token), "",
            _("If it was not you, do nothing: nobody is logged in without this link."),
        ]  # fmt: skip
        _send((person.full_name, person.email), _("Log in to {name}").format(name=_name()), lines)


def ticket_link_mail(person: Person, ticket: Ticket, token: str) -> None:
    """Send a customer the link that opens one ticket; nothing for one without an address."""
    if not person.email:
        return
    with translation.override(_language(person.language)):
        lines = [
            _("With this link you read and answer the ticket {number} without a password:").format(number=ticket.number),
            _link("guest_open", token), "", _("Pass it on to nobody who may not read the ticket."),
        ]  # fmt: skip
        _send((person.full_name, person.email), _("Your ticket {number}").format(number=ticket.number), lines)


def _send(to: tuple[str, str], subject: str, lines: list[str]) -> None:
    """Put it into the outbox; what cannot be sent is in the log, since the visitor must not be told."""
    sender = next(iter(valid_addresses()), None)
    if sender is None:
        log.error("access mail not sent", reason="the desk has no valid mail address")
        return
    try:
        send_notice("access", to, subject, "\n".join(lines), sender=sender)
    except NotPossible as error:
        log.warning("access mail not sent", reason=str(error))


def _link(url_name: str, token: str) -> str:
    return settings.KLARDESK_URL.rstrip("/") + reverse(url_name, args=[token])


def _name() -> str:
    return brand().name or "Klardesk"


def _language(wanted: str) -> str:
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
