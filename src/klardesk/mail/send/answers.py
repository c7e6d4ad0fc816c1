"""Answering and forwarding: the prefilled draft, and the action that sends what a person made of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from klardesk.mail import compose
from klardesk.mail.addresses import is_address, key_of, own_addresses, sender_of, show, split, without_plus
from klardesk.mail.keys.queries import outer_subject, policy_of, was_encrypted
from klardesk.mail.models import OutgoingKind, OutgoingMail
from klardesk.mail.receive.rules import Rules
from klardesk.mail.send.pictures import with_forwarded_pictures, with_own_pictures, with_quoted_pictures
from klardesk.mail.send.protect import Wish, wish_for
from klardesk.mail.send.write import MailDraft, Named, finish_mail, put_mail
from klardesk.people.models import Person
from klardesk.texts.placeholders import fill
from klardesk.texts.queries import frame_of
from klardesk.texts.values import values_for
from klardesk.tickets import actions
from klardesk.tickets.actions import Changes
from klardesk.tickets.drafts import NewAttachment, cleaned_html
from klardesk.tickets.models import Article, Attachment, SenderType
from klardesk.tickets.policy import NotPossible
from klardesk.web.formats import moment_text

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.mail.models import SystemAddress
    from klardesk.tickets.models import State, Ticket

LONGEST_QUOTED = 200_000
"""Characters of a mail that are quoted in an answer to it."""


@dataclass(frozen=True, slots=True)
class NextState:
    """The state a ticket gets along with a mail, with the time of a pending one."""

    state: State
    pending_until: datetime | None = None


def reply_draft(article: Article, by: Actor, *, all: bool = False) -> MailDraft:  # noqa: A002
    """What an answer to this article begins with: recipients, subject with the number, salutation, quote, signature.

    An answer to a mail of the desk itself goes to whom that mail went. `all` adds the other recipients.
    """
    to, cc = _recipients(article, all)
    text = _framed(article, by, quoted(article), _name_of(article, to))
    return MailDraft(
        to=to, cc=cc, subject=_subject(article, "Re"), text=text, in_reply_to=article.message_id,
        references=_references(article),
    )  # fmt: skip


def forward_draft(article: Article, by: Actor) -> MailDraft:
    """What forwarding this article begins with: no recipient yet, its header and text, its files."""
    files = Attachment.all_rows.filter(article=article).order_by("pk")
    text = _framed(article, by, _forwarded(article), "")
    return MailDraft(
        to=[], subject=_subject(article, "Fwd"), text=text, references=_references(article),
        attachments=tuple(NewAttachment.copy(file) for file in files),
    )  # fmt: skip


def outbound_draft(article: Article, by: Actor) -> MailDraft:
    """What a mail to somebody else about the article's ticket begins with: subject with the number, no quote.

    The customer does not see it unless its author says so; nor do they see the answer.
    """
    return MailDraft(
        to=[],
        subject=_subject(article, ""),
        text=_framed(article, by, "", ""),
        references=_references(article),
        visible=False,
    )


def rewritten_draft(article: Article) -> MailDraft:
    """A mail of the desk once more, word for word: one that was stopped, or did not arrive."""
    files = Attachment.all_rows.filter(article=article).order_by("pk")
    return MailDraft(
        to=split(article.to_text), cc=split(article.cc_text), bcc=split(article.bcc_text), subject=article.subject,
        text=article.text, html=cleaned_html(article)[0], in_reply_to=article.in_reply_to,
        references=article.references.split(),
        attachments=tuple(NewAttachment.copy(file) for file in files),
    )  # fmt: skip


def first_wish(article: Article, draft: MailDraft) -> Wish:
    """How a mail at this article begins: as the queue does it; encrypted if that article's mail was, whoever lacks a key."""
    policy = policy_of(article.ticket.queue)
    wish = wish_for(policy, draft.recipients)
    return replace(wish, encrypt=wish.encrypt or was_encrypted(article.pk))


def send_outbound(
    article: Article, draft: MailDraft, *, by: Actor, revision: int | None = None, then: NextState | None = None
) -> Article:
    """Write to somebody else about the ticket; as `send_reply`, but it answers nothing."""
    threaded = replace(draft, in_reply_to="", references=_references(article))
    return _send(article.ticket, threaded, OutgoingKind.OUTBOUND, by=by, revision=revision, then=then)


def send_rewritten(
    article: Article, draft: MailDraft, *, by: Actor, revision: int | None = None, then: NextState | None = None
) -> Article:
    """Send a stopped or failed mail as a new one, in the thread of the old."""
    was = OutgoingMail.objects.filter(article=article).order_by("-pk").values_list("kind", flat=True).first()
    kind = was or OutgoingKind.REPLY
    threaded = replace(
        with_own_pictures(article, draft), in_reply_to=article.in_reply_to, references=article.references.split(),
        visible=kind != OutgoingKind.OUTBOUND,
    )  # fmt: skip
    return _send(article.ticket, threaded, kind, by=by, revision=revision, then=then)


def send_reply(
    article: Article, draft: MailDraft, *, by: Actor, revision: int | None = None, then: NextState | None = None
) -> Article:
    """Send an answer to this article, and change the state if wished, in one transaction.

    The thread's Message-IDs are taken from the article, whatever the draft says. Needs `compose`. Raises NotPossible,
    Refused, ChangedMeanwhile, Ticket.DoesNotExist; then nothing was sent.
    """
    threaded = replace(
        with_quoted_pictures(article, draft, quoted(article), _attribution(article)),
        in_reply_to=article.message_id, references=_references(article),
    )  # fmt: skip
    return _send(article.ticket, threaded, OutgoingKind.REPLY, by=by, revision=revision, then=then)


def send_forward(
    article: Article, draft: MailDraft, *, by: Actor, revision: int | None = None, then: NextState | None = None
) -> Article:
    """Forward this article; as `send_reply`, but it answers nothing."""
    shown_too = with_forwarded_pictures(article, draft, _forwarded(article), _heading(article))
    threaded = replace(shown_too, in_reply_to="", references=_references(article))
    return _send(article.ticket, threaded, OutgoingKind.FORWARD, by=by, revision=revision, then=then)


def _send(
    ticket: Ticket, draft: MailDraft, kind: str, *, by: Actor, revision: int | None, then: NextState | None
) -> Article:
    finished = finish_mail(ticket, draft, kind=kind, sender=sender_for(ticket))
    with transaction.atomic():
        sent = put_mail(ticket, finished, speaker=SenderType.AGENT, by=by, revision=revision)
        if then is not None:
            actions.apply_changes(ticket, Changes(state=then.state, pending_until=then.pending_until), by=by)
    return sent


def sender_for(ticket: Ticket) -> SystemAddress:
    """The address under which this ticket's mails go out; raises NotPossible if the desk has none."""
    sender = sender_of(ticket.queue)
    if sender is None:
        raise NotPossible(_("The desk has no sender address. An administrator adds one under Mail, Addresses."))
    return sender


def quoted(article: Article) -> str:
    """The article's text as a quote below its attribution."""
    return compose.quote(article.text[:LONGEST_QUOTED], _attribution(article))


def _attribution(article: Article) -> str:
    moment = moment_text(article.created_at)
    return _("On {moment}, {author} wrote:").format(moment=moment, author=article.from_text or _("somebody"))


def _forwarded(article: Article) -> str:
    return f"{_heading(article)}\n\n{article.text[:LONGEST_QUOTED]}"


def _heading(article: Article) -> str:
    """Whose mail it was, to whom, when and about what."""
    lines = [
        _("-------- Forwarded message --------"),
        _("From: {value}").format(value=article.from_text),
        _("To: {value}").format(value=article.to_text),
        *([_("Cc: {value}").format(value=article.cc_text)] if article.cc_text else []),
        _("Date: {value}").format(value=moment_text(article.created_at)),
        _("Subject: {value}").format(value=article.subject),
    ]
    return "\n".join(lines)


def _framed(article: Article, by: Actor, middle: str, customer_name: str) -> str:
    """Salutation, room for the answer, signature, and below it the quote."""
    agent = Person.objects.filter(pk=by.person_id).first() if by.person_id else None
    values = values_for(
        article.ticket, agent=agent, customer_name=customer_name, subject=article.subject, body=article.text
    )
    salutation, signature = (fill(text, values).strip() for text in frame_of(article.ticket.queue))
    head = f"{salutation}\n\n\n" if salutation else "\n\n"
    return head + (f"\n{signature}\n\n" if signature else "\n") + middle + "\n"


def _subject(article: Article, prefix: str) -> str:
    """Of a mail whose subject was within its encryption, what stood outside: an answer's subject is not encrypted."""
    subjects, outside = Rules.read().subjects, outer_subject(article.pk)
    hidden = outside is not None
    cleaned = subjects.clean(outside if outside is not None else article.subject)
    cleaned = cleaned or ("…" if hidden else article.ticket.title)
    return subjects.build(article.ticket.number, cleaned, prefix=prefix)


def _references(article: Article) -> list[str]:
    return f"{article.references} {article.message_id}".split()


def _recipients(article: Article, everybody: bool) -> tuple[list[Named], list[Named]]:
    own = own_addresses()
    came_from = split(article.reply_to_text) or split(article.from_text)
    ours = article.sender != SenderType.CUSTOMER or all(key_of(address) in own for _name, address in came_from)
    first = split(article.to_text) if ours else came_from
    to = _without(first, own) or _customer(article)
    others = [*split("" if ours else article.to_text), *split(article.cc_text)] if everybody else []
    return to, _without(others, own | {key_of(address) for _name, address in to})


def _customer(article: Article) -> list[Named]:
    """The ticket's customer, where the article names nobody: a phone call, a note."""
    customer = article.ticket.customer
    if customer is not None and is_address(customer.email):
        return [(customer.full_name, customer.email)]
    login = article.ticket.customer_login
    return [("", login)] if is_address(login) else []


def _without(people: list[Named], left_out: frozenset[str]) -> list[Named]:
    unique = {key_of(address): (name, address) for name, address in people if is_address(address)}
    return [person for key, person in unique.items() if not {key, without_plus(key)} & left_out]


def _name_of(article: Article, to: list[Named]) -> str:
    """Who is spoken to: the name in the mail, else the customer's, else the address."""
    customer = article.ticket.customer
    if to and to[0][0]:
        return to[0][0]
    if customer is not None:
        return customer.full_name
    return to[0][1] if to else ""


def shown(people: list[Named]) -> str:
    """Recipients as a form shows them."""
    return ", ".join(show(name, address) for name, address in people)
