"""What customers do with tickets in the portal: open, answer, close. Each form counts once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from klardesk.base import clock
from klardesk.mail.addresses import show
from klardesk.mail.parse.model import Address, ParsedMail
from klardesk.mail.receive.auto_response import Answered, answer_automatically
from klardesk.mail.receive.rules import Rules
from klardesk.portal.models import Submission
from klardesk.texts.models import Occasion
from klardesk.tickets import actions
from klardesk.tickets.configured import first_state
from klardesk.tickets.drafts import NewArticle, NewAttachment
from klardesk.tickets.field_slots import mask_fields
from klardesk.tickets.models import Channel, LinkType, SenderType, StateType, Ticket
from klardesk.tickets.policy import NotPossible, follow_up_outcome
from klardesk.tickets.queries import primary_company

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.people.models import Person
    from klardesk.tickets.models import Queue


def open_ticket(
    person: Person, *, by: Actor, key: str, queue: Queue, subject: str, text: str, files: Sequence[NewAttachment] = (),
    further: Mapping[str, Any] | None = None, **values: Any,
) -> Ticket:  # fmt: skip
    """A new ticket of this customer. Raises Refused without the right to create in the queue."""
    article = written_by(person, subject, text, files)

    def make() -> Ticket:
        ticket = actions.create_ticket(
            by=by, title=subject, queue=queue, article=article, customer=person, company=primary_company(person),
            further=further, **values,
        )  # fmt: skip
        confirm(ticket, article, (person.full_name, person.email), Occasion.NEW)
        return ticket

    return once(key, article, make)


def answer_ticket(
    ticket: Ticket, person: Person, *, by: Actor, key: str, text: str, files: Sequence[NewAttachment] = (),
    further: Mapping[str, Any] | None = None,
) -> Ticket:  # fmt: skip
    """The customer's answer, by the queue's rule on follow-ups; the ticket it went to, which a closed one may have begun.

    `further` are values of fields that the form has (`tickets.field_slots`). Raises NotPossible for a closed ticket whose
    queue takes no answers, and as `follow_up`.
    """
    article = written_by(person, ticket.title, text, files)

    def make() -> Ticket:
        outcome = follow_up_outcome(ticket)
        if outcome == "reject":
            raise NotPossible(_("This ticket is closed and takes no more answers. Please make a new ticket."))
        went_to = ticket
        if outcome == "new_ticket":
            went_to = _begin_again(ticket, person, article, by)
        else:
            actions.follow_up(ticket, article, by=by)
        for source in mask_fields() if further else ():
            source.store("portal_answer", went_to, further or {}, verb="note", by=by, revision=went_to.revision)
        return went_to

    return once(key, article, make)


def close_ticket(ticket: Ticket, *, by: Actor, further: Mapping[str, Any] | None = None) -> None:
    """The customer has no more need of it; nothing happens if it is closed already. Needs the right `close`.

    `further` are values of fields that the form has, as in `answer_ticket`; they are stored with it or neither is done.
    """
    state = first_state(StateType.CLOSED)
    if state is None:
        raise NotPossible(_("The desk has no state for closed tickets."))
    if ticket.state.type == StateType.CLOSED:
        return
    with transaction.atomic():
        for source in mask_fields() if further else ():
            source.store("portal_answer", ticket, further or {}, verb="state", by=by, revision=ticket.revision)
        actions.change_state(ticket, state, by=by)


def once(key: str, article: NewArticle, make: Callable[[], Ticket]) -> Ticket:
    """The ticket that `make` gives, or, if this article was sent with this key before, the one that it gave then.

    Other words under the same key, as after a step back in the browser, are no repetition: nothing that was written is dropped.
    """
    files = (part for file in article.attachments for part in (file.name, file.digest))
    words = "\0".join((key, article.from_text, article.subject, article.text, *files))
    digest = sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
    with transaction.atomic():
        row, new = Submission.objects.get_or_create(key=digest, defaults={"created_at": clock.now()})
        if not new and row.ticket_id is not None:
            return Ticket.all_rows.get(pk=row.ticket_id)
        ticket = make()
        Submission.objects.filter(pk=row.pk).update(ticket=ticket)
    return ticket


def confirm(ticket: Ticket, article: NewArticle, writer: tuple[str, str], occasion: Occasion) -> None:
    """The automatic answer of the ticket's queue, under the limits that hold loops between machines."""
    name, email = writer
    if not email:
        return
    parsed = ParsedMail(
        from_=(Address(name, email.lower()),), from_raw="", reply_to=(), to=(), cc=(), bcc=(), subject=article.subject,
        message_id="", references=(), in_reply_to="", date=None, text=article.text, html="", attachments=(), headers={},
        problems=(),
    )  # fmt: skip
    answer_automatically(ticket, Answered(article, parsed, Rules.read()), occasion, may_answer=True)


def written_by(person: Person, subject: str, text: str, files: Sequence[NewAttachment]) -> NewArticle:
    """An article that a customer wrote in the portal."""
    return NewArticle(
        sender=SenderType.CUSTOMER, channel=Channel.WEB, visible_to_customer=True, subject=subject, text=text,
        from_text=show(person.full_name, person.email) if person.email else person.full_name, attachments=tuple(files),
    )  # fmt: skip


def _begin_again(ticket: Ticket, person: Person, article: NewArticle, by: Actor) -> Ticket:
    """A new ticket in the place of the closed one, linked with it by the desk."""
    desk = by.system("portal")
    begun = actions.create_ticket(
        by=by, title=ticket.title, queue=ticket.queue, article=article, priority=ticket.priority, customer=person,
        company=primary_company(person),
    )  # fmt: skip
    actions.link_tickets(ticket, begun, LinkType.NORMAL, by=desk)
    confirm(begun, article, (person.full_name, person.email), Occasion.NEW_FROM_OLD)
    return begun
