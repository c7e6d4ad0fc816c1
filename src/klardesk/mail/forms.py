"""Forms of mail: settings, and the mail that a person writes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.base.secrets import encrypt
from klardesk.mail.addresses import is_address, split
from klardesk.mail.keys.models import Encrypt
from klardesk.mail.keys.queries import is_used, policy_of
from klardesk.mail.models import AfterFetch, OutgoingServer, Protocol, Security, SystemAddress
from klardesk.mail.oauth.models import OAuthConnection
from klardesk.tickets.forms import PendingMixin, RichMixin, ThingField, TicketForm, TimeMixin, pending_field
from klardesk.tickets.models import Queue

KEPT_PASSWORD = gettext_lazy("Empty: the password that is kept stays. It is kept encrypted and never shown.")


def _queues() -> Any:
    return Queue.objects.filter(valid=True).order_by("name")


class ServerForm(forms.Form):
    """How to reach a server. `password` is clean as it is to be stored: encrypted, or None to leave it as it is."""

    host = forms.CharField(label=gettext_lazy("Server"), max_length=253)
    port = forms.IntegerField(label=gettext_lazy("Port"), min_value=1, max_value=65535)
    security = forms.ChoiceField(label=gettext_lazy("Encryption"), choices=Security.choices)
    login = forms.CharField(label=gettext_lazy("Login"), max_length=254, required=False)
    password = forms.CharField(
        label=gettext_lazy("Password"), required=False, strip=False, help_text=KEPT_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    oauth = forms.ModelChoiceField(
        OAuthConnection.objects.filter(valid=True).order_by("name"), label=gettext_lazy("Signed in by the connection"),
        required=False, empty_label=gettext_lazy("none: by the password"),
        help_text=gettext_lazy("For providers that let programs in by OAuth 2 alone. The login is the mailbox's address."),
    )  # fmt: skip

    def clean_password(self) -> str | None:
        """Encrypted at once, so that nothing else ever holds it."""
        return encrypt(self.cleaned_data["password"]) or None


class MailboxForm(ServerForm):
    """A mailbox."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    protocol = forms.ChoiceField(label=gettext_lazy("Protocol"), choices=Protocol.choices)
    folder = forms.CharField(
        label=gettext_lazy("Folder"), max_length=200, initial="INBOX", help_text=gettext_lazy("Of IMAP alone.")
    )
    after_fetch = forms.ChoiceField(
        label=gettext_lazy("After fetching"), choices=AfterFetch.choices,
        help_text=gettext_lazy("Happens to a mail on the server only once the desk has it safely."),
    )  # fmt: skip
    move_to = forms.CharField(label=gettext_lazy("Move to folder"), max_length=200, required=False)
    queue = forms.ModelChoiceField(
        _queues(), label=gettext_lazy("Always to the queue"), required=False,
        empty_label=gettext_lazy("by the address it was sent to"),
    )  # fmt: skip
    trusted = forms.BooleanField(
        label=gettext_lazy("Trusted"), required=False,
        help_text=gettext_lazy("Headers in its mails may steer the desk. Only for mailboxes that nobody outside can write to."),
    )  # fmt: skip
    archive = forms.BooleanField(
        label=gettext_lazy("Archive"), required=False,
        help_text=gettext_lazy("For old mails that are taken over: nobody gets an automatic answer to them."),
    )  # fmt: skip
    valid = forms.BooleanField(label=gettext_lazy("Valid"), required=False, initial=True)
    field_order = (
        "name", "protocol", "host", "port", "security", "login", "password", "oauth", "folder", "after_fetch", "move_to", "queue",
        "trusted", "archive", "valid",
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["port"].initial, self.fields["login"].required = 993, True

    def clean(self) -> dict[str, Any]:
        """POP3 has no folders and no marks; a move needs its target."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        after = values.get("after_fetch")
        if values.get("protocol") == Protocol.POP3 and after != AfterFetch.DELETE:
            self.add_error("after_fetch", _("A POP3 server can only delete mails that were fetched."))
        if values.get("protocol") == Protocol.POP3 and values.get("oauth"):
            self.add_error("oauth", _("Connections are for IMAP alone."))
        if after == AfterFetch.MOVE and not values.get("move_to"):
            self.add_error("move_to", _("Say into which folder."))
        return values


class OutgoingServerForm(ServerForm):
    """An outgoing server."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    default = forms.BooleanField(
        label=gettext_lazy("Default"), required=False,
        help_text=gettext_lazy("Takes the mails of all addresses that chose no server."),
    )  # fmt: skip
    valid = forms.BooleanField(label=gettext_lazy("Valid"), required=False, initial=True)
    field_order = ("name", "host", "port", "security", "login", "password", "oauth", "default", "valid")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["port"].initial, self.fields["security"].initial = 587, Security.STARTTLS


class AddressForm(forms.Form):
    """An address of the desk."""

    address = forms.CharField(label=gettext_lazy("Address"), max_length=254)
    display_name = forms.CharField(
        label=gettext_lazy("Shown name"), max_length=200, required=False,
        help_text=gettext_lazy("Stands as the sender's name in answers."),
    )  # fmt: skip
    queue = forms.ModelChoiceField(
        _queues(), label=gettext_lazy("Queue"), help_text=gettext_lazy("Mail to this address goes there.")
    )  # fmt: skip
    server = forms.ModelChoiceField(
        OutgoingServer.objects.filter(valid=True).order_by("name"), label=gettext_lazy("Outgoing server"), required=False,
        empty_label=gettext_lazy("the default one"), help_text=gettext_lazy("Takes the mails that go out under this address."),
    )  # fmt: skip
    comment = forms.CharField(label=gettext_lazy("Comment"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    valid = forms.BooleanField(label=gettext_lazy("Valid"), required=False, initial=True)

    def clean_address(self) -> str:
        """One plain address."""
        address = str(self.cleaned_data["address"]).strip()
        if not is_address(address):
            raise forms.ValidationError(_("“{address}” is no mail address.").format(address=address))
        return address


class QueueMailForm(forms.Form):
    """Under which address a queue sends."""

    sender = forms.ModelChoiceField(
        SystemAddress.objects.filter(valid=True).order_by("address"), label=gettext_lazy("Sender"), required=False,
        empty_label=gettext_lazy("the address that leads to the queue or to one above it"),
    )  # fmt: skip


class AddressesField(forms.CharField):
    """Recipients as people write them: `Name <address>, address`; clean: a list of pairs of name and address."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=20_000, **options)

    def clean(self, value: Any) -> Any:
        """Every address must be one; the first that is none is named."""
        pairs = split(super().clean(value) or "")
        for name, address in pairs:
            if not is_address(address):
                raise forms.ValidationError(_("“{address}” is no mail address.").format(address=address or name))
        return pairs


class MailForm(RichMixin, TimeMixin, PendingMixin, TicketForm):
    """A mail to be sent, and with it a new state if wished."""

    mask = "reply"

    to = AddressesField(label=gettext_lazy("To"))
    cc = AddressesField(label=gettext_lazy("Cc"), required=False)
    bcc = AddressesField(label=gettext_lazy("Bcc"), required=False)
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=900)
    text = forms.CharField(label=gettext_lazy("Text"), strip=False, widget=forms.Textarea(attrs={"rows": 18}))
    sign = forms.BooleanField(label=gettext_lazy("Sign"), required=False)
    encrypt = forms.BooleanField(
        label=gettext_lazy("Encrypt"), required=False,
        help_text=gettext_lazy("The text and the files, for every recipient. The subject stays readable on the way."),
    )  # fmt: skip
    state = ThingField(label=gettext_lazy("Next state"), required=False, empty=gettext_lazy("as it is"))
    pending_until = pending_field()

    def prepare(self) -> None:
        """Offer states and activities; and to protect the mail, if the desk has keys. What the queue demands stays."""
        self.offer_states(self.fields["state"])
        self.offer_activities(self.ticket.queue)
        if not is_used():
            del self.fields["sign"], self.fields["encrypt"]
        elif policy_of(self.ticket.queue).encrypt == Encrypt.ALWAYS:
            self.initial["encrypt"], self.fields["encrypt"].disabled = True, True

    @property
    def people(self) -> list[str]:
        """The addresses that stand in the form now, as far as they can be read."""
        texts = (str(self[name].value() or "") for name in ("to", "cc", "bcc"))
        return [address for text in texts for _name, address in split(text)]


class OutboundForm(MailForm):
    """A mail to somebody else."""

    visible = forms.BooleanField(
        label=gettext_lazy("The customer sees this mail in the ticket"), required=False,
        help_text=gettext_lazy("Otherwise the mail and the answers to it stay internal."),
    )  # fmt: skip


class BounceForm(TimeMixin, PendingMixin, TicketForm):
    """To whom a mail is passed on, and what its sender is told."""

    to = AddressesField(label=gettext_lazy("To"))
    notice = forms.CharField(
        label=gettext_lazy("Notice to the sender"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Goes to the sender as an answer. Empty: the sender is told nothing."),
    )  # fmt: skip
    state = ThingField(label=gettext_lazy("Next state"), required=False, empty=gettext_lazy("as it is"))
    pending_until = pending_field()

    def prepare(self) -> None:
        """Offer the states and activities."""
        self.offer_states(self.fields["state"])
        self.offer_activities(self.ticket.queue)
