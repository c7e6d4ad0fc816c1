"""Administration of the servers that take the desk's mails."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms as django_forms
from django.conf import settings
from django.db import models
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views import View

from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.mail import forms
from klardesk.mail.checks import check_outgoing
from klardesk.mail.models import OutgoingServer
from klardesk.mail.pages.settings import MailSettingPage, tell
from klardesk.mail.send.routes import default_of


@administrator_required
class OutgoingList(View):
    """/admin/outgoing-servers/."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """All of them, and which is the default one."""
        servers = list(OutgoingServer.objects.order_by("name", "pk"))
        default = default_of([each for each in sorted(servers, key=lambda each: each.pk) if each.valid])
        context = {"servers": servers, "default": default, "by_setting": bool(settings.KLARDESK_SMTP_URL)}
        return render(request, "mail/outgoing_servers.html", context)


@administrator_required
class OutgoingPage(MailSettingPage):
    """/admin/outgoing-servers/new/ and /admin/outgoing-servers/<key>/."""

    model: ClassVar[type[models.Model]] = OutgoingServer
    form_class, list_name, new_title = forms.OutgoingServerForm, "admin_outgoing", gettext_lazy("New outgoing server")

    def show(self, thing: Any, form: django_forms.Form, status: int = 200) -> HttpResponse:
        """The form, and the trial of one that is there."""
        context = {"form": form, "server": thing, "title": self.new_title}
        return render(self.request, "mail/outgoing.html", context, status=status)


@administrator_required
class OutgoingTest(View):
    """POST /admin/outgoing-servers/<key>/test/: really connect and log in."""

    def post(self, request: DeskRequest, key: int) -> HttpResponse:
        """Say what was found."""
        tell(request, check_outgoing(get_object_or_404(OutgoingServer, pk=key)))
        return HttpResponseRedirect(reverse("admin_outgoing_server", args=[key]))
