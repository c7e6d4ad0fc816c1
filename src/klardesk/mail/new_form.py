"""The form of a new ticket that begins with a mail to its customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.mail.addresses import is_address
from klardesk.mail.forms import AddressesField
from klardesk.mail.keys.queries import is_used
from klardesk.mail.send.protect import Wish
from klardesk.people.models import Person
from klardesk.tickets.forms import PhoneForm, RichMixin
from klardesk.tickets.queries import customer_named, primary_company, queues_with

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.tickets.models import Queue


PROTECTIONS = {
    "": (gettext_lazy("as the queue does"), None),
    "sign": (gettext_lazy("sign"), Wish(sign=True)),
    "encrypt": (gettext_lazy("encrypt"), Wish(encrypt=True)),
    "both": (gettext_lazy("sign and encrypt"), Wish(sign=True, encrypt=True)),
    "none": (gettext_lazy("neither sign nor encrypt"), Wish()),
}
"""What may be wished: its name, and what becomes of the mail; None as its queue does, whichever it will be."""


class NewMailForm(RichMixin, PhoneForm):
    """A mail, and the ticket that it begins. The customer is whom it goes to, unless another one is named."""

    to = AddressesField(
        label=gettext_lazy("To"), required=False, help_text=gettext_lazy("Empty: to the customer's own address."),
    )  # fmt: skip
    cc = AddressesField(label=gettext_lazy("Cc"), required=False)
    bcc = AddressesField(label=gettext_lazy("Bcc"), required=False)
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=255)
    text = forms.CharField(label=gettext_lazy("Text"), strip=False, widget=forms.Textarea(attrs={"rows": 14}))
    protection = forms.ChoiceField(
        label=gettext_lazy("Protection"), required=False,
        choices=[(key, label) for key, (label, _wish) in PROTECTIONS.items()],
        help_text=gettext_lazy(
            "Text and files, for every recipient; the subject stays readable. What the queue demands is done."
        ),
    )  # fmt: skip
    field_order = (
        "customer_login", "to", "cc", "bcc", "subject", "text", "queue", "priority", "state", "pending_until", "owner",
        "responsible", "type",
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_used():
            del self.fields["protection"]

    @property
    def wish(self) -> Wish | None:
        """How the mail is to be protected; None as the queue does."""
        return PROTECTIONS[self.cleaned_data.get("protection", "")][1]

    @staticmethod
    def queues_for(actor: Actor) -> list[Queue]:
        """Where the actor may both create tickets and write mails."""
        writing = actor.groups_with("compose")
        return [queue for queue in queues_with(actor, "create") if queue.group_id in writing]

    def clean(self) -> dict[str, Any]:
        """Customer and recipient, where one of them is left open; there must be a recipient."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if "to" in self.errors:
            return values
        customer: Person | None = values.get("customer")
        if not values.get("to"):
            values["to"] = _addressed(customer, values.get("customer_login", ""))
        if not values["to"]:
            self.add_error("to", _("Say to whom the mail goes."))
        elif not values.get("customer_login"):
            self._take_customer(values, values["to"][0][1])
        return values

    @staticmethod
    def _take_customer(values: dict[str, Any], address: str) -> None:
        person = customer_named(address)
        values["customer"], values["company"] = person, primary_company(person)
        values["customer_login"] = person.login if person else address


def _addressed(customer: Person | None, text: str) -> list[tuple[str, str]]:
    if customer is not None:
        return [(customer.full_name, customer.email)] if is_address(customer.email) else []
    return [("", text)] if is_address(text) else []
