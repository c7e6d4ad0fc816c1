"""Passing a mail on unaltered (RFC 5322, 3.6.6): its own bytes, with Resent- headers before them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from email.utils import format_datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from klardesk.base import blobs, clock
from klardesk.mail.compose.headers import addresses_line, ascii_address, ids_line, line
from klardesk.mail.models import OutgoingKind
from klardesk.mail.parse import Address
from klardesk.mail.send.answers import NextState, reply_draft, sender_for, shown
from klardesk.mail.send.loops import new_message_id
from klardesk.mail.send.outbox import put_in_outbox
from klardesk.mail.send.write import FinishedMail, Named, check_recipients, finish_mail, put_mail
from klardesk.tickets import actions
from klardesk.tickets.actions import Changes
from klardesk.tickets.drafts import NewArticle, Place, TimeSpent
from klardesk.tickets.models import Channel, SenderType
from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.mail.models import SystemAddress
    from klardesk.tickets.models import Article

_BARE_LINE_FEED = re.compile(rb"(?<!\r)\n")


@dataclass(frozen=True, slots=True)
class Bounce:
    """To whom a mail is passed on, and what its sender is told (empty: nothing)."""

    to: list[Named]
    notice: str = ""
    then: NextState | None = None
    time: TimeSpent | None = None
    written_at: Place | None = None
    """The place of its author's draft."""
    hold: int = 0
    """Seconds for which it waits, so that its author can stop it."""


def bounce_mail(article: Article, bounce: Bounce, *, by: Actor, revision: int | None = None) -> Article:
    """Pass the mail of this article on, and write down as an internal article that it was; needs `compose`.

    Raises NotPossible for an article that is no mail, or a recipient as in `send_mail`; Refused, ChangedMeanwhile.
    """
    sender = sender_for(article.ticket)
    recipients = [address for _name, address in bounce.to]
    check_recipients(recipients)
    message_id = new_message_id(article.ticket.number, ascii_address(sender.address).rpartition("@")[2])
    content = resent(_original(article), sender, bounce.to, message_id)
    notice = _notice(article, bounce, by)
    with transaction.atomic():
        written = actions.add_article(
            article.ticket,
            replace(
                _article(article, bounce.to, message_id, blobs.put(content)),
                time=bounce.time,
                written_at=bounce.written_at,
            ),
            by=by,
            revision=revision,
        )
        put_in_outbox(
            written, content, kind=OutgoingKind.BOUNCE, message_id=article.message_id or message_id,
            envelope_from=ascii_address(sender.address), recipients=map(ascii_address, recipients), sender=sender,
            hold=bounce.hold,
        )  # fmt: skip
        if notice is not None:
            put_mail(article.ticket, notice, speaker=SenderType.AGENT, by=by)
        if bounce.then is not None:
            changes = Changes(state=bounce.then.state, pending_until=bounce.then.pending_until)
            actions.apply_changes(article.ticket, changes, by=by)
    return written


def resent(original: bytes, sender: SystemAddress, to: list[Named], message_id: str) -> bytes:
    """The mail with its Resent- headers; only line ends are brought into the form that mail servers demand."""
    try:
        head = "".join(
            (
                line("Resent-Date", format_datetime(clock.now())),
                addresses_line("Resent-From", [Address(sender.display_name, sender.address)]),
                addresses_line("Resent-To", [Address(*each) for each in to]),
                ids_line("Resent-Message-ID", [message_id]),
            )
        )
    except ValueError as error:
        raise NotPossible(_("This mail cannot be sent: {reason}.").format(reason=error)) from error
    return head.encode("ascii") + _BARE_LINE_FEED.sub(b"\r\n", original)


def _original(article: Article) -> bytes:
    if not article.raw or article.channel != Channel.EMAIL:
        raise NotPossible(_("This article is no mail; it can be forwarded, but not passed on unaltered."))
    try:
        return blobs.get(article.raw)
    except blobs.BlobMissing as error:
        raise NotPossible(_("The kept bytes of this mail are missing.")) from error


def _article(article: Article, to: list[Named], message_id: str, raw: str) -> NewArticle:
    text = _("The mail of {author} was passed on unaltered to {recipients}.")
    return NewArticle(
        sender=SenderType.AGENT, channel=Channel.EMAIL, visible_to_customer=False, subject=article.subject,
        text=text.format(author=article.from_text or "–", recipients=shown(to)), from_text=article.from_text,
        to_text=shown(to), message_id=message_id, in_reply_to=article.message_id, raw=raw,
    )  # fmt: skip


def _notice(article: Article, bounce: Bounce, by: Actor) -> FinishedMail | None:
    """What the sender is told, protected as the queue does by itself; None if nothing."""
    if not bounce.notice.strip():
        return None
    draft = reply_draft(article, by)
    plain = replace(draft, text=bounce.notice, html="", cc=[], attachments=(), timeless=True, hold=bounce.hold)
    return finish_mail(article.ticket, plain, kind=OutgoingKind.REPLY, sender=sender_for(article.ticket))
