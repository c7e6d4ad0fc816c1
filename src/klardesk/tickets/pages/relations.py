"""What joins tickets: merge, links, split."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from klardesk.access.actor import Actor
from klardesk.access.pages import DeskRequest, agent_required
from klardesk.tickets import actions, forms
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.models import Link, Ticket
from klardesk.tickets.pages.change import ChangePage
from klardesk.tickets.pages.found import find_article
from klardesk.tickets.policy import NotPossible
from klardesk.tickets.queries import linked_tickets

Files = tuple[NewAttachment, ...]
UNMERGE = "unmerge"
"""The step that takes a merge back, as its mask names it."""


def unmerge(ticket: Ticket, known: Any, *, by: Actor) -> str:
    """Take back the merge of the ticket of this key into this one; gives the address of the one that is alone again."""
    source: Ticket | None = Ticket.objects.visible_to(by).filter(pk=known).first()
    if source is None or source.merged_into_id != ticket.pk:
        raise NotPossible(str(_("The ticket was changed since; nothing was undone.")))
    actions.unmerge_ticket(source, by=by)
    return reverse("ticket", args=[source.pk])


@agent_required
class MergePage(ChangePage):
    """/tickets/<id>/merge/: the first sending shows both tickets, the second merges."""

    verb, form_class, template = "merge", forms.MergeForm, "tickets/merge_fields.html"
    title, submit, symbol = _("Merge into another ticket"), _("Show what will happen"), "merge"
    merged: Ticket

    def post(self, request: DeskRequest, ticket_id: int, **keys: int) -> HttpResponse:
        """Show the other ticket, or merge if it was seen."""
        ticket = self.find(ticket_id)
        form = forms.MergeForm(ticket, request.actor, request.POST)
        if form.is_valid() and not form.cleaned_data["confirmed"]:
            return self.show(form, other=form.other, submit=_("Merge now"))
        return super().post(request, ticket_id)

    def perform(self, form: forms.MergeForm, files: Files) -> Ticket:
        """Merge, and go on with the ticket that remains."""
        actions.merge_ticket(form.ticket, form.other, by=self.request.actor, revision=form.cleaned_data["revision"])
        self.merged = form.ticket
        return form.other

    def undo_steps(self) -> Mapping[str, Any]:
        """The merge itself; undone, it leads back to the ticket that was merged."""
        return {UNMERGE: self.merged.pk}

    def further(self, form: forms.MergeForm) -> dict[str, Any]:
        """The other ticket, once its number is known to be right."""
        other = getattr(form, "other", None) if form.is_bound else None
        return {"other": other, "submit": _("Merge now") if other else self.submit}


@agent_required
class LinksPage(ChangePage):
    """/tickets/<id>/links/: link with another ticket."""

    verb, form_class = "link", forms.LinkForm
    title, submit, symbol = _("Link with another ticket"), _("Link"), "link"

    def perform(self, form: forms.LinkForm, files: Files) -> None:
        """Make the link; a parent is the source."""
        ends = (form.other, form.ticket) if form.cleaned_data["role"] == "parent" else (form.ticket, form.other)
        actions.link_tickets(*ends, form.type, by=self.request.actor)


@agent_required
class LinkPage(ChangePage):
    """/tickets/<id>/links/<link>/: remove a link."""

    verb, form_class, template = "link", forms.TicketForm, "tickets/unlink_fields.html"
    title, submit, symbol = _("Remove the link"), _("Remove"), "unlink"

    def perform(self, form: forms.TicketForm, files: Files) -> None:
        """Remove the link."""
        actions.unlink_tickets(self.found(form.ticket)[0], by=self.request.actor)

    def further(self, form: forms.TicketForm) -> dict[str, Any]:
        """The ticket at the other end."""
        return {"other": self.found(form.ticket)[1]}

    def found(self, ticket: Ticket) -> tuple[Link, Ticket]:
        """The link of this address with the other ticket, or Http404."""
        for link, other in linked_tickets(ticket, self.request.actor):
            if link.pk == self.kwargs["link_id"]:
                return link, other
        raise Http404


@agent_required
class SplitPage(ChangePage):
    """/tickets/<id>/articles/<article>/split/: a new ticket that begins with this article."""

    verb, form_class = "split", forms.SplitForm
    title, submit, symbol = _("Split off a new ticket"), _("Split off"), "split"

    def first_values(self, ticket: Ticket) -> dict[str, Any]:
        """The article's subject is the first guess at a title."""
        article = find_article(self.request.actor, ticket.pk, self.kwargs["article_id"])
        return {"title": article.subject[:255] or ticket.title}

    def perform(self, form: forms.SplitForm, files: Files) -> Ticket:
        """Split, and go on with the new ticket."""
        values, by = form.cleaned_data, self.request.actor
        article = find_article(by, form.ticket.pk, self.kwargs["article_id"])
        return actions.split_ticket(
            article, by=by, title=values["title"], queue=values["queue"], priority=values["priority"]
        )
