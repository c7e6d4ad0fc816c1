"""Links to one ticket: an agent gives them, sees which were given, and revokes them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy

from klardesk.access.pages import agent_required
from klardesk.base.options import option
from klardesk.portal import actions, queries
from klardesk.portal.access_mails import ticket_link_mail
from klardesk.portal.actions.ticket_links import VERB
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.forms import ThingField, TicketForm
from klardesk.tickets.forms.parts import things
from klardesk.tickets.models import Ticket
from klardesk.tickets.pages.change import ChangePage, go_to


class LinkForm(TicketForm):
    """Who gets a link."""

    person = ThingField(label=gettext_lazy("For"))
    mailed = forms.BooleanField(
        label=gettext_lazy("Send it by e-mail as well"), required=False,
        help_text=gettext_lazy("To the address that the desk has of this person."),
    )  # fmt: skip

    def prepare(self) -> None:
        """Offer the customer and those who take part."""
        things(self, "person").offer(queries.people_of(self.ticket))


@agent_required
class LinksPage(ChangePage):
    """/tickets/<id>/guest-links/: give a link; those that were given."""

    verb, form_class, template = VERB, LinkForm, "portal/link_fields.html"
    title, submit, symbol = gettext_lazy("Link to this ticket"), gettext_lazy("Make a link"), "link"
    made = ""

    def perform(self, form: LinkForm, files: tuple[NewAttachment, ...]) -> None:
        """Make it; it is shown now and never again."""
        person = form.cleaned_data["person"]
        token = actions.give_link(form.ticket, person, by=self.request.actor)
        self.made = settings.KLARDESK_URL.rstrip("/") + reverse("guest_open", args=[token])
        if form.cleaned_data["mailed"]:
            ticket_link_mail(person, form.ticket, token)

    def after(self, ticket: Ticket) -> HttpResponse:
        """The page again, with the link."""
        return self.show(LinkForm(ticket, self.request.actor))

    def further(self, form: Any) -> dict[str, Any]:
        """The link that was made, and all that were given; no form while the desk gives none."""
        return {
            "made": self.made, "given": queries.ticket_links_of(form.ticket), "days": option("portal.ticket_link_days"),
            "sendable": bool(option("portal.ticket_links")),
        }  # fmt: skip


@agent_required
class LinkPage(ChangePage):
    """/tickets/<id>/guest-links/<link>/: end a link."""

    verb, form_class, template = VERB, TicketForm, "portal/link_revoked_fields.html"
    title, submit, symbol = gettext_lazy("Revoke a link"), gettext_lazy("Revoke"), "unlink"

    def perform(self, form: TicketForm, files: tuple[NewAttachment, ...]) -> None:
        """Revoke it."""
        actions.revoke_link(form.ticket, self.kwargs["link_id"], by=self.request.actor)

    def further(self, form: TicketForm) -> dict[str, Any]:
        """Whose it is."""
        found = [one for one in queries.ticket_links_of(form.ticket) if one.pk == self.kwargs["link_id"]]
        if not found:
            raise Http404
        return {"link": found[0]}

    def after(self, ticket: Ticket) -> HttpResponse:
        """Back to the list of links."""
        return go_to(self.request, reverse("ticket_guest_links", args=[ticket.pk]))
