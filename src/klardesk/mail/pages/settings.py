"""Administration of mailboxes and addresses."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms as django_forms
from django.contrib import messages
from django.db import models
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.mail import forms
from klardesk.mail.actions import clear_sender, save_setting
from klardesk.mail.checks import check_mailbox
from klardesk.mail.keys.queries import policies
from klardesk.mail.models import Mailbox, QueueMail, SystemAddress
from klardesk.mail.queries import senders_of_queues
from klardesk.mail.receive.errors import Temporary
from klardesk.mail.receive.process import process_received
from klardesk.mail.receive.rounds import fetch_mailbox
from klardesk.tickets.models import Queue
from klardesk.tickets.pages.settings import SettingPage


class MailSettingPage(SettingPage):
    """The form of one setting of mail; an empty password leaves the kept one."""

    def create(self, values: dict[str, Any]) -> None:
        """Make one."""
        save_setting(self.model(**_without_none_password(values)), by=self.request.actor)  # type: ignore[type-var]

    def change(self, thing: Any, values: dict[str, Any]) -> None:
        """Change one."""
        for name, value in _without_none_password(values).items():
            setattr(thing, name, value)
        save_setting(thing, by=self.request.actor)

    def present(self, thing: Any) -> dict[str, Any]:
        """All but the password."""
        return {name: value for name, value in super().present(thing).items() if name != "password"}


def _without_none_password(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "password" or value is not None}


@administrator_required
class MailboxList(View):
    """/admin/mailboxes/."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """All mailboxes with how they fare."""
        rows = Mailbox.objects.select_related("queue").order_by("name")
        return render(request, "mail/mailboxes.html", {"mailboxes": rows})


@administrator_required
class MailboxPage(MailSettingPage):
    """/admin/mailboxes/new/ and /admin/mailboxes/<key>/."""

    model: ClassVar[type[models.Model]] = Mailbox
    form_class, list_name, new_title = forms.MailboxForm, "admin_mailboxes", gettext_lazy("New mailbox")

    def show(self, thing: Any, form: django_forms.Form, status: int = 200) -> HttpResponse:
        """The form, and what can be tried with a mailbox that is there."""
        return render(
            self.request, "mail/mailbox.html", {"form": form, "mailbox": thing, "title": self.new_title}, status=status
        )


@administrator_required
class MailboxTest(View):
    """POST /admin/mailboxes/<key>/test/: really connect and log in."""

    def post(self, request: DeskRequest, key: int) -> HttpResponse:
        """Say what was found."""
        mailbox = get_object_or_404(Mailbox, pk=key)
        tell(request, check_mailbox(mailbox))
        return HttpResponseRedirect(reverse("admin_mailbox", args=[key]))


@administrator_required
class MailboxFetch(View):
    """POST /admin/mailboxes/<key>/fetch/: one round now."""

    def post(self, request: DeskRequest, key: int) -> HttpResponse:
        """Fetch and process."""
        mailbox = get_object_or_404(Mailbox, pk=key, valid=True)
        try:
            count = fetch_mailbox(mailbox)
            process_received()
        except Temporary as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("admin_mailbox", args=[key]))
        if mailbox.last_error:
            messages.error(request, mailbox.last_error)
        else:
            messages.success(request, _("Fetched; new mails: {count}.").format(count=count))
        return HttpResponseRedirect(reverse("admin_mailbox", args=[key]))


@administrator_required
class AddressList(View):
    """/admin/addresses/: the desk's addresses, and under which each queue sends."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show both."""
        addresses = SystemAddress.objects.select_related("queue").order_by("address_key")
        queues = senders_of_queues()
        chosen = policies([queue for queue, _sender, _own in queues])
        context = {"addresses": addresses, "queues": queues, "protection": chosen}
        return render(request, "mail/addresses.html", context)


@administrator_required
class AddressPage(MailSettingPage):
    """/admin/addresses/new/ and /admin/addresses/<key>/."""

    model: ClassVar[type[models.Model]] = SystemAddress
    form_class, list_name, new_title = forms.AddressForm, "admin_addresses", gettext_lazy("New address")


@administrator_required
class QueueSenderPage(MailSettingPage):
    """/admin/addresses/queues/<key of the queue>/."""

    model: ClassVar[type[models.Model]] = QueueMail
    form_class, list_name, new_title = forms.QueueMailForm, "admin_addresses", gettext_lazy("Sender of the queue")

    def find(self, key: int | None) -> QueueMail:
        """The choice of this queue, or a new one."""
        queue = Queue.objects.filter(pk=key or 0).first()
        if queue is None:
            raise Http404
        return QueueMail.objects.filter(queue=queue).first() or QueueMail(queue=queue)

    def present(self, thing: QueueMail) -> dict[str, Any]:
        """The sender as it is."""
        return {"sender": thing.sender_id}

    def change(self, thing: QueueMail, values: dict[str, Any]) -> None:
        """Choose a sender, or leave it to the addresses."""
        if values["sender"] is not None:
            super().change(thing, values)
        elif thing.pk:
            clear_sender(thing, by=self.request.actor)


def tell(request: DeskRequest, found: tuple[bool, str]) -> None:
    """Show what a trial found."""
    fine, sentence = found
    (messages.success if fine else messages.error)(request, sentence)
