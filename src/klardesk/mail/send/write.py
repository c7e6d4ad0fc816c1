"""Writing a mail: its article and its outbox row in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from klardesk.base import blobs, clock
from klardesk.base.html import content_ids
from klardesk.mail import compose
from klardesk.mail.addresses import is_address, key_of, of_the_desk, show
from klardesk.mail.compose.headers import ascii_address
from klardesk.mail.keys.layers import record_layers
from klardesk.mail.keys.models import Encrypt
from klardesk.mail.keys.queries import policy_of
from klardesk.mail.models import OutgoingKind
from klardesk.mail.parse import Address
from klardesk.mail.send.loops import LOOP_HEADER, loop_mark, new_message_id
from klardesk.mail.send.outbox import put_in_outbox
from klardesk.mail.send.protect import Protected, Recipients, Wish, protect, wish_for
from klardesk.tickets import actions
from klardesk.tickets.drafts import NewArticle, NewAttachment, Place, TimeSpent
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
    wish: Wish | None = None
    """Whether it is signed and encrypted; None: as the ticket's queue does by itself."""
    html: str = ""
    """The same with pictures, cleaned; empty: the text alone."""
    time: TimeSpent | None = None
    timeless: bool = False
    written_at: Place | None = None
    """Both as in `NewArticle`."""
    hold: int = 0
    """Seconds for which it waits, so that its writer can stop it."""

    @property
    def recipients(self) -> list[str]:
        """All addresses that the mail goes to, each once."""
        return list(dict.fromkeys(address for _name, address in (*self.to, *self.cc, *self.bcc)))


@dataclass(frozen=True, slots=True)
class FinishedMail:
    """A mail that only has to be written down and put into the outbox."""

    draft: MailDraft
    mail: compose.Draft
    protected: Protected
    recipients: list[str]
    kind: str
    sender: SystemAddress


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

    Needs `compose` (of agents). Raises NotPossible as `finish_mail` does.
    """
    finished = finish_mail(ticket, draft, kind=kind, sender=sender)
    return put_mail(ticket, finished, speaker=speaker, by=by, revision=revision)


def finish_mail(ticket: Ticket, draft: MailDraft, *, kind: str, sender: SystemAddress) -> FinishedMail:
    """The mail's bytes, signed and encrypted as wished; outside of a transaction if it is to be protected.

    Raises NotPossible for a mail without recipient, with an address that is none, or one that is the desk's own, and for
    one that cannot be protected as it is to be.
    """
    mail, content, recipients = _built(ticket, draft, kind, sender)
    people = Recipients([address for _name, address in (*draft.to, *draft.cc)], _hidden(draft))
    wish = _wish(ticket, draft, people, kind)
    protected = protect(content, people, wish, ticket.queue, sender)
    return FinishedMail(draft, mail, protected, recipients, kind, sender)


def _wish(ticket: Ticket, draft: MailDraft, people: Recipients, kind: str) -> Wish:
    """What the writer wishes, or the queue does by itself; what a queue demands, nobody leaves out."""
    if draft.wish is not None and kind == OutgoingKind.AUTO:
        return draft.wish  # made from what the queue does
    policy = policy_of(ticket.queue)
    wish = draft.wish or wish_for(policy, people.all)
    return replace(wish, encrypt=wish.encrypt or policy.encrypt == Encrypt.ALWAYS)


def put_mail(
    ticket: Ticket, finished: FinishedMail, *, speaker: str, by: Actor, revision: int | None = None
) -> Article:
    """Write the article and the outbox's row in one transaction; needs `compose` (of agents)."""
    mail, kind, sender, protected = finished.mail, finished.kind, finished.sender, finished.protected
    with transaction.atomic():
        words = _article(finished.draft, mail, speaker, blobs.put(protected.content))
        article = actions.add_article(ticket, words, by=by, revision=revision)
        put_in_outbox(
            article, protected.content, kind=kind, message_id=mail.message_id, recipients=finished.recipients,
            envelope_from="" if kind == OutgoingKind.AUTO else ascii_address(sender.address), sender=sender,
            hold=finished.draft.hold,
            own={ascii_address(address): content for address, content in protected.own.items()},
        )  # fmt: skip
        record_layers(article.pk, article.ticket_id, protected.layers, by=by)
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


def _hidden(draft: MailDraft) -> list[str]:
    """Those in Bcc who do not stand in To or Cc as well."""
    shown = {key_of(address) for _name, address in (*draft.to, *draft.cc)}
    return [address for _name, address in draft.bcc if key_of(address) not in shown]


def _article(draft: MailDraft, mail: compose.Draft, speaker: str, raw: str) -> NewArticle:
    return NewArticle(
        sender=speaker, channel=Channel.EMAIL, visible_to_customer=draft.visible, subject=mail.subject, text=draft.text,
        html=draft.html, from_text=show(*mail.from_),
        to_text=_shown(draft.to), cc_text=_shown(draft.cc), bcc_text=_shown(draft.bcc),
        message_id=mail.message_id, in_reply_to=draft.in_reply_to, references=" ".join(draft.references), raw=raw,
        attachments=draft.attachments, time=draft.time, timeless=draft.timeless, written_at=draft.written_at,
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
