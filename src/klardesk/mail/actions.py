"""Change mail settings, and try again what failed."""

from __future__ import annotations

from typing import TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from klardesk.access.actor import Actor
from klardesk.access.policy import require_administrator
from klardesk.base import clock
from klardesk.jobs import wake
from klardesk.ledger import ChainRef, append
from klardesk.mail.addresses import key_of
from klardesk.mail.events import MailSentAgain, MailSettingSaved, MailTakenBack, ProcessedAgain, ValueChange
from klardesk.mail.keys.models import QueueProtection
from klardesk.mail.log.entries import NOTICE, entry
from klardesk.mail.log.mails import tell
from klardesk.mail.models import (
    IncomingMail,
    IncomingState,
    Mailbox,
    OutgoingMail,
    OutgoingServer,
    OutgoingState,
    QueueMail,
    Reason,
    SystemAddress,
)
from klardesk.mail.oauth.models import OAuthConnection
from klardesk.mail.policy import can_process_again, can_send_again, can_take_back
from klardesk.mail.send.outbox import SEND
from klardesk.tickets.actions import change_visibility
from klardesk.tickets.events import chain_of
from klardesk.tickets.models import Ticket
from klardesk.tickets.policy import NotPossible

OUTBOX = Actor.system("outbox")
PROCESS = "mail.process"
"""The sweep that turns kept mails into articles."""
_FETCHER_FIELDS = ("uid_validity", "last_uid", "last_round_at", "last_error", "last_error_at")
_TOKEN_FIELDS = ("refresh_token", "access_token", "expires_at", "last_error")
_NOT_SETTINGS = frozenset({"id", "address_key", *_FETCHER_FIELDS, *_TOKEN_FIELDS})
Setting = TypeVar("Setting", Mailbox, SystemAddress, QueueMail, OutgoingServer, OAuthConnection, QueueProtection)


def save_setting(setting: Setting, *, by: Actor) -> Setting:
    """Store a new or changed mailbox, address, queue's sender or outgoing server; for administrators.

    Its password is encrypted already (`klardesk.base.secrets`), and the history says only that it changed. Raises
    ValidationError if a value does not fit. Nothing is written if nothing differs.
    """
    require_administrator(by)
    with transaction.atomic():
        before = type(setting).objects.select_for_update().filter(pk=setting.pk).first() if setting.pk else None
        changes = _changes(before, setting)
        if not changes:
            return setting
        if isinstance(setting, SystemAddress):
            setting.address_key = key_of(setting.address)
        if isinstance(setting, OutgoingServer):
            _only_default(setting, by)
        if isinstance(setting, Mailbox):
            _keep_place(setting, before, changes)
        if isinstance(setting, OAuthConnection):
            _keep_tokens(setting, before, changes)
        setting.full_clean()
        setting.save()
        noun = setting._meta.model_name or ""
        append(ChainRef(noun, setting.pk), MailSettingSaved(noun, str(setting), before is None, changes), by=by.ref)
    return setting


def _only_default(server: OutgoingServer, by: Actor) -> None:
    if not server.default:
        return
    for other in OutgoingServer.objects.filter(default=True).exclude(pk=server.pk):
        other.default = False
        save_setting(other, by=by)


def clear_sender(choice: QueueMail, *, by: Actor) -> None:
    """A queue no longer chooses its sender: the addresses that lead to it decide. For administrators."""
    require_administrator(by)
    with transaction.atomic():
        changes = [ValueChange("sender", str(choice.sender), "")]
        chain, name = ChainRef("queuemail", choice.pk), str(choice)
        if QueueMail.objects.filter(pk=choice.pk).delete()[0]:
            append(chain, MailSettingSaved("queuemail", name, created=False, changes=changes), by=by.ref)


def process_again(mail: IncomingMail, *, by: Actor) -> None:
    """Have a kept mail that became no article processed once more, soon; for administrators."""
    require_administrator(by)
    with transaction.atomic():
        fresh = IncomingMail.objects.select_for_update().get(pk=mail.pk)
        if not can_process_again(fresh):
            raise NotPossible(_("This mail is an article already, or it waits to become one."))
        fresh.state, fresh.reason, fresh.detail = IncomingState.RECEIVED, Reason.NONE, ""
        fresh.attempts, fresh.next_attempt_at = 0, None
        tell(fresh, entry("asked_again", by=by.name))
        fresh.save()
        append(ChainRef("mail", fresh.pk), ProcessedAgain(fresh.pk), by=by.ref)
        wake(PROCESS)


def send_again(mail: OutgoingMail, *, by: Actor) -> None:
    """Try those recipients once more that the mail did not reach; needs `compose` on its ticket."""
    with transaction.atomic():
        fresh = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
        ticket_id = _demand_right(fresh, by)
        if not can_send_again(fresh):
            raise NotPossible(_("This mail is delivered, or it is still being tried."))
        failed = [each for each in fresh.recipients if each["state"] == OutgoingState.FAILED]
        for each in failed:
            each["state"], each["error"] = OutgoingState.WAITING.value, ""
        moment = clock.now()
        fresh.state, fresh.attempts, fresh.last_error = OutgoingState.WAITING, 0, ""
        fresh.next_attempt_at = fresh.tries_since = moment
        addresses = [each["address"] for each in failed]
        tell(fresh, entry("sent_again", by=by.name, addresses=addresses))
        fresh.save()
        payload = MailSentAgain(fresh.article_id, addresses)
        append(chain_of(ticket_id), payload, by=by.ref)
        wake(SEND)


def take_back(mail: OutgoingMail, *, by: Actor) -> None:
    """Stop a mail that nobody began to send; needs `compose` on its ticket. Its article stays, hidden from the customer.

    Raises NotPossible once it is on its way.
    """
    with transaction.atomic():
        fresh = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
        ticket_id = _demand_right(fresh, by)
        if not can_take_back(fresh):
            raise NotPossible(_("This mail is on its way already; it cannot be stopped any more."))
        fresh.state = OutgoingState.TAKEN_BACK
        tell(fresh, entry("taken_back", NOTICE, by=by.name))
        fresh.save()
        recipients = [each["address"] for each in fresh.recipients]
        append(chain_of(ticket_id), MailTakenBack(fresh.article_id, recipients), by=by.ref)
        if fresh.article is not None and fresh.article.visible_to_customer:
            change_visibility(fresh.article, False, by=OUTBOX)


def _demand_right(mail: OutgoingMail, by: Actor) -> int:
    """The ticket of the mail, on which `by` may compose; raises Ticket.DoesNotExist."""
    ticket_id = mail.article.ticket_id if mail.article is not None else None
    if ticket_id is None or not Ticket.objects.visible_to(by, "compose").filter(pk=ticket_id).exists():
        raise Ticket.DoesNotExist
    return ticket_id


def _keep_place(mailbox: Mailbox, before: Setting | None, changes: list[ValueChange]) -> None:
    """What the fetcher knows meanwhile stays; another server or folder counts its mails anew."""
    for name in _FETCHER_FIELDS:
        if before is not None:
            setattr(mailbox, name, getattr(before, name))
    if {"protocol", "host", "login", "folder"} & {each.name for each in changes}:
        mailbox.uid_validity = mailbox.last_uid = 0


def _keep_tokens(connection: OAuthConnection, before: Setting | None, changes: list[ValueChange]) -> None:
    """The tokens of now stay; those of one provider or application never go to another."""
    other = bool({"token_url", "client_id", "flow", "scopes"} & {each.name for each in changes})
    for name in _TOKEN_FIELDS:
        empty = None if name == "expires_at" else ""
        setattr(connection, name, empty if before is None or other else getattr(before, name))


def _changes(before: models.Model | None, after: models.Model) -> list[ValueChange]:
    changes = []
    for item in after._meta.concrete_fields:
        if item.name in _NOT_SETTINGS:
            continue
        old, new = (getattr(before, item.name) if before is not None else None), getattr(after, item.name)
        if item.name == "password":
            if (old or "") != new:
                changes.append(ValueChange(item.name, "", "…"))
        elif before is None or old != new:
            changes.append(ValueChange(item.name, _text(old), _text(new)))
    return changes


def _text(value: object) -> str:
    return "" if value is None else str(value)
