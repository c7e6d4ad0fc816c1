"""Forms of mail filters: a filter with its rows, and the mail to try the filters on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.mail.filters.matching import LONGEST_VALUE, short_name
from klardesk.mail.filters.models import Kind
from klardesk.mail.models import Mailbox

ROWS, MOST_ROWS = 4, 50
MOST_PASTED = 5_000_000


class ConditionForm(forms.Form):
    """One condition; without a field it is none."""

    field = forms.CharField(label=gettext_lazy("Field"), max_length=100, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Condition"), choices=Kind.choices, initial=Kind.PLAIN)
    value = forms.CharField(label=gettext_lazy("Value"), max_length=LONGEST_VALUE, required=False, strip=False)


class ValueForm(forms.Form):
    """One field to set; without a field it is none."""

    field = forms.CharField(label=gettext_lazy("Field"), max_length=100, required=False)
    value = forms.CharField(label=gettext_lazy("Value"), max_length=LONGEST_VALUE, required=False)

    def clean_field(self) -> str:
        """Only the desk's own fields can be set."""
        name = str(self.cleaned_data["field"]).strip()
        if name and not short_name(name):
            raise forms.ValidationError(_("Fields that can be set begin with X-Klardesk-, X-OTRS- or X-OTOBO-."))
        return name


ConditionRows = forms.formset_factory(ConditionForm, extra=ROWS, absolute_max=MOST_ROWS, max_num=MOST_ROWS)
ValueRows = forms.formset_factory(ValueForm, extra=ROWS, absolute_max=MOST_ROWS, max_num=MOST_ROWS)


class FilterForm(forms.Form):
    """A filter with its conditions and values."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    stop = forms.BooleanField(
        label=gettext_lazy("Stop after a match"), required=False,
        help_text=gettext_lazy("Filters further down are not asked about a mail that this one matches."),
    )  # fmt: skip
    comment = forms.CharField(label=gettext_lazy("Comment"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    valid = forms.BooleanField(label=gettext_lazy("Valid"), required=False, initial=True)

    def __init__(self, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        given = initial or {}
        self.conditions: Any = ConditionRows(data, initial=given.get("conditions"), prefix="condition")
        self.values: Any = ValueRows(data, initial=given.get("values"), prefix="value")

    def is_valid(self) -> bool:
        """The form and all its rows."""
        return all([super().is_valid(), self.conditions.is_valid(), self.values.is_valid()])

    def chosen(self) -> dict[str, Any]:
        """The values of the filter, with those rows that name a field."""
        return {**self.cleaned_data, "conditions": _named(self.conditions), "values": _named(self.values)}


def _named(rows: Any) -> list[dict[str, str]]:
    cleaned = (row.cleaned_data for row in rows.forms)
    return [{**each, "field": each["field"].strip()} for each in cleaned if each.get("field", "").strip()]


class TrialForm(forms.Form):
    """A mail to try the filters on: the number of a kept one, or its source."""

    mail = forms.IntegerField(
        label=gettext_lazy("Number of a kept mail"), required=False, min_value=1,
        help_text=gettext_lazy("Stands in the list of the latest mails below."),
    )  # fmt: skip
    source = forms.CharField(
        label=gettext_lazy("Or the source of a mail"), required=False, strip=False, max_length=MOST_PASTED,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=gettext_lazy("Headers, an empty line, the text. Nothing of it is kept."),
    )  # fmt: skip
    mailbox = forms.ModelChoiceField(
        Mailbox.objects.order_by("name"), label=gettext_lazy("As if it came by"), required=False,
        empty_label=gettext_lazy("the mailbox it came by, or the pipe"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """One of both."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not values.get("mail") and not str(values.get("source") or "").strip():
            raise forms.ValidationError(_("Name a kept mail, or paste one."))
        return values
