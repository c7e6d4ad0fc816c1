"""A new ticket of a customer."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from klardesk.access.pages import DeskRequest
from klardesk.access.policy import Refused
from klardesk.portal import actions
from klardesk.portal.forms import TicketForm
from klardesk.portal.gates import portal_page
from klardesk.portal.pages.ticket import UNPROCESSABLE
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.pages.found import page
from klardesk.tickets.pages.uploads import attachments_of, kept_words
from klardesk.tickets.policy import NotPossible


@portal_page
class NewPage(View):
    """GET and POST /portal/tickets/new/."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """The form; values in the address are filled in, and a chosen service brings its SLAs."""
        first = {**request.GET.dict(), "key": secrets.token_urlsafe(18)}
        return self._show(request, TicketForm(request.actor, request.user, initial=first))

    def post(self, request: DeskRequest) -> HttpResponse:
        """Make the ticket once, however often this form is sent."""
        files = attachments_of(request, request.actor)
        form = TicketForm(request.actor, request.user, request.POST)
        if not form.is_valid():
            return self._show(request, form, files, UNPROCESSABLE)
        values = form.cleaned_data
        try:
            ticket = actions.open_ticket(
                request.user, by=request.actor, key=f"{request.actor.person_id}:{values['key']}",
                subject=values["subject"], text=values["text"], files=files, further=form.further_values, **form.values,
            )  # fmt: skip
        except (Refused, NotPossible) as refusal:
            return self._show(request, form, files, UNPROCESSABLE, str(refusal))
        messages.success(request, _("Thank you. Your ticket has the number %(number)s.") % {"number": ticket.number})
        return HttpResponseRedirect(reverse("portal_ticket", args=[ticket.pk]))

    def _show(
        self, request: DeskRequest, form: TicketForm, files: Sequence[NewAttachment] = (), status: int = 200,
        refusal: str = "",
    ) -> HttpResponse:  # fmt: skip
        context = {"form": form, "kept": kept_words(files, request.actor), "refusal": refusal}
        return page(request, "portal/new.html", context, status)
