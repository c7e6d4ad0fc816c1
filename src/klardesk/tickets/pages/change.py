"""The common way of every page that changes a ticket: find, check the right, show the form, call the action.

Whatever goes wrong, the form comes back with all that was typed. If somebody else changed the ticket meanwhile, it comes
back with what came in, on the new revision, and its person decides again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django_htmx.http import HttpResponseClientRedirect

from klardesk.access.pages import DeskRequest
from klardesk.access.policy import Refused
from klardesk.base.options import option
from klardesk.tickets import actions
from klardesk.tickets.actions.undo import values_of
from klardesk.tickets.drafts import NewAttachment, Place
from klardesk.tickets.field_slots import mask_fields
from klardesk.tickets.forms import TicketForm
from klardesk.tickets.models import Draft, Ticket
from klardesk.tickets.pages import drafts, meanwhile, ready_texts, undo
from klardesk.tickets.pages.found import demand_verb, docked, find_ticket_and_verbs, page
from klardesk.tickets.pages.uploads import attachments_of, kept_words
from klardesk.tickets.policy import ChangedMeanwhile, NotPossible
from klardesk.tickets.slots import TextUse

UNPROCESSABLE, CONFLICT = 422, 409
FIELDS = "fields"
"""The step that undoes further fields (`slots.register_undo_step`)."""


class ChangePage(View):
    """GET shows the form, POST changes the ticket. A page names its verb, form and words, and calls one action."""

    verb: ClassVar[str]
    form_class: ClassVar[type[TicketForm]]
    title: ClassVar[str | Promise]
    submit: ClassVar[str | Promise] = gettext_lazy("Save")
    submit_anyway: ClassVar[str | Promise] = gettext_lazy("Save anyway")
    symbol: ClassVar[str] = "pencil"
    template: ClassVar[str] = "tickets/change_fields.html"
    takes_files: ClassVar[bool] = False
    purposes: ClassVar[tuple[str, ...]] = ()
    """Which ready-made texts the form offers."""
    names_colleagues: ClassVar[bool] = False
    """Whether `@` names colleagues in its text."""
    undoable: ClassVar[bool] = False
    """Whether what it changes of the ticket's own values is offered to be undone."""
    keeps_drafts: ClassVar[bool] = False
    """Whether what is typed is kept until it is sent; the article written must name its place (`NewArticle.written_at`)."""

    request: DeskRequest
    before: Mapping[str, Any]
    """The values before the change that can be undone."""
    noted: Any
    """What the further fields need to be undone."""

    def get(self, request: DeskRequest, ticket_id: int, **keys: int) -> HttpResponse:
        """Show the form."""
        ticket = self.find(ticket_id)
        first, draft = self.first_values(ticket), self.draft_of(ticket)
        told = self.unread(ticket, draft) if self.keeps_drafts else {}
        if draft is None:
            return self.show(
                self.form_class(ticket, request.actor, initial=first), files=self.first_files(ticket), **told
            )
        typed = {**first, **drafts.typed(draft.values, self.form_class), "revision": ticket.revision}
        form = self.form_class(ticket, request.actor, initial=typed)
        return self.show(form, files=drafts.files_of(draft), kept_draft=draft, **told)

    def post(self, request: DeskRequest, ticket_id: int, **keys: int) -> HttpResponse:
        """Change the ticket, or show the form again."""
        ticket = self.find(ticket_id)
        files = attachments_of(request, request.actor) if self.takes_files else ()
        if self.purposes and ready_texts.is_wanted(request):
            return self.show_with_text(ticket, files)
        if self.keeps_drafts and drafts.SAVE in request.POST:
            drafts.keep(request, self.place(ticket), files, ticket)
            return drafts.answer_kept(request, files)
        if self.keeps_drafts and drafts.DISCARD in request.POST:
            return self.discard(ticket)
        form = self.form_class(ticket, request.actor, request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form, status=UNPROCESSABLE, files=files)
        try:
            if self.keeps_drafts:
                meanwhile.pass_by(form, ticket, request.actor)
            self.before = values_of(ticket) if self.undoable else {}
            return self.after(self.carry_out(form, files) or ticket)
        except ChangedMeanwhile as changed:
            return self.show_news(form, changed, files)
        except (Refused, NotPossible) as refusal:
            return self.show(form, status=UNPROCESSABLE, files=files, refusal=str(refusal))
        except Ticket.DoesNotExist as error:
            raise Http404 from error

    def carry_out(self, form: Any, files: tuple[NewAttachment, ...]) -> Ticket | None:
        """What the mask is for, and the further fields that stand on it: all of it or nothing."""
        self.noted = {}
        values = form.further_values if form.further else {}
        if not values:
            return self.perform(form, files)
        with transaction.atomic():
            self.noted = store_fields(form, values, self.verb)
            done = self.perform(form, files)
            for source in mask_fields():
                source.store_at_article(form.mask, form.ticket, values, verb=self.verb, by=form.actor)
        return done

    def find(self, ticket_id: int) -> Ticket:
        """The ticket, if the actor may do this page's verb with it."""
        ticket, may = find_ticket_and_verbs(self.request.actor, ticket_id)
        demand_verb(may, ticket, self.verb)
        return ticket

    def first_values(self, ticket: Ticket) -> dict[str, Any]:
        """What the form begins with, beside the ticket's own values."""
        return {name: value for name, value in self.request.GET.items() if name in self.form_class.base_fields}

    def first_files(self, ticket: Ticket) -> Sequence[NewAttachment]:
        """The files that the form begins with."""
        return ()

    def place(self, ticket: Ticket) -> Place:
        """Where what is typed here is kept until it is sent."""
        return drafts.place_of(self.request, ticket, self.kwargs.get("article_id"))

    def draft_of(self, ticket: Ticket) -> Draft | None:
        """What the actor typed here before and did not send."""
        return drafts.kept(self.place(ticket), self.request.actor) if self.keeps_drafts else None

    def unread(self, ticket: Ticket, draft: Draft | None) -> dict[str, Any]:
        """What came in since the ticket's page was drawn that this mask opens in, and since the draft was typed."""
        seen = meanwhile.seen_by(self.request, draft)
        if seen is None or seen >= ticket.revision:
            return {}
        events = meanwhile.since(ticket, seen, self.request.actor)
        news = meanwhile.news_of(events, ticket, self.request.actor) if events else []
        return {"news": news, "refusal": _("This came in meanwhile. Read it before you write on.") if news else ""}

    def discard(self, ticket: Ticket) -> HttpResponse:
        """Forget the draft, and go back to the ticket."""
        actions.discard_draft(self.place(ticket), by=self.request.actor)
        messages.success(self.request, _("The draft is discarded."))
        return go_to(self.request, reverse("ticket", args=[ticket.pk]))

    def perform(self, form: Any, files: tuple[NewAttachment, ...]) -> Ticket | None:
        """Call the action with clean values; returns the ticket to show afterwards if it is another one."""
        raise NotImplementedError

    def show(
        self, form: TicketForm, *, status: int = 200, files: Sequence[NewAttachment] = (), **more: Any
    ) -> HttpResponse:
        """The form, in the dock of the ticket's page or on a page of its own. One that was sent and comes back is kept."""
        if self.keeps_drafts and self.request.method == "POST":
            drafts.keep(self.request, self.place(form.ticket), files, form.ticket)
            more = {"kept_draft": self.draft_of(form.ticket), **more}
        context = {
            "form": form, "ticket": form.ticket, "title": self.title, "submit": self.submit, "symbol": self.symbol,
            "body": self.template, "takes_files": self.takes_files, "kept": kept_words(files, self.request.actor),
            "refusal": "", "news": (), "sendable": True,
            "submit_anyway": self.submit_anyway, "address": drafts.address_of(self.request),
            "keeps_drafts": self.keeps_drafts, "kept_draft": None, "unsaved": False,
            "colleagues": self.names_colleagues,
            "rich_text": self.keeps_drafts and option("ticket.rich_text"), "docked": docked(self.request),
            "templates": ready_texts.offered(self.purposes, [form.ticket.queue]), **self.further(form), **more,
        }  # fmt: skip
        template = "tickets/change_form.html" if docked(self.request) else "tickets/change.html"
        return page(self.request, template, context, status)

    def show_with_text(self, ticket: Ticket, files: Sequence[NewAttachment]) -> HttpResponse:
        """The form as it was typed, with the chosen ready-made text and its files."""
        values = ready_texts.typed(self.request, self.form_class)
        ready = ready_texts.chosen(self.request, self.text_use(ticket))
        if ready_texts.INSERT in self.request.headers:
            return ready_texts.as_data(ready, drafts.files_html(self.request, ready, files))
        if ready is not None:
            values = ready_texts.with_text(values, ready, self.put_in(ticket, values.get("text", ""), ready.text))
            files = (*files, *(file for file in ready.files if file not in files))
        return self.show(self.form_class(ticket, self.request.actor, initial=values), files=files, unsaved=True)

    def text_use(self, ticket: Ticket) -> TextUse:
        """What a ready-made text is filled for."""
        return TextUse(purposes=self.purposes, ticket=ticket, actor=self.request.actor)

    def put_in(self, ticket: Ticket, text: str, addition: str) -> str:
        """The typed text with a ready-made one."""
        return ready_texts.appended(text, addition)

    def further(self, form: Any) -> dict[str, Any]:
        """What the form's own template needs besides; `sendable` False leaves the button out."""
        return {}

    def show_news(self, form: TicketForm, changed: ChangedMeanwhile, files: Sequence[NewAttachment]) -> HttpResponse:
        """The form on the newer revision, with what came in."""
        news = meanwhile.news_of(changed.events, changed.ticket, self.request.actor)
        return self.show(
            form.refreshed(changed.ticket.revision), status=CONFLICT, files=files, refusal=str(changed), news=news
        )

    def after(self, ticket: Ticket) -> HttpResponse:
        """Back to the ticket; to the list if it is no longer the actor's to see."""
        visible = Ticket.objects.visible_to(self.request.actor).filter(pk=ticket.pk).exists()
        if visible:
            noted = {FIELDS: self.noted} if self.undoable and self.noted else {}
            undo.offer(self.request, ticket, self.said(), self.before, {**self.undo_steps(), **noted})
        else:
            messages.success(self.request, self.said())
        target = reverse("ticket", args=[ticket.pk]) if visible else reverse("ticket_list")
        return go_to(self.request, target)

    def said(self) -> str:
        """What was done, in a sentence."""
        return _("Saved.")

    def undo_steps(self) -> Mapping[str, Any]:
        """What else can be undone, by the names of steps (`slots.register_undo_step`)."""
        return {}


def store_fields(form: TicketForm, values: Mapping[str, Any], verb: str) -> Any:
    """Give the ticket the values of the further fields, first: what the mask is for may ask whether they are filled in."""
    noted: dict[str, Any] = {}
    for source in mask_fields():
        revision = form.cleaned_data["revision"]
        noted |= source.store(form.mask, form.ticket, values, verb=verb, by=form.actor, revision=revision) or {}
        if form.ticket.revision != revision:
            form.cleaned_data["revision"] = form.ticket.revision
    return noted


def go_to(request: DeskRequest, target: str) -> HttpResponse:
    """Send the browser to another page, whether htmx asked or the browser itself."""
    return (
        HttpResponseClientRedirect(target)
        if request.headers.get("HX-Request") == "true"
        else HttpResponseRedirect(target)
    )
