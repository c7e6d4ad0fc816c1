"""What the guide asks: the forms of the administration, cut down to what a beginning needs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.mail.addresses import is_address
from klardesk.mail.forms import MailboxForm, OutgoingServerForm
from klardesk.people.forms import zones
from klardesk.tickets.models import Queue

LONGEST_NAME = 200
MOST_QUEUES = 50


def _anyway() -> forms.BooleanField:
    return forms.BooleanField(
        label=gettext_lazy("Keep it although the connection failed"), required=False, widget=forms.HiddenInput
    )


def _only(form: forms.Form, names: tuple[str, ...]) -> None:
    """Leave out what the form asks beside these."""
    for name in set(form.fields) - set(names):
        del form.fields[name]
    form.order_fields(names)


class YouForm(forms.Form):
    """The desk's name, and who its administrator is."""

    desk_name = forms.CharField(
        label=gettext_lazy("Name of the desk"), max_length=80,
        help_text=gettext_lazy("As your customers know you, such as “IT Service, Example Ltd”. It stands as the sender's name."),
    )  # fmt: skip
    first_name = forms.CharField(label=gettext_lazy("Your first name"), max_length=100)
    last_name = forms.CharField(label=gettext_lazy("Your last name"), max_length=100)
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"), max_length=254,
        help_text=gettext_lazy("The desk's own notifications go there; it is not the desk's address."),
    )  # fmt: skip
    language = forms.ChoiceField(label=gettext_lazy("Your language"))
    time_zone = forms.ChoiceField(label=gettext_lazy("Your time zone"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        desk_zone = _("the desk's: {zone}").format(zone=settings.TIME_ZONE)
        self.fields["language"].choices = list(settings.LANGUAGES)  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = [("", desk_zone), *((zone, zone) for zone in zones())]  # type: ignore[attr-defined]


class FirstMailboxForm(MailboxForm):
    """A mailbox, the address that customers write to, and the queue where its mails go."""

    address = forms.CharField(
        label=gettext_lazy("Address of the desk"), max_length=254,
        help_text=gettext_lazy("What customers write to, such as support@example.com."),
    )  # fmt: skip
    anyway = _anyway()
    asked = ("address", "queue", "protocol", "host", "port", "security", "login", "password", "after_fetch", "anyway")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _only(self, self.asked)
        self.fields["queue"] = forms.ModelChoiceField(
            Queue.objects.filter(valid=True).order_by("name"), label=_("Its mails go to the queue"), empty_label=None
        )
        self.fields["password"].required, self.fields["password"].help_text = True, _("It is kept encrypted.")
        self.fields["after_fetch"].initial = "seen"
        self.order_fields(self.asked)

    def clean_address(self) -> str:
        """One plain address."""
        address = str(self.cleaned_data["address"]).strip()
        if not is_address(address):
            raise forms.ValidationError(_("“{address}” is no mail address.").format(address=address))
        return address


class FirstOutgoingForm(OutgoingServerForm):
    """The server that takes the desk's mails."""

    anyway = _anyway()
    asked = ("host", "port", "security", "login", "password", "anyway")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _only(self, self.asked)
        self.fields["password"].help_text = _(
            "It is kept encrypted. Leave login and password empty if the server asks for none."
        )


class QueuesForm(forms.Form):
    """Names of queues, one on each line."""

    names = forms.CharField(
        label=gettext_lazy("New queues, one on each line"), max_length=MOST_QUEUES * LONGEST_NAME,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Two colons make a queue of another: “IT::Printers”. The group “users” works on them at first."),
    )  # fmt: skip

    def clean_names(self) -> list[str]:
        """The names without blanks, empty lines and repetitions."""
        lines = [line.strip() for line in self.cleaned_data["names"].splitlines()]
        names = list(dict.fromkeys(line for line in lines if line))
        if len(names) > MOST_QUEUES or any(len(name) > LONGEST_NAME for name in names):
            raise forms.ValidationError(
                _("At most {count} queues at once, each with a short name.").format(count=MOST_QUEUES)
            )
        return names
