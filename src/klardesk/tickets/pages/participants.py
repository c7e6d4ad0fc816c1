"""Customers who take part in a ticket: an agent adds and removes them."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.access.pages import agent_required
from klardesk.people.models import Person
from klardesk.tickets import actions
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.forms import TicketForm
from klardesk.tickets.models import Ticket
from klardesk.tickets.pages.change import ChangePage, go_to
from klardesk.tickets.queries import customer_named


class ParticipantForm(TicketForm):
    """A customer, by login or address."""

    person = django_forms.CharField(
        label=gettext_lazy("Customer"), max_length=254,
        help_text=gettext_lazy("Login or e-mail address of a customer whom the desk knows."),
    )  # fmt: skip

    def clean_person(self) -> Person:
        """The valid customer with this login or address."""
        found = customer_named(self.cleaned_data["person"].strip())
        if found is None:
            raise django_forms.ValidationError(_("The desk knows no customer with this login or address."))
        return found


@agent_required
class ParticipantsPage(ChangePage):
    """/tickets/<id>/participants/: let a customer take part."""

    verb, form_class, template = "participants", ParticipantForm, "tickets/participant_fields.html"
    title, submit, symbol = gettext_lazy("Add a participant"), gettext_lazy("Add"), "users"

    def perform(self, form: ParticipantForm, files: tuple[NewAttachment, ...]) -> None:
        """Add them."""
        actions.add_participant(form.ticket, form.cleaned_data["person"], by=self.request.actor)

    def further(self, form: Any) -> dict[str, Any]:
        """Nobody is named yet."""
        return {"person": None}


@agent_required
class ParticipantPage(ChangePage):
    """/tickets/<id>/participants/<person>/: a customer takes part no longer."""

    verb, form_class, template = "participants", TicketForm, "tickets/participant_fields.html"
    title, submit, symbol = gettext_lazy("Remove a participant"), gettext_lazy("Remove"), "users"

    def perform(self, form: TicketForm, files: tuple[NewAttachment, ...]) -> None:
        """Remove them."""
        actions.remove_participant(form.ticket, self.person(form.ticket), by=self.request.actor)

    def further(self, form: TicketForm) -> dict[str, Any]:
        """Who it is."""
        return {"person": self.person(form.ticket)}

    def person(self, ticket: Ticket) -> Person:
        """The participant of this address, or Http404."""
        found = Person.objects.filter(pk=self.kwargs["person_id"], participates__ticket=ticket).first()
        if found is None:
            raise Http404
        return found

    def after(self, ticket: Ticket) -> HttpResponse:
        """Back to the ticket."""
        return go_to(self.request, reverse("ticket", args=[ticket.pk]))
