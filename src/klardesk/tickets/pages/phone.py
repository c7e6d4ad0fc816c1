"""A new ticket by phone, and the search for its customer."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy
from django.views import View
from django_htmx.http import trigger_client_event

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.people.models import Person, Realm
from klardesk.tickets.actions import create_ticket
from klardesk.tickets.customers import open_of
from klardesk.tickets.drafts import NewArticle, NewAttachment, Place
from klardesk.tickets.forms import PhoneForm
from klardesk.tickets.models import Channel, SenderType, Ticket
from klardesk.tickets.pages.found import page
from klardesk.tickets.pages.lists import whole
from klardesk.tickets.pages.new import NewTicketPage
from klardesk.tickets.queries import customers_matching

SHORTEST = 2
"""Letters from which customers are searched."""


@agent_required
class PhoneTicket(NewTicketPage):
    """GET and POST /tickets/new/phone/: what somebody said on the phone becomes a ticket."""

    title, symbol, submit = gettext_lazy("New ticket by phone"), "phone-incoming", gettext_lazy("Create ticket")
    form_class, words, url_name, purposes = PhoneForm, "tickets/phone_words.html", "ticket_phone", ("phone", "create")

    def create(self, form: PhoneForm, files: tuple[NewAttachment, ...], place: Place) -> Ticket:
        """Create it with the call as its first article."""
        values = form.cleaned_data
        customer = values["customer"]
        call = NewArticle(
            sender=SenderType.CUSTOMER, channel=Channel.PHONE, visible_to_customer=True, subject=values["subject"],
            text=values["text"], from_text=customer.full_name if customer else values["customer_login"],
            attachments=files, time=form.time, written_at=place,
        )  # fmt: skip
        return create_ticket(by=self.request.actor, article=call, **form.ticket_values)


@agent_required
class CustomerSearch(View):
    """GET /tickets/customers/?customer_login=: customers by name, login, address or company; `?pick=` chooses one."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show what fits; agents who may neither create nor change tickets have no use for it and see nothing."""
        actor = request.actor
        if not (actor.groups_with("create") or actor.groups_with("customer")):
            raise Http404
        if "pick" in request.GET:
            customer = _picked(request)
            context = {"customer": customer, "waiting": open_of(actor, customer.pk)}
            answer = page(request, "tickets/customer_choice.html", context)
            return trigger_client_event(answer, "customer-chosen", after="swap")
        words = request.GET.get("customer_login", "").strip()
        found = customers_matching(words) if len(words) >= SHORTEST else []
        return page(request, "tickets/customers_found.html", {"found": found, "words": words})


def _picked(request: DeskRequest) -> Person:
    found = Person.objects.filter(realm=Realm.CUSTOMER, valid=True, pk=whole(request.GET, "pick") or 0).first()
    if found is None:
        raise Http404
    return found
