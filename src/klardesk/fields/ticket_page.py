"""The mask of a ticket's fields, without an article."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from klardesk.access.pages import agent_required
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.forms import TicketForm
from klardesk.tickets.pages.change import ChangePage


class FieldsForm(TicketForm):
    """The fields that stand on the mask, and nothing else."""

    mask = "fields"


@agent_required
class FieldsPage(ChangePage):
    """/tickets/<id>/fields/."""

    verb, form_class, template = "fields", FieldsForm, "fields/ticket_fields.html"
    undoable = True
    title, symbol = _("Fields"), "list"

    def perform(self, form: Any, files: tuple[NewAttachment, ...]) -> None:
        """The fields are stored already; nothing else belongs to this mask."""
