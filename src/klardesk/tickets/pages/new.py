"""A new ticket, whatever it begins with: the common way of its masks (by phone here, by mail in the mail room)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views import View

from klardesk.access.pages import DeskRequest
from klardesk.access.policy import Refused
from klardesk.base.options import option
from klardesk.tickets import actions
from klardesk.tickets.drafts import NewAttachment, Place
from klardesk.tickets.forms import PhoneForm
from klardesk.tickets.forms.parts import things
from klardesk.tickets.models import Draft, Ticket
from klardesk.tickets.pages import drafts, ready_texts, undo
from klardesk.tickets.pages.change import UNPROCESSABLE, go_to
from klardesk.tickets.pages.found import page
from klardesk.tickets.pages.uploads import attachments_of, kept_words
from klardesk.tickets.policy import NotPossible
from klardesk.tickets.queries import customer_named
from klardesk.tickets.slots import TextUse


class NewTicketPage(View):
    """GET shows the mask, POST creates the ticket. A page names its form, template and words, and calls one action."""

    form_class: ClassVar[type[PhoneForm]]
    words: ClassVar[str]
    """The template of what is said, within that of all masks."""
    url_name: ClassVar[str]
    title: ClassVar[str | Promise]
    symbol: ClassVar[str]
    submit: ClassVar[str | Promise]
    purposes: ClassVar[tuple[str, ...]]
    """Which ready-made texts the mask offers."""

    request: DeskRequest

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show the form; `?queue=` chooses a queue beforehand, and with it the possible owners."""
        self.require_some_queue()
        draft = drafts.kept(drafts.place_of(request), request.actor)
        if draft is None:
            return self.show(self.form_class(request.actor, initial=request.GET.dict()))
        first = {**drafts.typed(draft.values, self.form_class), **request.GET.dict()}
        return self.show(self.form_class(request.actor, initial=first), drafts.files_of(draft), draft=draft)

    def post(self, request: DeskRequest) -> HttpResponse:
        """Create the ticket, or show the form again with all that was typed."""
        self.require_some_queue()
        files = attachments_of(request, request.actor)
        if ready_texts.is_wanted(request):
            return self.show_with_text(files)
        if drafts.SAVE in request.POST:
            drafts.keep(request, drafts.place_of(request), files)
            return drafts.answer_kept(request, files)
        if drafts.DISCARD in request.POST:
            actions.discard_draft(drafts.place_of(request), by=request.actor)
            messages.success(request, _("The draft is discarded."))
            return go_to(request, reverse(self.url_name))
        form = self.form_class(request.actor, request.POST)
        if not form.is_valid():
            return self.show(form, files, UNPROCESSABLE)
        try:
            ticket = self.create(form, files, drafts.place_of(request))
        except (Refused, NotPossible) as refusal:
            return self.show(form, files, UNPROCESSABLE, str(refusal))
        return self.after(ticket)

    def create(self, form: Any, files: tuple[NewAttachment, ...], place: Place) -> Ticket:
        """Call the action with clean values."""
        raise NotImplementedError

    def after(self, ticket: Ticket) -> HttpResponse:
        """To the ticket, or to the list if it is not the actor's to see."""
        visible = Ticket.objects.visible_to(self.request.actor).filter(pk=ticket.pk).exists()
        steps = self.undo_steps() if visible else {}
        undo.offer(self.request, ticket, self.said(ticket), {}, steps)
        return go_to(self.request, reverse("ticket", args=[ticket.pk]) if visible else reverse("ticket_list"))

    def said(self, ticket: Ticket) -> str:
        """What was done, in a sentence."""
        return _("Ticket %(number)s was created.") % {"number": ticket.number}

    def undo_steps(self) -> Mapping[str, Any]:
        """What can be undone, by the names of steps (`slots.register_undo_step`)."""
        return {}

    def require_some_queue(self) -> None:
        """Raise Refused for whoever may create tickets nowhere."""
        if not self.form_class.queues_for(self.request.actor):
            raise Refused(_("You may not create tickets in any queue."))

    def further(self, form: Any) -> dict[str, Any]:
        """What the mask's own template needs besides."""
        return {}

    def show(
        self,
        form: PhoneForm,
        files: Sequence[NewAttachment] = (),
        status: int = 200,
        refusal: str = "",
        *,
        draft: Draft | None = None,
        unsaved: bool = False,
    ) -> HttpResponse:
        """The form with the files sent so far. One that was sent and comes back is kept."""
        if self.request.method == "POST":
            drafts.keep(self.request, drafts.place_of(self.request), files)
            draft = drafts.kept(drafts.place_of(self.request), self.request.actor)
        context = {
            "keeps_drafts": True, "kept_draft": draft, "unsaved": unsaved, "mask": self.url_name, "title": self.title,
            "symbol": self.symbol, "words": self.words, "with_queue": "", "rich_text": option("ticket.rich_text"),
            "form": form, "kept": kept_words(files, self.request.actor), "refusal": refusal, "submit": self.submit,
            "templates": ready_texts.offered(self.purposes, self.form_class.queues_for(self.request.actor)),
            **self.further(form),
        }  # fmt: skip
        return page(self.request, "tickets/new.html", context, status)

    def show_with_text(self, files: Sequence[NewAttachment]) -> HttpResponse:
        """The form as it was typed, with the chosen ready-made text and its files."""
        values, actor = ready_texts.typed(self.request, self.form_class), self.request.actor
        form = self.form_class(actor, initial=values)
        ready = ready_texts.chosen(self.request, TextUse(purposes=self.purposes, ticket=begun(form), actor=actor))
        if ready_texts.INSERT in self.request.headers:
            return ready_texts.as_data(ready, drafts.files_html(self.request, ready, files))
        if ready is not None:
            text = ready_texts.appended(values.get("text", ""), ready.text)
            form = self.form_class(actor, initial=ready_texts.with_text(values, ready, text))
            files = (*files, *(file for file in ready.files if file not in files))
        return self.show(form, files, unsaved=True)


def begun(form: PhoneForm) -> Ticket:
    """The ticket as far as it is known, not stored: for the placeholders of a text."""

    def value(name: str) -> str:
        return str(form[name].value() or "")

    def row(name: str) -> Any:
        return things(form, name).rows.get(value(name))

    customer = customer_named(value("customer_login").strip())
    return Ticket(
        title=value("subject"), queue=row("queue") or next(iter(things(form, "queue").rows.values())),
        state=row("state"), priority=row("priority"), owner=row("owner"), customer=customer,
        customer_login=customer.login if customer else value("customer_login"),
    )  # fmt: skip
