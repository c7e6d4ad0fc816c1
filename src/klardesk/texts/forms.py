"""Forms of texts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.texts.models import AutoResponse, Occasion, Salutation, Signature
from klardesk.texts.placeholders import names
from klardesk.texts.values import KNOWN

HELP = gettext_lazy(
    "Placeholders such as <KLARDESK_TICKET_Number>, <KLARDESK_TICKET_Title>, <KLARDESK_CUSTOMER_REALNAME>, "
    "<KLARDESK_CUSTOMER_SUBJECT[60]>, <KLARDESK_CUSTOMER_BODY[10]> or <KLARDESK_AGENT_UserFullname> are filled in; the names of "
    "the OTRS family (<OTRS_…>) work too."
)


def _known_placeholders(text: str) -> None:
    unknown = [name for name in names(text) if name not in KNOWN]
    if unknown:
        sentence = _("No placeholder is called {names}; it would stay empty.")
        raise forms.ValidationError(sentence.format(names=", ".join(dict.fromkeys(unknown))))


def _text() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Text"),
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=HELP,
        validators=[_known_placeholders],
    )


def _name() -> forms.CharField:
    return forms.CharField(label=gettext_lazy("Name"), max_length=200)


def _valid() -> forms.BooleanField:
    return forms.BooleanField(label=gettext_lazy("Valid"), required=False, initial=True)


class FrameForm(forms.Form):
    """A salutation or a signature."""

    name = _name()
    text = _text()
    valid = _valid()


class AutoResponseForm(forms.Form):
    """An automatic answer."""

    name = _name()
    occasion = forms.ChoiceField(label=gettext_lazy("Occasion"), choices=Occasion.choices)
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200, validators=[_known_placeholders])
    text = _text()
    valid = _valid()


def _choice(model: Any, label: Any, **conditions: Any) -> forms.ModelChoiceField[Any]:
    rows = model.objects.filter(valid=True, **conditions).order_by("name")
    return forms.ModelChoiceField(rows, label=label, required=False, empty_label=gettext_lazy("none"))


class QueueTextsForm(forms.Form):
    """The texts of a queue."""

    salutation = _choice(Salutation, gettext_lazy("Salutation"))
    signature = _choice(Signature, gettext_lazy("Signature"))
    on_new = _choice(AutoResponse, gettext_lazy("Answer to a new ticket"), occasion=Occasion.NEW)
    on_follow_up = _choice(AutoResponse, gettext_lazy("Answer to a follow-up"), occasion=Occasion.FOLLOW_UP)
    on_rejected = _choice(AutoResponse, gettext_lazy("Answer to a rejected follow-up"), occasion=Occasion.REJECTED)
    on_new_from_old = _choice(
        AutoResponse, gettext_lazy("Answer to a new ticket made of a follow-up"), occasion=Occasion.NEW_FROM_OLD
    )
