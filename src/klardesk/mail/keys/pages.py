"""Administration of certificates and keys, and of how queues protect their mails."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.base import clock
from klardesk.mail.actions import save_setting
from klardesk.mail.addresses import sender_of
from klardesk.mail.keys import queries
from klardesk.mail.keys.actions import add_keys, change_key, delete_key, replace_key
from klardesk.mail.keys.forms import KeyAddForm, KeyFileForm, KeyForm, QueueProtectionForm
from klardesk.mail.keys.models import Kind, MailKey, QueueProtection
from klardesk.mail.pages.settings import MailSettingPage
from klardesk.tickets.models import Queue
from klardesk.tickets.pages.change import UNPROCESSABLE
from klardesk.tickets.policy import NotPossible
from klardesk.web.formats import moment_text

PER_PAGE = 50
FILE_POLICY = "default-src 'none'; sandbox"
SHOWN = {
    "": gettext_lazy("All"), queries.OWN: gettext_lazy("The desk's own"), queries.AUTHORITIES: gettext_lazy("Authorities"),
    queries.EXPIRING: gettext_lazy("Running out"), queries.UNTRUSTED: gettext_lazy("Learned, not trusted"),
}  # fmt: skip


def spaced(fingerprint: str) -> str:
    """A fingerprint in groups of four, as people compare it."""
    return " ".join(fingerprint[start : start + 4] for start in range(0, len(fingerprint), 4)).upper()


def end_of(key: MailKey) -> tuple[str, str]:
    """When a key ends and how that is to be marked: tone and sentence."""
    if key.valid_until is None:
        return "neutral", _("without an end")
    moment, now = moment_text(key.valid_until), clock.now()
    if key.valid_until <= now:
        return "danger", _("expired {moment}").format(moment=moment)
    if key.valid_from > now:
        return "warning", _("from {moment}").format(moment=moment_text(key.valid_from))
    if key.valid_until - now <= queries.WARN_BEFORE:
        return "warning", _("expires {moment}").format(moment=moment)
    return "good", moment


def _ways() -> list[tuple[str, Any]]:
    return [("", _("S/MIME and OpenPGP")), *Kind.choices]


@administrator_required
class KeyList(View):
    """/admin/mail-keys/: `?q=` address, name or fingerprint, `?kind=`, `?show=` own, authorities, expiring, learned."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show them."""
        text, kind, show = (request.GET.get(name, "") for name in ("q", "kind", "show"))
        found = queries.listed(text=text[:200], kind=kind, show=show)
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        rows = [(key, end_of(key)) for key in page.object_list]
        context = {
            "page": page, "rows": rows, "text": text, "kind": kind, "show": show, "kinds": _ways(),
            "views": list(SHOWN.items()), "filtered": bool(text or kind or show),
        }  # fmt: skip
        return render(request, "mail/keys.html", context)


@administrator_required
class KeyNew(View):
    """/admin/mail-keys/new/: a file or its text."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """The form."""
        return self._show(request, KeyAddForm())

    def post(self, request: DeskRequest) -> HttpResponse:
        """Keep what is in it."""
        form = KeyAddForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._show(request, form, UNPROCESSABLE)
        values = form.cleaned_data
        try:
            kept = add_keys(form.key_file(), by=request.actor, trusted=values["trusted"], comment=values["comment"])
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
            return self._show(request, form, UNPROCESSABLE)
        messages.success(request, _("Kept: {names}.").format(names=", ".join(key.name for key in kept)))
        if len(kept) == 1:
            return HttpResponseRedirect(reverse("admin_mail_key", args=[kept[0].pk]))
        return HttpResponseRedirect(reverse("admin_mail_keys"))

    def _show(self, request: DeskRequest, form: KeyAddForm, status: int = 200) -> HttpResponse:
        return render(request, "mail/key_new.html", {"form": form, "key": None}, status=status)


@administrator_required
class KeyPage(View):
    """/admin/mail-keys/<key>/: what it is, and whether it is trusted and valid."""

    def get(self, request: DeskRequest, key: int) -> HttpResponse:
        """Show it."""
        row = get_object_or_404(MailKey, pk=key)
        first = {"trusted": row.trusted, "valid": row.valid, "comment": row.comment}
        return self._show(request, row, KeyForm(initial=first))

    def post(self, request: DeskRequest, key: int) -> HttpResponse:
        """Trust, withdraw, comment."""
        row, form = get_object_or_404(MailKey, pk=key), KeyForm(request.POST)
        if not form.is_valid():
            return self._show(request, row, form, UNPROCESSABLE)
        change_key(row, by=request.actor, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("admin_mail_key", args=[key]))

    def _show(self, request: DeskRequest, key: MailKey, form: KeyForm, status: int = 200) -> HttpResponse:
        queues = QueueProtection.objects.filter(key=key).select_related("queue").order_by("queue__name")
        context = {
            "key": key, "form": form, "end": end_of(key), "fingerprint": spaced(key.fingerprint), "queues": list(queues),
            "addresses": list(key.addresses.order_by("address").values_list("address", flat=True)),
        }  # fmt: skip
        return render(request, "mail/key.html", context, status=status)


@administrator_required
class KeyReplace(View):
    """/admin/mail-keys/<key>/replace/: a newer one takes its place."""

    def get(self, request: DeskRequest, key: int) -> HttpResponse:
        """The form."""
        return self._show(request, get_object_or_404(MailKey, pk=key), KeyFileForm())

    def post(self, request: DeskRequest, key: int) -> HttpResponse:
        """Put it in its place."""
        row, form = get_object_or_404(MailKey, pk=key), KeyFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._show(request, row, form, UNPROCESSABLE)
        try:
            new = replace_key(row, form.key_file(), by=request.actor)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
            return self._show(request, row, form, UNPROCESSABLE)
        messages.success(request, _("Replaced; the queues that had chosen it use the new one."))
        return HttpResponseRedirect(reverse("admin_mail_key", args=[new.pk]))

    def _show(self, request: DeskRequest, key: MailKey, form: KeyFileForm, status: int = 200) -> HttpResponse:
        return render(request, "mail/key_new.html", {"form": form, "key": key}, status=status)


@administrator_required
class KeyFilePage(View):
    """/admin/mail-keys/<key>/public/: its public part as a file, to be given to others."""

    def get(self, request: DeskRequest, key: int) -> HttpResponse:
        """Give it out; the private part never leaves."""
        row = get_object_or_404(MailKey, pk=key)
        kind, ending = ("pgp-keys", "asc") if row.kind == Kind.PGP else ("x-x509-user-cert", "pem")
        response = HttpResponse(row.public, content_type=f"application/{kind}")
        response.headers["Content-Disposition"] = f'attachment; filename="{row.fingerprint[:16]}.{ending}"'
        response.csp = FILE_POLICY  # type: ignore[attr-defined]
        return response


@administrator_required
class KeyDeletion(View):
    """POST /admin/mail-keys/<key>/delete/."""

    def post(self, request: DeskRequest, key: int) -> HttpResponse:
        """Delete it."""
        try:
            delete_key(get_object_or_404(MailKey, pk=key), by=request.actor)
        except NotPossible as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("admin_mail_key", args=[key]))
        messages.success(request, _("Deleted."))
        return HttpResponseRedirect(reverse("admin_mail_keys"))


@administrator_required
class QueueProtectionPage(MailSettingPage):
    """/admin/addresses/queues/<key of the queue>/protection/."""

    model: ClassVar[type[models.Model]] = QueueProtection
    form_class, list_name = QueueProtectionForm, "admin_addresses"
    new_title = gettext_lazy("Signing and encrypting")

    def find(self, key: int | None) -> QueueProtection:
        """The choice of this queue, or a new one."""
        queue = Queue.objects.filter(pk=key or 0).first()
        if queue is None:
            raise Http404
        return QueueProtection.objects.filter(queue=queue).first() or QueueProtection(queue=queue)

    def change(self, thing: QueueProtection, values: dict[str, Any]) -> None:
        """A fixed key must be one of the sender's address."""
        sender, key = sender_of(thing.queue), values["key"]
        if key is not None:
            if values["kind"] and values["kind"] != key.kind:
                raise ValidationError(_("The chosen key belongs to the other way."))
            if sender is not None and not key.addresses.filter(address=sender.address_key).exists():
                sentence = _("The queue sends as {address}; the chosen key is not one of that address.")
                raise ValidationError(sentence.format(address=sender.address))
        for name, value in values.items():
            setattr(thing, name, value)
        save_setting(thing, by=self.request.actor)

    def show(self, thing: Any, form: Any, status: int = 200) -> HttpResponse:
        """The form, and what it comes to."""
        context = {"form": form, "queue": thing.queue, "title": self.new_title, "sender": sender_of(thing.queue)}
        return render(self.request, "mail/queue_protection.html", context, status=status)
