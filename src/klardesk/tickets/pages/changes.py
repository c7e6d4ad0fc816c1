"""Note, state, queue, owner, responsible, priority, type, lock, title, customer: one noun per page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.tickets import actions, forms
from klardesk.tickets.configured import first_closed
from klardesk.tickets.drafts import NewArticle, NewAttachment
from klardesk.tickets.forms import TicketForm
from klardesk.tickets.models import Channel, SenderType
from klardesk.tickets.pages import uploads
from klardesk.tickets.pages.change import ChangePage
from klardesk.tickets.policy import NotPossible

Files = tuple[NewAttachment, ...]


@agent_required
class NotePage(ChangePage):
    """/tickets/<id>/note/: a note, internal or for the customer too, and with it a new state if wished."""

    verb, form_class, takes_files, template = "note", forms.NoteForm, True, "tickets/note_fields.html"
    title, submit, symbol = _("Write a note"), _("Save note"), "sticky-note"
    purposes, keeps_drafts, names_colleagues = ("note",), True, True

    def perform(self, form: forms.NoteForm, files: Files) -> None:
        """Add the note; the state changes with it or neither does."""
        values, by = form.cleaned_data, self.request.actor
        note = NewArticle(
            sender=SenderType.AGENT, channel=Channel.NOTE, visible_to_customer=values["audience"] == "public",
            subject=values["subject"], text=values["text"], html=values["html"],
            from_text=by.name, attachments=uploads.shown_in(values["html"], files),
            time=form.time, written_at=self.place(form.ticket),
        )  # fmt: skip
        with transaction.atomic():
            written = actions.add_article(form.ticket, note, by=by, revision=values["revision"])
            people = actions.mentioned_in(note.text, form.ticket.queue)
            actions.mention_people(form.ticket, written, people, by=by)
            if values["state"]:
                actions.change_state(form.ticket, values["state"], by=by, pending_until=values["pending_until"])


@agent_required
class StatePage(ChangePage):
    """/tickets/<id>/state/."""

    verb, form_class, template = "state", forms.StateForm, "tickets/state_fields.html"
    undoable = True
    title, symbol = _("Change the state"), "circle-dot"

    def perform(self, form: forms.StateForm, files: Files) -> None:
        """Change the state."""
        values = form.cleaned_data
        actions.change_state(
            form.ticket,
            values["state"],
            by=self.request.actor,
            pending_until=values["pending_until"],
            revision=values["revision"],
        )


@agent_required
class ClosurePage(ChangePage):
    """/tickets/<id>/closure/: close the ticket in one click, in the first valid closed state."""

    verb, form_class = "state", TicketForm
    undoable = True
    title, submit, symbol = _("Close the ticket"), _("Close"), "circle-check"

    def perform(self, form: TicketForm, files: Files) -> None:
        """Close it."""
        state = first_closed()
        if state is None:
            raise NotPossible(str(_("No valid state of type “closed” exists; an administrator must make one.")))
        actions.change_state(form.ticket, state, by=self.request.actor, revision=form.cleaned_data["revision"])

    def said(self) -> str:
        """That it is closed."""
        return str(_("The ticket is closed."))


@agent_required
class QueuePage(ChangePage):
    """/tickets/<id>/queue/: another queue, and in the same mask a new owner and state."""

    verb, form_class, template = "move", forms.MoveForm, "tickets/move_fields.html"
    undoable = True
    title, submit, symbol = _("Move to another queue"), _("Move"), "folder"

    def perform(self, form: forms.MoveForm, files: Files) -> None:
        """Move; everything that the mask changes happens, or nothing does."""
        values = form.cleaned_data
        changes = actions.Changes(
            queue=values["queue"], owner=values["owner"], state=values["state"], pending_until=values["pending_until"]
        )
        actions.apply_changes(form.ticket, changes, by=self.request.actor, revision=values["revision"])
        tell_handed_over(self.request, form)


@agent_required
class PriorityPage(ChangePage):
    """/tickets/<id>/priority/."""

    verb, form_class = "priority", forms.PriorityForm
    undoable = True
    title, symbol = _("Change the priority"), "flag"

    def perform(self, form: forms.PriorityForm, files: Files) -> None:
        """Change the priority."""
        values = form.cleaned_data
        actions.change_priority(form.ticket, values["priority"], by=self.request.actor, revision=values["revision"])


@agent_required
class TypePage(ChangePage):
    """/tickets/<id>/type/."""

    verb, form_class = "type", forms.TypeForm
    undoable = True
    title, symbol = _("Change the type"), "tag"

    def perform(self, form: forms.TypeForm, files: Files) -> None:
        """Change the type."""
        values = form.cleaned_data
        actions.change_type(form.ticket, values["type"], by=self.request.actor, revision=values["revision"])


@agent_required
class OwnerPage(ChangePage):
    """/tickets/<id>/owner/."""

    verb, form_class = "owner", forms.OwnerForm
    undoable = True
    title, symbol = _("Change the owner"), "user-check"

    def perform(self, form: forms.OwnerForm, files: Files) -> None:
        """Change the owner."""
        values = form.cleaned_data
        actions.change_owner(form.ticket, values["owner"], by=self.request.actor, revision=values["revision"])
        tell_handed_over(self.request, form)


@agent_required
class ResponsiblePage(ChangePage):
    """/tickets/<id>/responsible/."""

    verb, form_class = "responsible", forms.ResponsibleForm
    undoable = True
    title, symbol = _("Change the responsible person"), "user-cog"

    def perform(self, form: forms.ResponsibleForm, files: Files) -> None:
        """Change the responsible person."""
        values = form.cleaned_data
        actions.change_responsible(
            form.ticket, values["responsible"], by=self.request.actor, revision=values["revision"]
        )


@agent_required
class LockPage(ChangePage):
    """/tickets/<id>/lock/: lock the ticket for oneself, or unlock it."""

    verb, form_class = "lock", forms.LockForm
    title, symbol = _("Lock or unlock"), "lock"

    def perform(self, form: forms.LockForm, files: Files) -> None:
        """Lock or unlock."""
        values = form.cleaned_data
        verb = actions.lock_ticket if values["locked"] == "yes" else actions.unlock_ticket
        verb(form.ticket, by=self.request.actor, revision=values["revision"])


@agent_required
class ArchivePage(ChangePage):
    """/tickets/<id>/archive/: put a closed ticket into the archive, or take it out."""

    verb, form_class, template = "archive", forms.ArchiveForm, "tickets/archive_fields.html"
    undoable = True
    title, symbol = _("Archive"), "archive"
    archived = False

    def perform(self, form: forms.ArchiveForm, files: Files) -> None:
        """Archive it or take it out."""
        values = form.cleaned_data
        self.archived = values["archived"] == "yes"
        verb = actions.archive_ticket if self.archived else actions.unarchive_ticket
        verb(form.ticket, by=self.request.actor, revision=values["revision"])

    def further(self, form: forms.ArchiveForm) -> dict[str, Any]:
        """The verb that is offered."""
        verb = _("Take out of the archive") if form.ticket.archived else _("Put into the archive")
        return {"title": verb, "submit": verb}

    def said(self) -> str:
        """Where it is."""
        return str(_("The ticket is archived.") if self.archived else _("The ticket is out of the archive."))


@agent_required
class TitlePage(ChangePage):
    """/tickets/<id>/title/."""

    verb, form_class = "title", forms.TitleForm
    title, symbol = _("Change the title"), "pencil"

    def perform(self, form: forms.TitleForm, files: Files) -> None:
        """Change the title."""
        values = form.cleaned_data
        actions.change_title(form.ticket, values["title"], by=self.request.actor, revision=values["revision"])


@agent_required
class CustomerPage(ChangePage):
    """/tickets/<id>/customer/."""

    verb, form_class, template = "customer", forms.CustomerForm, "tickets/customer_fields.html"
    title, symbol = _("Change the customer"), "users"

    def perform(self, form: forms.CustomerForm, files: Files) -> None:
        """Change the customer."""
        values = form.cleaned_data
        actions.change_customer(
            form.ticket, customer=values["customer"], customer_login=values["customer_login"], company=values["company"],
            by=self.request.actor, revision=values["revision"],
        )  # fmt: skip


@agent_required
class WatchPage(ChangePage):
    """/tickets/<id>/watch/: follow the ticket, or no longer."""

    verb, form_class = "watch", forms.WatchForm
    title, symbol = _("Watch the ticket"), "eye"

    def perform(self, form: forms.WatchForm, files: Files) -> None:
        """Watch or stop watching, as oneself."""
        watch = form.cleaned_data["watch"] == "yes"
        verb = actions.watch_ticket if watch else actions.unwatch_ticket
        verb(form.ticket, self.request.user, by=self.request.actor)


def tell_handed_over(request: DeskRequest, form: forms.OwnerForm | forms.MoveForm) -> None:
    """Say that a ticket went to the substitute of whom was chosen."""
    if form.handed_over is not None:
        sentence = _("{name} is out of office and wishes such tickets to go to {substitute}: done.")
        absent = form.handed_over
        messages.info(request, str(sentence).format(name=absent.name, substitute=absent.substitute_name))
