"""Writing a mail: its article and its outbox row in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from klardesk.base import blobs, clock
from klardesk.base.html import content_ids
from klardesk.base.options import option
from klardesk.mail import compose
from klardesk.mail.addresses import is_address, of_the_desk, show
from klardesk.mail.compose.headers import ascii_address
from klardesk.mail.models import OutgoingKind
from klardesk.mail.parse import Address
from klardesk.mail.send.loops import LOOP_HEADER, loop_mark, new_message_id
from klardesk.mail.send.outbox import put_in_outbox
from klardesk.tickets import actions
from klardesk.tickets.drafts import NewArticle, NewAttachment, TimeSpent
from klardesk.tickets.models import Channel
from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.mail.models import SystemAddress
    from klardesk.tickets.models import Article, Ticket

Named = tuple[str, str]
"""Name (may be empty) and address of a recipient."""


@dataclass(frozen=True, slots=True)
class MailDraft:
    """A mail as a person or the desk wrote it. `references` and `in_reply_to` are Message-IDs with angle brackets."""

    to: list[Named]
    subject: str
    text: str
    cc: list[Named] = field(default_factory=list)
    bcc: list[Named] = field(default_factory=list)
    in_reply_to: str = ""
    references: list[str] = field(default_factory=list)
    attachments: tuple[NewAttachment, ...] = ()
    visible: bool = True
    """Whether the ticket's customer sees it."""
    html: str = ""
    """The same with pictures, cleaned; empty: the text alone."""
    time: TimeSpent | None = None
    timeless: bool = False
    """As in `NewArticle`."""

    @property
    def recipients(self) -> list[str]:
        """All addresses that the mail goes to, each once."""
        return list(dict.fromkeys(address for _name, address in (*self.to, *self.cc, *self.bcc)))


def send_mail(
    ticket: Ticket,
    draft: MailDraft,
    *,
    kind: str,
    sender: SystemAddress,
    speaker: str,
    by: Actor,
    revision: int | None = None,
) -> Article:
    """Add the mail to the ticket and put it into the outbox; both or neither.

    Needs `compose` (of agents). Raises NotPossible for a mail without recipient, with an address that is none, or one
    that is the desk's own.
    """
    mail, content, recipients = _built(ticket, draft, kind, sender)
    with transaction.atomic():
        words = _article(draft, mail, speaker, blobs.put(content))
        article = actions.add_article(ticket, words, by=by, revision=revision)
        put_in_outbox(
            article, content, kind=kind, message_id=mail.message_id, recipients=recipients,
            envelope_from="" if kind == OutgoingKind.AUTO else ascii_address(sender.address), sender=sender,
            hold=0 if kind == OutgoingKind.AUTO else option("mail.hold_seconds"),
        )  # fmt: skip
    return article


def check_recipients(recipients: list[str]) -> None:
    """Raise NotPossible unless there are some, all are addresses, and none is the desk's own: such a mail would come
    back as a new one, and an answer to it go to the desk again.
    """
    if not recipients:
        raise NotPossible(_("The mail has no recipient."))
    for address in recipients:
        if not is_address(address):
            raise NotPossible(_("“{address}” is no mail address.").format(address=address))
    for address in of_the_desk(recipients):
        sentence = _("“{address}” is an address of this desk; a mail to it would come back. Move the ticket instead.")
        raise NotPossible(sentence.format(address=address))


def _composed(ticket: Ticket, draft: MailDraft, kind: str, sender: SystemAddress) -> compose.Draft:
    """The mail with its Message-ID; one that the desk writes by itself tells other machines not to answer it."""
    automatic = kind == OutgoingKind.AUTO
    domain = ascii_address(sender.address).rpartition("@")[2]
    return compose.Draft(
        from_=Address(sender.display_name, sender.address), to=_addresses(draft.to), cc=_addresses(draft.cc),
        bcc=_addresses(draft.bcc), subject=" ".join(draft.subject.split()), text=draft.text,
        message_id=new_message_id(ticket.number, domain), date=clock.now(),
        in_reply_to=draft.in_reply_to, references=tuple(draft.references), html=draft.html, files=_files(draft),
        automatic="auto-replied" if automatic else "", loop_mark="yes" if automatic else "",
        headers={LOOP_HEADER: loop_mark()} if automatic else {},
    )  # fmt: skip


def _built(
    ticket: Ticket, draft: MailDraft, kind: str, sender: SystemAddress
) -> tuple[compose.Draft, bytes, list[str]]:
    """The mail, its bytes, and its recipients for the envelope; raises NotPossible if a value cannot be sent."""
    check_recipients(draft.recipients)
    try:
        mail = _composed(ticket, draft, kind, sender)
        return mail, compose.build(mail), compose.envelope_recipients(mail)
    except ValueError as error:
        raise NotPossible(_("This mail cannot be sent: {reason}.").format(reason=error)) from error


def _article(draft: MailDraft, mail: compose.Draft, speaker: str, raw: str) -> NewArticle:
    return NewArticle(
        sender=speaker, channel=Channel.EMAIL, visible_to_customer=draft.visible, subject=mail.subject, text=draft.text,
        html=draft.html, from_text=show(*mail.from_),
        to_text=_shown(draft.to), cc_text=_shown(draft.cc), bcc_text=_shown(draft.bcc),
        message_id=mail.message_id, in_reply_to=draft.in_reply_to, references=" ".join(draft.references), raw=raw,
        attachments=draft.attachments, time=draft.time, timeless=draft.timeless,
    )  # fmt: skip


def _files(draft: MailDraft) -> tuple[compose.OutgoingFile, ...]:
    """The files' bytes; pictures that the mail's HTML does not show go along as files of their own."""
    shown = content_ids(draft.html)
    return tuple(
        compose.OutgoingFile(
            file.name, file.content_type, blobs.get(file.digest), file.content_id if file.content_id.lower() in shown else "",
            inline=file.content_id.lower() in shown,
        )
        for file in draft.attachments
    )  # fmt: skip


def _addresses(people: list[Named]) -> tuple[Address, ...]:
    return tuple(Address(name, address) for name, address in people)


def _shown(people: list[Named]) -> str:
    return ", ".join(show(name, address) for name, address in people)
