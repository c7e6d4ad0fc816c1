"""The form in which an agent chooses how to be told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from klardesk.automation.models import Wish
from klardesk.automation.queries import chosen_queues

if TYPE_CHECKING:
    from klardesk.automation.models import NotificationChoice
    from klardesk.tickets.models import Queue


WISHES = ("escalations", "reminders", "assigned", "answered", "begun")


def _wish(label: Any, help_text: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=Wish.choices, help_text=help_text, widget=forms.RadioSelect)


class ChoiceForm(forms.Form):
    """How to be told of what, and of which queues."""

    escalations = _wish(_("Escalations"), _("A due time draws near, has passed, is still passed."))
    reminders = _wish(_("Reminders"), _("The time until which a ticket waits is reached."))
    assigned = _wish(_("Tickets given to you"), _("Somebody else makes you the owner, or mentions you in a note."))
    answered = _wish(
        _("Answers of customers"), _("On your tickets, on those you watch, in your queues while nobody owns them.")
    )
    begun = _wish(_("New tickets"), _("In your queues, while nobody owns them."))
    queues = forms.TypedMultipleChoiceField(
        label=_("My queues"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=_("You are told of their tickets while nobody owns these; of your own and those you watch always."),
    )  # fmt: skip

    def __init__(self, *args: Any, queues: Iterable[Queue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {queue.pk: queue for queue in queues}
        self.fields["queues"].choices = [(key, queue.name) for key, queue in self.offered.items()]  # type: ignore[attr-defined]

    def clean_queues(self) -> list[Queue]:
        """The queues behind their keys."""
        return [self.offered[key] for key in self.cleaned_data["queues"]]

    @staticmethod
    def values_of(choice: NotificationChoice) -> dict[str, Any]:
        """What the form shows at first."""
        wishes = {name: getattr(choice, name) for name in WISHES}
        return {**wishes, "queues": [queue.pk for queue in chosen_queues(choice)]}

    @property
    def matrix(self) -> list[forms.BoundField]:
        """The kinds, to be drawn against the ways of telling."""
        return [self[name] for name in WISHES]
