"""Giving a ticket to an agent who is out of office: a question first, with the substitute at hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.people.absences import Away, away
from klardesk.tickets.forms.parts import TicketForm, things
from klardesk.web.formats import day_text


class AbsenceMixin(TicketForm):
    """Asks before a new owner who is out of office is taken, unless that agent wishes such tickets to go to the substitute."""

    anyway = forms.BooleanField(
        label=gettext_lazy("Nevertheless, although the agent is out of office"),
        required=False,
        widget=forms.HiddenInput,
    )
    handed_over: Away | None = None
    """Whose ticket went to the substitute instead, as that agent wishes."""

    def clean(self) -> dict[str, Any]:
        """The owner, or the substitute in their place; an error that asks if neither is clear."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        owner = values.get("owner")
        absent = away(owner.pk) if owner is not None and owner.pk != self.ticket.owner_id else None
        if absent is None or values.get("anyway"):
            return values
        substitute = things(self, "owner").rows.get(str(absent.substitute))
        if absent.hand_over and substitute is not None:
            values["owner"], self.handed_over = substitute, absent
            return values
        self.fields["anyway"].widget = forms.CheckboxInput()
        self.add_error("owner", _question(absent, offered=substitute is not None))
        return values


def _question(absent: Away, *, offered: bool) -> str:
    until = {"name": absent.name, "day": day_text(absent.last_day)}
    if offered:
        sentence = _(
            "{name} is out of office until {day}. {substitute} stands in: choose {substitute}, or tick the box."
        )
        return sentence.format(**until, substitute=absent.substitute_name)
    return _("{name} is out of office until {day}: choose somebody else, or tick the box.").format(**until)
