"""A new ticket by phone, and the search for its customer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django_htmx.http import trigger_client_event

from klardesk.access.actor import Actor
from klardesk.access.pages import DeskRequest, agent_required
from klardesk.access.policy import Refused
from klardesk.people.models import Person, Realm
from klardesk.tickets import actions
from klardesk.tickets.actions import create_ticket
from klardesk.tickets.drafts import NewArticle, NewAttachment, Place
from klardesk.tickets.forms import PhoneForm
from klardesk.tickets.forms.parts import things
from klardesk.tickets.models import Channel, Draft, SenderType, Ticket
from klardesk.tickets.pages import drafts, ready_texts
from klardesk.tickets.pages.change import UNPROCESSABLE, go_to
from klardesk.tickets.pages.found import page
from klardesk.tickets.pages.lists import whole
from klardesk.tickets.pages.uploads import attachments_of, kept_words
from klardesk.tickets.policy import NotPossible
from klardesk.tickets.queries import customer_named, customers_matching, queues_with
from klardesk.tickets.slots import TextUse

PURPOSES = ("phone", "create")
"""Which ready-made texts the form of a new ticket offers."""
SHORTEST = 2
"""Letters from which customers are searched."""


@agent_required
class PhoneTicket(View):
    """GET and POST /tickets/new/phone/: what somebody said on the phone becomes a ticket."""

    request: DeskRequest
    title = gettext_lazy("New ticket by phone")

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show the form; `?queue=` chooses a queue beforehand, and with it the possible owners."""
        _require_some_queue(request.actor)
        draft = drafts.kept(drafts.place_of(request), request.actor)
        if draft is None:
            return self.show(PhoneForm(request.actor, initial=request.GET.dict()))
        first = {**drafts.typed(draft.values, PhoneForm), **request.GET.dict()}
        return self.show(PhoneForm(request.actor, initial=first), drafts.files_of(draft), draft=draft)

    def post(self, request: DeskRequest) -> HttpResponse:
        """Create the ticket, or show the form again with all that was typed."""
        _require_some_queue(request.actor)
        files = attachments_of(request, request.actor)
        if ready_texts.is_wanted(request):
            return self.show_with_text(files)
        if drafts.SAVE in request.POST:
            drafts.keep(request, drafts.place_of(request), files)
            return drafts.answer_kept(request, files)
        if drafts.DISCARD in request.POST:
            actions.discard_draft(drafts.place_of(request), by=request.actor)
            messages.success(request, _("The draft is discarded."))
            return go_to(request, reverse("ticket_phone"))
        form = PhoneForm(request.actor, request.POST)
        if not form.is_valid():
            return self.show(form, files, UNPROCESSABLE)
        try:
            ticket = _create(form, files, request.actor, drafts.place_of(request))
        except (Refused, NotPossible) as refusal:
            return self.show(form, files, UNPROCESSABLE, str(refusal))
        messages.success(request, _("Ticket %(number)s was created.") % {"number": ticket.number})
        visible = Ticket.objects.visible_to(request.actor).filter(pk=ticket.pk).exists()
        return go_to(request, reverse("ticket", args=[ticket.pk]) if visible else reverse("ticket_list"))

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
            "keeps_drafts": True, "kept_draft": draft, "unsaved": unsaved,
            "form": form, "kept": kept_words(files, self.request.actor), "refusal": refusal, "submit": _("Create ticket"),
            "templates": ready_texts.offered(PURPOSES, list(queues_with(self.request.actor, "create"))),
        }  # fmt: skip
        return page(self.request, "tickets/phone.html", context, status)

    def show_with_text(self, files: Sequence[NewAttachment]) -> HttpResponse:
        """The form as it was typed, with the chosen ready-made text and its files."""
        values, actor = ready_texts.typed(self.request, PhoneForm), self.request.actor
        form = PhoneForm(actor, initial=values)
        ready = ready_texts.chosen(self.request, TextUse(purposes=PURPOSES, ticket=_begun(form), actor=actor))
        if ready_texts.INSERT in self.request.headers:
            return ready_texts.as_data(ready, drafts.files_html(self.request, ready, files))
        if ready is not None:
            text = ready_texts.appended(values.get("text", ""), ready.text)
            form = PhoneForm(actor, initial=ready_texts.with_text(values, ready, text))
            files = (*files, *(file for file in ready.files if file not in files))
        return self.show(form, files, unsaved=True)


@agent_required
class CustomerSearch(View):
    """GET /tickets/customers/?customer_login=: customers by name, login, address or company; `?pick=` chooses one."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show what fits; agents who may neither create nor change tickets have no use for it and see nothing."""
        actor = request.actor
        if not (actor.groups_with("create") or actor.groups_with("customer")):
            raise Http404
        if "pick" in request.GET:
            answer = page(request, "tickets/customer_choice.html", {"customer": _picked(request)})
            return trigger_client_event(answer, "customer-chosen", after="swap")
        words = request.GET.get("customer_login", "").strip()
        found = customers_matching(words) if len(words) >= SHORTEST else []
        return page(request, "tickets/customers_found.html", {"found": found, "words": words})


def _begun(form: PhoneForm) -> Ticket:
    """The ticket as far as it is known, not stored: for the placeholders of a text."""
    values = form.initial

    def row(name: str) -> Any:
        return things(form, name).rows.get(str(values.get(name) or ""))

    customer = customer_named(str(values.get("customer_login", "")).strip())
    return Ticket(
        title=values.get("subject", ""), queue=row("queue") or next(iter(things(form, "queue").rows.values())),
        state=row("state"), priority=row("priority"), owner=row("owner"), customer=customer,
        customer_login=customer.login if customer else values.get("customer_login", ""),
    )  # fmt: skip


def _picked(request: DeskRequest) -> Person:
    found = Person.objects.filter(realm=Realm.CUSTOMER, valid=True, pk=whole(request.GET, "pick") or 0).first()
    if found is None:
        raise Http404
    return found


def _require_some_queue(actor: Actor) -> None:
    if not queues_with(actor, "create"):
        raise Refused(_("You may not create tickets in any queue."))


def _create(form: PhoneForm, files: tuple[NewAttachment, ...], by: Actor, place: Place) -> Ticket:
    values = form.cleaned_data
    customer = values["customer"]
    call = NewArticle(
        sender=SenderType.CUSTOMER, channel=Channel.PHONE, visible_to_customer=True, subject=values["subject"],
        text=values["text"], from_text=customer.full_name if customer else values["customer_login"], attachments=files,
        time=form.time, written_at=place,
    )  # fmt: skip
    return create_ticket(
        by=by, title=values["subject"], queue=values["queue"], article=call, priority=values["priority"],
        state=values["state"], pending_until=values["pending_until"], owner=values["owner"], customer=customer,
        customer_login=values["customer_login"], company=values["company"], responsible=values["responsible"],
        type=values.get("type"), further=form.further_values,
    )  # fmt: skip
