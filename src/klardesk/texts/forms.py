"""Forms of texts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.texts.models import AutoResponse, Occasion, Purpose, Salutation, Signature, TemplateFile
from klardesk.texts.placeholders import unknown
from klardesk.texts.values import KNOWN
from klardesk.tickets.models import Queue, State, StateType
from klardesk.tickets.names import shown

HELP = gettext_lazy(
    "Placeholders such as <KLARDESK_TICKET_Number>, <KLARDESK_TICKET_Title>, <KLARDESK_CUSTOMER_REALNAME>, "
    "<KLARDESK_CUSTOMER_SUBJECT[60]>, <KLARDESK_CUSTOMER_BODY[10]>, <KLARDESK_AGENT_UserFullname> or, as the ticket's address "
    "for customers, <KLARDESK_TICKET_PortalLink> are filled in; the names of the OTRS family (<OTRS_…>) work too."
)


def _known_placeholders(text: str) -> None:
    if missing := unknown(text, KNOWN):
        sentence = _("No placeholder is called {names}; it would stay empty.")
        raise forms.ValidationError(sentence.format(names=", ".join(missing)))


def _text(required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Text"),
        required=required,
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
    sender = forms.EmailField(
        label=gettext_lazy("Sender address"), required=False, max_length=254,
        help_text=gettext_lazy("One of the desk's own addresses. Empty: the address under which the queue sends."),
    )  # fmt: skip
    valid = _valid()


class _StateField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's takes none when it runs
    """A choice among states, each by the name that the reader knows it by."""

    def label_from_instance(self, obj: State) -> str:
        """The name in the reader's language if the desk ships it."""
        return shown(obj.name)


class FilesField(forms.FileField):
    """Any number of files; clean: a list of them."""

    class Input(forms.ClearableFileInput):
        """Takes several."""

        allow_multiple_selected = True
        template_name = "django/forms/widgets/file.html"

    widget = Input

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Each by itself."""
        return [super(FilesField, self).clean(each, initial) for each in data or ()]


class TemplateForm(forms.Form):
    """A template, with its files: those that are kept, and new ones."""

    name = _name()
    purpose = forms.ChoiceField(label=gettext_lazy("Used for"), choices=Purpose.choices)
    text = _text(required=False)
    queues = forms.ModelMultipleChoiceField(
        Queue.objects.filter(valid=True).order_by("name"), label=gettext_lazy("Queues"), required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Offered for tickets of these queues alone; without any it is offered nowhere."),
    )  # fmt: skip
    next_state = _StateField(
        State.objects.filter(valid=True).exclude(type=StateType.MERGED).order_by("order", "name"),
        label=gettext_lazy("Next state"), required=False, empty_label=gettext_lazy("as it is"),
        help_text=gettext_lazy("Chosen beforehand where the form asks for a state."),
    )  # fmt: skip
    kept = forms.ModelMultipleChoiceField(
        TemplateFile.objects.none(), label=gettext_lazy("Files"), required=False, widget=forms.CheckboxSelectMultiple
    )
    new_files = FilesField(label=gettext_lazy("New files"), required=False)
    valid = _valid()

    def of(self, template: Any) -> TemplateForm:
        """The same form for this template: its files can be kept."""
        files = TemplateFile.objects.filter(template=template).order_by("name", "pk")
        self.fields["kept"].queryset = files  # type: ignore[attr-defined]
        if template is None or not files:
            del self.fields["kept"]
        return self


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
    on_removed = _choice(AutoResponse, gettext_lazy("Answer to a removed ticket"), occasion=Occasion.REMOVED)
