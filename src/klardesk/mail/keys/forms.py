"""Forms of certificates and keys, and of what a queue does with them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.mail.keys.actions import KeyFile
from klardesk.mail.keys.models import Encrypt, Kind, MailKey, Sign

MOST_PASTED = 1_000_000
ABOVE = gettext_lazy("as the queue above")


class KeyFileForm(forms.Form):
    """A file, or the text of one, with its passphrase."""

    file = forms.FileField(
        label=gettext_lazy("File"), required=False,
        help_text=gettext_lazy("PEM, DER, PKCS#7, PKCS#12 (.p12, .pfx) or an OpenPGP key, armoured or not."),
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("Or its text"), required=False, strip=False, max_length=MOST_PASTED,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off", "class": "monospace"}),
        help_text=gettext_lazy("Begins with -----BEGIN …"),
    )  # fmt: skip
    passphrase = forms.CharField(
        label=gettext_lazy("Passphrase"), required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Of a protected private key. Both are kept encrypted and never shown again."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """One of both."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        upload = values.get("file")
        if upload is not None and upload.size > MOST_PASTED:
            raise forms.ValidationError(_("This is too large for a key."))
        content = upload.read() if upload is not None else str(values.get("text") or "").encode()
        if not self.errors and not content.strip():
            raise forms.ValidationError(_("Choose a file, or paste its text."))
        values["content"] = content
        return values

    def key_file(self) -> KeyFile:
        """What was handed in."""
        return KeyFile(self.cleaned_data["content"], self.cleaned_data["passphrase"])


class KeyAddForm(KeyFileForm):
    """A new key."""

    trusted = forms.BooleanField(
        label=gettext_lazy("I have checked it: it is to be trusted"), required=False,
        help_text=gettext_lazy(
            "A trusted authority vouches for all certificates it signed, a trusted person's certificate or key for its own "
            "signatures. Compare the fingerprint by another way than mail first."
        ),
    )  # fmt: skip
    comment = forms.CharField(label=gettext_lazy("Comment"), required=False, max_length=2000)


class KeyForm(forms.Form):
    """What can be changed of a key."""

    trusted = forms.BooleanField(
        label=gettext_lazy("Trusted"), required=False,
        help_text=gettext_lazy("Signatures by it, or by those it vouches for, are good."),
    )  # fmt: skip
    valid = forms.BooleanField(
        label=gettext_lazy("Valid"), required=False,
        help_text=gettext_lazy("Otherwise it is withdrawn: it vouches for nothing and protects nothing any more; mails that "
                               "were encrypted to it can still be read."),
    )  # fmt: skip
    comment = forms.CharField(
        label=gettext_lazy("Comment"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class _KeyField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's takes none when it runs
    """A choice among keys, each with what tells them apart."""

    def label_from_instance(self, obj: MailKey) -> str:
        """Name, way and the beginning of the fingerprint."""
        return f"{obj.name} · {obj.get_kind_display()} · {obj.fingerprint[:16]}"


class QueueProtectionForm(forms.Form):
    """How a queue protects its mails."""

    sign = forms.ChoiceField(label=gettext_lazy("Sign"), choices=[("", ABOVE), *Sign.choices], required=False)
    encrypt = forms.ChoiceField(
        label=gettext_lazy("Encrypt"), choices=[("", ABOVE), *Encrypt.choices], required=False,
        help_text=gettext_lazy("Who writes a mail sees this as its beginning and can choose otherwise, except for “always”."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("Way"), choices=[("", ABOVE), *Kind.choices], required=False,
        help_text=gettext_lazy("Tried first. The other one is taken where only that has all keys."),
    )  # fmt: skip
    key = _KeyField(
        MailKey.objects.filter(valid=True).exclude(private="").order_by("name", "pk"), label=gettext_lazy("Key"), required=False,
        empty_label=gettext_lazy("the one of the sender's address that is valid longest"),
    )  # fmt: skip
