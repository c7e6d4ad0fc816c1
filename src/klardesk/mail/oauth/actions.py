"""Getting, renewing and giving out the tokens of a connection."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from klardesk.access.policy import require_administrator
from klardesk.base import clock
from klardesk.base.secrets import decrypt, encrypt
from klardesk.ledger import ChainRef, append
from klardesk.mail.log.accounts import Account
from klardesk.mail.log.connections import Journal
from klardesk.mail.oauth.client import OAuthRefused, Token, ask_token
from klardesk.mail.oauth.events import SignedIn
from klardesk.mail.oauth.models import Flow, OAuthConnection

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

RENEW_BEFORE = timedelta(minutes=5)
"""So long before its end a token is renewed."""


def sign_in(connection: OAuthConnection, code: str, redirect_uri: str, verifier: str, *, by: Actor) -> None:
    """Exchange the code that a person's sign-in gave for tokens; for administrators. Raises OAuthRefused."""
    require_administrator(by)
    token = ask_token(
        connection, decrypt(connection.password), grant_type="authorization_code", code=code, redirect_uri=redirect_uri,
        code_verifier=verifier,
    )  # fmt: skip
    with transaction.atomic():
        fresh = OAuthConnection.objects.select_for_update().get(pk=connection.pk)
        _keep(fresh, token)
        append(ChainRef("oauthconnection", fresh.pk), SignedIn(fresh.name), by=by.ref)


def access_token(connection: OAuthConnection) -> str:
    """A token that counts now, renewed before its end. Raises OAuthRefused (the connection shows why), SecretLost."""
    fresh = OAuthConnection.objects.get(pk=connection.pk)
    if not fresh.valid:
        raise OAuthRefused(_("The connection “{name}” is invalid.").format(name=fresh.name))
    if fresh.access_token and fresh.expires_at is not None and fresh.expires_at - RENEW_BEFORE > clock.now():
        return decrypt(fresh.access_token)
    journal = Journal(Account.of_provider(fresh))
    try:
        token = _renewed(fresh)
    except OAuthRefused as refusal:
        words = journal.fail(refusal)
        with transaction.atomic():
            OAuthConnection.objects.filter(pk=fresh.pk).update(last_error=words)
        raise OAuthRefused(words) from refusal
    journal.step("renewed", seconds=token.seconds)
    journal.finish()
    with transaction.atomic():
        _keep(OAuthConnection.objects.select_for_update().get(pk=fresh.pk), token)
    return token.access


def _renewed(connection: OAuthConnection) -> Token:
    secret = decrypt(connection.password)
    if connection.flow == Flow.CLIENT:
        return ask_token(connection, secret, grant_type="client_credentials", scope=connection.scopes)
    if not connection.refresh_token:
        raise OAuthRefused(_("Nobody has signed in at “{name}” yet.").format(name=connection.name))
    return ask_token(
        connection, secret, grant_type="refresh_token", refresh_token=decrypt(connection.refresh_token),
        scope=connection.scopes,
    )  # fmt: skip


def _keep(connection: OAuthConnection, token: Token) -> None:
    """A provider that gives no new refresh token means the old one to stay (RFC 6749, 6)."""
    connection.access_token, connection.last_error = encrypt(token.access), ""
    connection.expires_at = clock.now() + timedelta(seconds=token.seconds)
    if token.refresh:
        connection.refresh_token = encrypt(token.refresh)
    connection.save()
