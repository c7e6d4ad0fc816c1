"""The form of a connection."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.base.secrets import encrypt
from klardesk.mail.oauth.client import is_safe
from klardesk.mail.oauth.models import Flow


class ConnectionForm(forms.Form):
    """A connection. `password` is the client secret, encrypted at once, or None to leave it as it is."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    flow = forms.ChoiceField(label=gettext_lazy("Sign-in"), choices=Flow.choices)
    authorize_url = forms.CharField(label=gettext_lazy("Address for signing in"), max_length=500, required=False)
    token_url = forms.CharField(label=gettext_lazy("Address for tokens"), max_length=500)
    client_id = forms.CharField(label=gettext_lazy("Client ID"), max_length=200)
    password = forms.CharField(
        label=gettext_lazy("Client secret"), required=False, strip=False,
        help_text=gettext_lazy("Empty: the secret that is kept stays. It is kept encrypted and never shown."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    scopes = forms.CharField(
        label=gettext_lazy("Scopes"), max_length=500, help_text=gettext_lazy("As the provider names them, with blanks between.")
    )  # fmt: skip
    valid = forms.BooleanField(label=gettext_lazy("Valid"), required=False, initial=True)

    def clean_password(self) -> str | None:
        """Encrypted at once."""
        return encrypt(self.cleaned_data["password"]) or None

    def clean(self) -> dict[str, Any]:
        """Secrets go over https alone; signing in needs its address."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("authorize_url", "token_url"):
            if values.get(name) and not is_safe(values[name]):
                self.add_error(name, _("This takes an address that begins with https://."))
        if values.get("flow") == Flow.CODE and not values.get("authorize_url"):
            self.add_error("authorize_url", _("Signing in needs this address."))
        return values
