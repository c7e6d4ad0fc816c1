"""Writing mails at an article: an answer, or forwarding it. The common way of ticket forms is `tickets.pages.change`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from klardesk.access.pages import agent_required
from klardesk.base.options import option
from klardesk.mail import queries
from klardesk.mail.forms import BounceForm, MailForm, OutboundForm
from klardesk.mail.policy import can_answer, can_rewrite
from klardesk.mail.send.answers import (
    NextState,
    first_wish,
    forward_draft,
    outbound_draft,
    reply_draft,
    rewritten_draft,
    send_forward,
    send_outbound,
    send_reply,
    send_rewritten,
    sender_for,
    shown,
)
from klardesk.mail.send.bounce import Bounce, bounce_mail
from klardesk.mail.send.protect import Wish, can_sign, lacking
from klardesk.mail.send.undo import MAIL
from klardesk.mail.send.write import MailDraft
from klardesk.tickets.models import Channel
from klardesk.tickets.pages import ready_texts
from klardesk.tickets.pages.change import ChangePage
from klardesk.tickets.pages.found import find_article, verbs_of
from klardesk.tickets.pages.uploads import shown_in
from klardesk.tickets.policy import NotPossible
from klardesk.tickets.slots import TextUse

if TYPE_CHECKING:
    from klardesk.tickets.drafts import NewAttachment
    from klardesk.tickets.forms import TicketForm
    from klardesk.tickets.models import Article, Ticket

CHOSEN = ("state", "pending_until", "visible", "sign", "encrypt")
"""What a mail's mask has beside the mail: it comes back with it when the mail is undone."""


class WritingPage(ChangePage):
    """A mail at an article."""

    form_class: ClassVar[type[TicketForm]]

    verb, form_class = "compose", MailForm
    submit, template, takes_files = gettext_lazy("Send"), "mail/writing_fields.html", True
    submit_anyway, keeps_drafts, undoable = gettext_lazy("Send anyway"), True, True
    sent: Article

    def article(self, ticket: Ticket) -> Article:
        """The article of this address, on the ticket at hand."""
        article = find_article(self.request.actor, ticket.pk, self.kwargs["article_id"])
        article.ticket = ticket
        return article

    def first_values(self, ticket: Ticket) -> dict[str, Any]:
        """The draft, and whether it is to be signed and encrypted: as the queue does, and as what is answered was."""
        article = self.article(ticket)
        draft = self.draft(article)
        wish = first_wish(article, draft)
        return {
            "sign": wish.sign,
            "encrypt": wish.encrypt,
            "to": shown(draft.to),
            "cc": shown(draft.cc),
            "bcc": shown(draft.bcc),
            "subject": draft.subject,
            "text": draft.text,
            "html": draft.html,
        }

    def draft(self, article: Article) -> MailDraft:
        """What the mail begins with."""
        raise NotImplementedError

    def first_files(self, ticket: Ticket) -> Sequence[NewAttachment]:
        """The files that the mail begins with."""
        return self.draft(self.article(ticket)).attachments

    def text_use(self, ticket: Ticket) -> TextUse:
        """A template is filled for the article at hand."""
        return TextUse(purposes=self.purposes, ticket=ticket, actor=self.request.actor, article=self.article(ticket))

    def put_in(self, ticket: Ticket, text: str, addition: str) -> str:
        """Below the salutation, above signature and quote."""
        head = self.draft(self.article(ticket)).text.partition("\n\n\n")[0]
        return ready_texts.below(head, text, addition)

    def further(self, form: TicketForm) -> dict[str, Any]:
        """Under which address the mail goes out, and which keys are missing to protect it."""
        try:
            sender = sender_for(form.ticket)
        except NotPossible as missing:
            messages.error(self.request, str(missing))
            return {"sender": None}
        if "encrypt" not in form.fields or not isinstance(form, MailForm):
            return {"sender": sender}
        return {"sender": sender, "can_sign": can_sign(sender.address), "lacking": lacking(form.people)}

    def perform(self, form: MailForm, files: tuple[NewAttachment, ...]) -> None:
        """Send it."""
        values = form.cleaned_data
        draft = MailDraft(
            to=values["to"], cc=values["cc"], bcc=values["bcc"], subject=values["subject"], text=values["text"],
            html=values["html"], attachments=shown_in(values["html"], files), visible=values.get("visible", True),
            time=form.time, written_at=self.place(form.ticket), hold=option("mail.hold_seconds"),
            wish=Wish(values["sign"], values["encrypt"]) if "sign" in values else None,
        )  # fmt: skip
        then = NextState(values["state"], values["pending_until"]) if values["state"] else None
        self.sent = self.send(self.article(form.ticket), draft, form.cleaned_data["revision"], then)

    def send(self, article: Article, draft: MailDraft, revision: int, then: NextState | None) -> Article:
        """Call the action."""
        raise NotImplementedError

    def said(self) -> str:
        """How long the mail can still be stopped."""
        if seconds := option("mail.hold_seconds"):
            told = ngettext(
                "The mail leaves in {seconds} second; until then it can be stopped at its article.",
                "The mail leaves in {seconds} seconds; until then it can be stopped at its article.",
                seconds,
            )
            return told.format(seconds=seconds)
        return _("The mail is being sent.")

    def undo_steps(self) -> Mapping[str, Any]:
        """The mail, while it is held. Time spent stays entered, so that it is not asked for again."""
        if not option("mail.hold_seconds"):
            return {}
        posted = self.request.POST
        return {
            MAIL: {"article": self.sent.pk, "chosen": {name: posted.getlist(name) for name in CHOSEN if name in posted}}
        }


@agent_required
class ReplyPage(WritingPage):
    """/tickets/<id>/articles/<article>/reply/, `?all=1` to everybody."""

    title, symbol = gettext_lazy("Reply"), "reply"
    purposes = ("answer",)

    def article(self, ticket: Ticket) -> Article:
        """An article that can be answered."""
        article = super().article(ticket)
        if not can_answer(article, verbs_of(self.request.actor, ticket)):
            raise Http404(_("This article names nobody who could be answered."))
        return article

    def draft(self, article: Article) -> MailDraft:
        """An answer with its quote."""
        return reply_draft(article, self.request.actor, all=self.request.GET.get("all") == "1")

    def send(self, article: Article, draft: MailDraft, revision: int, then: NextState | None) -> Article:
        """Answer."""
        return send_reply(article, draft, by=self.request.actor, revision=revision, then=then)


@agent_required
class ForwardPage(WritingPage):
    """/tickets/<id>/articles/<article>/forward/."""

    title, symbol = gettext_lazy("Forward"), "forward"
    purposes = ("forward",)

    def draft(self, article: Article) -> MailDraft:
        """The article's own words and files."""
        return forward_draft(article, self.request.actor)

    def send(self, article: Article, draft: MailDraft, revision: int, then: NextState | None) -> Article:
        """Forward."""
        return send_forward(article, draft, by=self.request.actor, revision=revision, then=then)


@agent_required
class OutboundPage(WritingPage):
    """/tickets/<id>/articles/<article>/outbound/: to somebody who has no part in the ticket yet."""

    title, symbol, form_class = gettext_lazy("Mail to somebody else"), "mail-plus", OutboundForm
    purposes = ("email",)

    def draft(self, article: Article) -> MailDraft:
        """Salutation and signature alone."""
        return outbound_draft(article, self.request.actor)

    def send(self, article: Article, draft: MailDraft, revision: int, then: NextState | None) -> Article:
        """Send it."""
        return send_outbound(article, draft, by=self.request.actor, revision=revision, then=then)


@agent_required
class RewritePage(WritingPage):
    """/tickets/<id>/articles/<article>/rewrite/: a mail, stopped or failed above all, corrected and sent as a new one."""

    title, symbol = gettext_lazy("Write again"), "pencil"

    def article(self, ticket: Ticket) -> Article:
        """A mail of the desk that is not on its way."""
        article = super().article(ticket)
        mail = queries.mail_of(article)
        if mail is None or not can_rewrite(mail):
            raise Http404
        return article

    def draft(self, article: Article) -> MailDraft:
        """Its own words, recipients and files."""
        return rewritten_draft(article)

    def send(self, article: Article, draft: MailDraft, revision: int, then: NextState | None) -> Article:
        """Send it."""
        return send_rewritten(article, draft, by=self.request.actor, revision=revision, then=then)


@agent_required
class BouncePage(WritingPage):
    """/tickets/<id>/articles/<article>/bounce/: the mail itself, unaltered, to somebody else."""

    title, symbol, form_class = gettext_lazy("Pass on unaltered"), "corner-up-right", BounceForm
    submit, template, takes_files = gettext_lazy("Pass on"), "mail/bounce_fields.html", False

    def article(self, ticket: Ticket) -> Article:
        """An article that is a mail."""
        article = super().article(ticket)
        if not article.raw or article.channel != Channel.EMAIL:
            raise Http404
        return article

    def first_values(self, ticket: Ticket) -> dict[str, Any]:
        """Nothing: a notice is sent only if somebody writes one."""
        self.article(ticket)
        return {}

    def first_files(self, ticket: Ticket) -> Sequence[NewAttachment]:
        """None."""
        return ()

    def perform(self, form: BounceForm, files: tuple[NewAttachment, ...]) -> None:  # type: ignore[override]
        """Pass it on."""
        values = form.cleaned_data
        then = NextState(values["state"], values["pending_until"]) if values["state"] else None
        bounce = Bounce(
            values["to"], values["notice"], then, form.time, self.place(form.ticket), option("mail.hold_seconds")
        )
        self.sent = bounce_mail(self.article(form.ticket), bounce, by=self.request.actor, revision=values["revision"])
