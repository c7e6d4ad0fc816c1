"""Administration of connections with mail providers, and signing in there."""

from __future__ import annotations

import hmac
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django import forms as django_forms
from django.conf import settings
from django.contrib import messages
from django.db import models
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.base.secrets import SecretLost
from klardesk.mail.oauth.actions import access_token, sign_in
from klardesk.mail.oauth.client import OAuthRefused, new_word, sign_in_url
from klardesk.mail.oauth.forms import ConnectionForm
from klardesk.mail.oauth.models import Flow, OAuthConnection
from klardesk.mail.pages.settings import MailSettingPage

SESSION = "mail_oauth"


@administrator_required
class ConnectionList(View):
    """/admin/mail-connections/."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """All of them."""
        return render(request, "mail/connections.html", {"connections": OAuthConnection.objects.order_by("name")})


@administrator_required
class ConnectionPage(MailSettingPage):
    """/admin/mail-connections/new/ and /admin/mail-connections/<key>/."""

    model: ClassVar[type[models.Model]] = OAuthConnection
    form_class, list_name, new_title = ConnectionForm, "admin_mail_connections", gettext_lazy("New connection")

    def show(self, thing: Any, form: django_forms.Form, status: int = 200) -> HttpResponse:
        """The form, signing in, and the trial."""
        context = {
            "form": form, "connection": thing, "title": self.new_title, "redirect_uri": _redirect_uri(),
            "signs_in": thing is not None and thing.flow == Flow.CODE,
        }  # fmt: skip
        return render(self.request, "mail/connection.html", context, status=status)


@administrator_required
class ConnectionSignIn(View):
    """POST /admin/mail-connections/<key>/sign-in/: on the way to the provider's page."""

    def post(self, request: DeskRequest, key: int) -> HttpResponse:
        """Remember state and verifier in the session, and offer the link.

        No redirect: `form-action 'self'` of the content security policy stops one to another host (CSP 3, 6.4.1).
        """
        connection = get_object_or_404(OAuthConnection, pk=key, flow=Flow.CODE)
        state, verifier = new_word(), new_word()
        request.session[SESSION] = {"key": key, "state": state, "verifier": verifier}
        address = sign_in_url(connection, _redirect_uri(), state, verifier)
        context = {"connection": connection, "address": address, "host": urlsplit(address).hostname}
        return render(request, "mail/connection_leaving.html", context)


@administrator_required
class ConnectionReturn(View):
    """/admin/mail-connections/return/: where the provider sends the browser back to."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Exchange the code, if this browser asked for it; a state counts once."""
        begun = request.session.pop(SESSION, None)
        if begun is None or not hmac.compare_digest(begun["state"].encode(), request.GET.get("state", "").encode()):
            messages.error(request, _("This sign-in was not begun here, or it is over. Begin again."))
            return HttpResponseRedirect(reverse("admin_mail_connections"))
        connection = get_object_or_404(OAuthConnection, pk=begun["key"])
        try:
            if request.GET.get("error"):
                raise OAuthRefused(request.GET["error"][:300])
            code = request.GET.get("code", "")
            sign_in(connection, code, _redirect_uri(), begun["verifier"], by=request.actor)
            messages.success(request, _("Signed in."))
        except (OAuthRefused, SecretLost) as refusal:
            messages.error(request, _("The provider gave no token: {error}").format(error=refusal))
        return HttpResponseRedirect(reverse("admin_mail_connection", args=[connection.pk]))


@administrator_required
class ConnectionTest(View):
    """POST /admin/mail-connections/<key>/test/: get a token."""

    def post(self, request: DeskRequest, key: int) -> HttpResponse:
        """Say what was found."""
        connection = OAuthConnection.objects.filter(pk=key).first()
        if connection is None:
            raise Http404
        try:
            access_token(connection)
            messages.success(request, _("The provider gave a token."))
        except (OAuthRefused, SecretLost) as refusal:
            messages.error(request, _("The provider gave no token: {error}").format(error=refusal))
        return HttpResponseRedirect(reverse("admin_mail_connection", args=[key]))


def _redirect_uri() -> str:
    return f"{settings.KLARDESK_URL.rstrip('/')}{reverse('admin_mail_connection_return')}"
