"""A new ticket by mail: somebody is written to, and the ticket begins with that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.access.pages import agent_required
from klardesk.base.options import option
from klardesk.mail.addresses import sender_of
from klardesk.mail.new_form import NewMailForm
from klardesk.mail.send.first import create_ticket_by_mail, signature_of
from klardesk.mail.send.undo import MAIL
from klardesk.mail.send.write import MailDraft
from klardesk.tickets.pages.new import NewTicketPage, begun
from klardesk.tickets.pages.uploads import shown_in

if TYPE_CHECKING:
    from klardesk.tickets.drafts import NewAttachment, Place
    from klardesk.tickets.models import Article, Ticket


@agent_required
class MailTicket(NewTicketPage):
    """GET and POST /tickets/new/email/: a mail to a customer becomes a ticket."""

    title, symbol, submit = gettext_lazy("New ticket by e-mail"), "mail-plus", gettext_lazy("Create ticket and send")
    form_class, words, url_name, purposes = NewMailForm, "mail/new_words.html", "ticket_email", ("create", "email")
    sent: Article

    def create(self, form: NewMailForm, files: tuple[NewAttachment, ...], place: Place) -> Ticket:
        """Create it, with the mail in the outbox."""
        values = form.cleaned_data
        draft = MailDraft(
            to=values["to"], cc=values["cc"], bcc=values["bcc"], subject=values["subject"], text=values["text"],
            html=values["html"], attachments=shown_in(values["html"], files), time=form.time, written_at=place,
            hold=option("mail.hold_seconds"), wish=form.wish,
        )  # fmt: skip
        self.sent = create_ticket_by_mail(draft, form.ticket_values, by=self.request.actor)
        return self.sent.ticket

    def said(self, ticket: Ticket) -> str:
        """The ticket's number, and how long the mail can still be stopped."""
        created = super().said(ticket)
        if seconds := option("mail.hold_seconds"):
            told = _("Its mail leaves in {seconds} seconds; until then it can be stopped. The ticket stays.")
            return f"{created} {told.format(seconds=seconds)}"
        return f"{created} {_('The mail is being sent.')}"

    def undo_steps(self) -> Mapping[str, Any]:
        """The mail, while it is held."""
        return {MAIL: {"article": self.sent.pk, "chosen": {}}} if option("mail.hold_seconds") else {}

    def further(self, form: NewMailForm) -> dict[str, Any]:
        """Under which address it goes out, and the signature below it; both hang on the queue."""
        ticket = begun(form)
        frame = {"sender": sender_of(ticket.queue), "signature": signature_of(ticket, self.request.actor)}
        return {**frame, "with_queue": "mail-sender,#mail-signature"}
