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


class ChoiceForm(forms.Form):
    """How to be told of escalations and reminders, and of which queues."""

    escalations = forms.ChoiceField(
        label=_("Escalations"), choices=Wish.choices, help_text=_("A due time draws near, has passed, is still passed.")
    )
    reminders = forms.ChoiceField(
        label=_("Reminders"), choices=Wish.choices, help_text=_("The time until which a ticket waits is reached.")
    )
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
        return {
            "escalations": choice.escalations, "reminders": choice.reminders,
            "queues": [queue.pk for queue in chosen_queues(choice)],
        }  # fmt: skip
