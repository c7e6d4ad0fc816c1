"""What setting up an authenticator app needs: a secret that waits in the session, its picture, and codes that are shown once."""

from __future__ import annotations

from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from klardesk.base.options import option
from klardesk.base.secrets import SecretLost, decrypt, encrypt
from klardesk.people import totp
from klardesk.people.models import Person

_SECRET = "_klardesk_totp"  # noqa: S105 (a name)
ISSUER = "Klardesk"


def secret_of(request: HttpRequest) -> str:
    """The secret that this browser is setting up; a new one if there is none. It lies encrypted in the session."""
    try:
        found = decrypt(request.session.get(_SECRET, ""))
    except SecretLost:
        found = ""
    if not found:
        found = totp.new_secret()
        request.session[_SECRET] = encrypt(found)
    return found


def forget_secret(request: HttpRequest) -> None:
    """The secret is set up, or will not be."""
    request.session.pop(_SECRET, None)


def secret_context(request: HttpRequest, person: Person) -> dict[str, Any]:
    """The secret as a picture and to type, four signs at a time."""
    secret = secret_of(request)
    return {
        "picture": qr_picture(totp.address_of_secret(secret, person.login, option("desk.name") or ISSUER)),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }


def qr_picture(text: str) -> SafeString:
    """The QR code of a text as SVG, black on white in both themes since telephones read it so."""
    svg = segno.make(text, error="m", micro=False).svg_inline(
        scale=4, border=4, dark="#000", light="#fff", omitsize=True
    )
    return SafeString(svg)


def codes_page(request: HttpRequest, codes: list[str], onward: str, base: str = "web/page.html") -> HttpResponse:
    """The recovery codes, shown on this answer and never again."""
    return render(request, "people/recovery_codes.html", {"codes": codes, "onward": onward, "base": base})
