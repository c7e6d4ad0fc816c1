"""What becomes of a parsed mail (contract 2.3): a new ticket, a follow-up, a note of failed delivery, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from klardesk.mail.addresses import shown
from klardesk.mail.models import IncomingState, Reason
from klardesk.mail.receive.auto_response import answer_automatically
from klardesk.mail.receive.customers import customer_of, queue_for
from klardesk.mail.receive.follow_up import MAIL, find_ticket
from klardesk.mail.receive.notices import is_own, take_in_notice
from klardesk.mail.receive.rules import Rules
from klardesk.mail.receive.steering import Steering
from klardesk.texts.models import Occasion
from klardesk.tickets import actions
from klardesk.tickets.drafts import NewArticle
from klardesk.tickets.models import Article, Channel, LinkType, SenderType
from klardesk.tickets.policy import follow_up_outcome

if TYPE_CHECKING:
    from klardesk.mail.models import IncomingMail
    from klardesk.mail.parse import Automatic, ParsedMail
    from klardesk.tickets.drafts import NewAttachment
    from klardesk.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Prepared:
    """A mail parsed, its attachments in the blob store."""

    parsed: ParsedMail
    files: tuple[NewAttachment, ...]
    automatic: Automatic
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mail."""

    state: str
    reason: str = Reason.NONE
    ticket_id: int | None = None
    article_id: int | None = None

    @classmethod
    def of(cls, ticket_id: int, article_id: int) -> Result:
        """The mail became this article."""
        return cls(IncomingState.PROCESSED, ticket_id=ticket_id, article_id=article_id)


@dataclass(frozen=True, slots=True)
class _Placed:
    """Where a mail went, and what that is to its sender."""

    ticket: Ticket
    article_id: int
    occasion: Occasion


def take_in(prepared: Prepared, mail: IncomingMail) -> Result:
    """Write all that follows from the mail. Runs inside the transaction that also marks the mail as processed."""
    parsed = prepared.parsed
    if prepared.empty:
        return Result(IncomingState.IGNORED, Reason.EMPTY)
    if is_own(parsed):
        return Result(IncomingState.IGNORED, Reason.OWN)
    steering = Steering.of(parsed, mail)
    if steering.ignore:
        return Result(IncomingState.IGNORED, Reason.HEADER)
    draft = _article(prepared, mail)
    notice = prepared.automatic.notice
    about_ours = take_in_notice(notice, draft) if notice else None
    if about_ours is not None:
        return Result.of(about_ours.ticket_id, about_ours.pk)
    rules = Rules.read()
    placed = _place(draft, _Arrival(parsed, mail, rules, steering))
    answer_automatically(placed.ticket, draft, placed.occasion, parsed, rules, may_answer=prepared.automatic.may_answer)
    return Result.of(placed.ticket.pk, placed.article_id)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A mail with all that decides where it goes."""

    parsed: ParsedMail
    mail: IncomingMail
    rules: Rules
    steering: Steering


def _place(draft: NewArticle, arrival: _Arrival) -> _Placed:
    found = find_ticket(arrival.parsed, arrival.rules)
    if found is None:
        return _new_ticket(draft, arrival, Occasion.NEW)
    outcome = follow_up_outcome(found.ticket)
    if outcome == "follow_up":
        article = actions.follow_up(found.ticket, draft, by=MAIL)
        return _Placed(found.ticket, article.pk, Occasion.FOLLOW_UP)
    if outcome == "reject":
        article = actions.add_article(found.ticket, draft, by=MAIL)
        return _Placed(found.ticket, article.pk, Occasion.REJECTED)
    placed = _new_ticket(draft, arrival, Occasion.NEW_FROM_OLD)
    actions.link_tickets(found.ticket, placed.ticket, LinkType.NORMAL, by=MAIL)
    return placed


def _new_ticket(draft: NewArticle, arrival: _Arrival, occasion: Occasion) -> _Placed:
    parsed, steering = arrival.parsed, arrival.steering
    customer = customer_of(parsed, arrival.rules, steering.chosen_customer())
    ticket = actions.create_ticket(
        by=MAIL, title=steering.title or _title(arrival, occasion), article=draft, priority=steering.chosen_priority(),
        queue=steering.chosen_queue() or queue_for(parsed, arrival.mail, arrival.rules), customer=customer.person,
        customer_login=customer.login, company=customer.company, company_number=customer.company_number,
    )  # fmt: skip
    article_id = Article.all_rows.filter(ticket=ticket).values_list("pk", flat=True).get()
    return _Placed(ticket, article_id, occasion)


def _title(arrival: _Arrival, occasion: Occasion) -> str:
    """The subject; that of a mail to an old ticket without the old number, which would lead back there."""
    subject = arrival.parsed.subject
    kept = arrival.rules.subjects.clean(subject) if occasion == Occasion.NEW_FROM_OLD else subject.strip()
    return kept or _untitled()


def _article(prepared: Prepared, mail: IncomingMail) -> NewArticle:
    parsed = prepared.parsed
    return NewArticle(
        sender=SenderType.CUSTOMER, channel=Channel.EMAIL, visible_to_customer=True, subject=parsed.subject,
        text=parsed.text, html=parsed.html, from_text=shown(parsed.from_) or parsed.from_raw, to_text=shown(parsed.to),
        cc_text=shown(parsed.cc), reply_to_text=shown(parsed.reply_to), message_id=parsed.message_id,
        in_reply_to=parsed.in_reply_to, references=" ".join(parsed.references), raw=mail.digest,
        attachments=prepared.files,
    )  # fmt: skip


def _untitled() -> str:
    with override(settings.LANGUAGE_CODE):
        return _("(no subject)")
