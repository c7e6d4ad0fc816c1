"""Connections to mail providers that let programs in by OAuth 2 (RFC 6749) alone. State only."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Flow(models.TextChoices):
    """How the desk gets its token."""

    CODE = "code", _("somebody signs in once (authorisation code)")
    CLIENT = "client", _("the application itself (client credentials)")


class OAuthConnection(models.Model):
    """A registration at a provider, and the tokens it gave. Secret and tokens are kept by `klardesk.base.secrets`."""

    name = models.CharField(_("Name"), max_length=100, unique=True)
    flow = models.CharField(_("Sign-in"), max_length=10, choices=Flow.choices, default=Flow.CODE)
    authorize_url = models.CharField(_("Address for signing in"), max_length=500, blank=True)
    token_url = models.CharField(_("Address for tokens"), max_length=500)
    client_id = models.CharField(_("Client ID"), max_length=200)
    password = models.TextField(blank=True)
    scopes = models.CharField(_("Scopes"), max_length=500)
    valid = models.BooleanField(_("Valid"), default=True)
    refresh_token = models.TextField(blank=True, editable=False)
    access_token = models.TextField(blank=True, editable=False)
    expires_at = models.DateTimeField(null=True, editable=False)
    last_error = models.TextField(blank=True, editable=False)

    def __str__(self) -> str:
        return self.name
