"""Asking a provider for tokens (RFC 6749, RFC 7636). Only https, but to this machine; no redirect is followed."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from klardesk.mail.oauth.models import OAuthConnection

TIMEOUT = 20.0
LONGEST = 256 * 1024
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class OAuthRefused(Exception):
    """The provider gave no token; the message says why."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a provider gave; `seconds` is how long the access token counts. `refresh` may be empty."""

    access: str
    seconds: int
    refresh: str = ""


class _NoRedirect(HTTPRedirectHandler):
    """A redirected request would carry the secret to an address that nobody entered."""

    def redirect_request(self, *_args: Any, **_options: Any) -> None:
        """Never."""


def is_safe(url: str) -> bool:
    """Whether a secret may go to this address: https, or this machine."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        )
    except ValueError:
        return False


def sign_in_url(connection: OAuthConnection, redirect_uri: str, state: str, verifier: str) -> str:
    """Where a person's browser goes to sign in, with state and PKCE (S256)."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = urlencode(
        {
            "response_type": "code", "client_id": connection.client_id, "redirect_uri": redirect_uri,
            "scope": connection.scopes, "state": state, "code_challenge": challenge, "code_challenge_method": "S256",
            "access_type": "offline", "prompt": "consent",
        }
    )  # fmt: skip
    return f"{connection.authorize_url}{'&' if '?' in connection.authorize_url else '?'}{query}"


def new_word() -> str:
    """A word that nobody can guess, for a state or a PKCE verifier."""
    return secrets.token_urlsafe(48)


def ask_token(connection: OAuthConnection, secret: str, **values: str) -> Token:
    """Ask for a token with these parameters of the grant; raises OAuthRefused."""
    form = {"client_id": connection.client_id, **({"client_secret": secret} if secret else {}), **values}
    answer = _posted(connection.token_url, urlencode(form).encode())
    access = answer.get("access_token")
    if not isinstance(access, str) or not access:
        raise OAuthRefused(_told(answer) or _("The provider's answer has no token."))
    try:
        seconds = int(answer.get("expires_in") or 3600)
    except (TypeError, ValueError):
        seconds = 3600
    return Token(access, seconds, str(answer.get("refresh_token") or ""))


def _posted(url: str, body: bytes) -> dict[str, Any]:
    if not is_safe(url):
        raise OAuthRefused(_("Secrets are sent over https alone: {url}").format(url=url))
    request = Request(  # noqa: S310 (is_safe has looked at the scheme)
        url, body, {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    )
    try:
        with build_opener(_NoRedirect).open(request, timeout=TIMEOUT) as answer:
            return _read(answer.read(LONGEST))
    except HTTPError as error:
        with error:
            told = _told(_read(error.read(LONGEST)))
        raise OAuthRefused(f"{error.code} {told or error.reason}") from error
    except (URLError, OSError) as error:
        raise OAuthRefused(str(error)) from error


def _read(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _told(answer: dict[str, Any]) -> str:
    return " – ".join(str(answer[name])[:300] for name in ("error", "error_description") if answer.get(name))
