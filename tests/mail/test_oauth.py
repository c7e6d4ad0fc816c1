"""Mail providers that want OAuth 2: signing in, renewing, logging in by token, and what is refused."""

from __future__ import annotations

import html
import re
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from django.test import Client

from klardesk.base.secrets import decrypt, encrypt
from klardesk.mail.actions import save_setting
from klardesk.mail.checks import check_mailbox, check_outgoing
from klardesk.mail.models import Mailbox, OutgoingServer, Security
from klardesk.mail.oauth.actions import access_token
from klardesk.mail.oauth.client import OAuthRefused, is_safe
from klardesk.mail.oauth.models import OAuthConnection
from tests.conftest import Clock
from tests.servers import oauth
from tests.servers.ports import free_ports, wait_for
from tests.world import SYSTEM, World

pytestmark = [pytest.mark.server, pytest.mark.django_db]


@pytest.fixture
def provider() -> Iterator[oauth.Provider]:
    """A provider."""
    with oauth.running() as running:
        yield running


def connection(provider: oauth.Provider, **values: Any) -> OAuthConnection:
    """A connection with it, by client credentials unless said otherwise."""
    values = {
        "name": "Provider", "flow": "client", "authorize_url": f"{provider.url}/authorize",
        "token_url": f"{provider.url}/token", "client_id": "desk", "password": encrypt(oauth.SECRET),
        "scopes": "mail offline_access", **values,
    }  # fmt: skip
    return save_setting(OAuthConnection(**values), by=SYSTEM)


def test_a_token_is_kept_encrypted_and_renewed_before_its_end(provider: oauth.Provider, clock: Clock) -> None:
    row = connection(provider)
    assert [access_token(row), access_token(row)] == ["token-1", "token-1"]
    assert "token-1" not in OAuthConnection.objects.get().access_token
    clock.move(minutes=56)
    assert access_token(row) == "token-2"


def test_a_person_signs_in_with_state_and_proof(provider: oauth.Provider, world: World, clock: Clock) -> None:
    row = connection(provider, flow="code")
    browser = Client()
    browser.force_login(world.root)
    with pytest.raises(OAuthRefused, match="signed in"):
        access_token(row)
    went = browser.post(f"/admin/mail-connections/{row.pk}/sign-in/")
    link = re.search(r'href="(http://127[^"]+)"', went.content.decode())
    assert link
    back = provider.sign_in(html.unescape(link[1]))
    path = "/admin/mail-connections/return/"
    assert "Signed in." in browser.get(path + back, follow=True).content.decode()
    assert access_token(row) == "token-1"
    assert "not begun here" in browser.get(path + back, follow=True).content.decode()
    clock.move(hours=2)
    assert access_token(row) == "token-2"
    assert provider.asked[-1]["refresh_token"] == "refresh-1"
    row.refresh_from_db()
    assert decrypt(row.refresh_token) == "refresh-1"


def test_a_forged_return_is_refused(provider: oauth.Provider, world: World) -> None:
    row = connection(provider, flow="code")
    browser = Client()
    browser.force_login(world.root)
    browser.post(f"/admin/mail-connections/{row.pk}/sign-in/")
    answer = browser.get("/admin/mail-connections/return/?code=x&state=forged", follow=True)
    assert "not begun here" in answer.content.decode()
    assert not provider.asked


def test_a_refusal_is_shown(provider: oauth.Provider, world: World) -> None:
    row = connection(provider)
    provider.refuse = "invalid_scope"
    with pytest.raises(OAuthRefused, match="invalid_scope"):
        access_token(row)
    browser = Client()
    browser.force_login(world.root)
    for path in ("/admin/mail-connections/", f"/admin/mail-connections/{row.pk}/"):
        assert "invalid_scope" in browser.get(path).content.decode()


def test_no_redirect_is_followed_and_no_secret_leaves_without_https(provider: oauth.Provider) -> None:
    with oauth.running() as other:
        provider.redirect_to = f"{other.url}/token"
        with pytest.raises(OAuthRefused, match="307"):
            access_token(connection(provider))
        assert not other.asked
    assert not is_safe("http://login.example/token")
    assert not is_safe("http://127.0.0.1.evil.example/token")
    assert is_safe("https://login.example/token")
    with pytest.raises(OAuthRefused, match="https"):
        access_token(connection(provider, name="Plain", token_url="http://login.example/token"))


def test_tokens_of_one_provider_never_go_to_another(provider: oauth.Provider) -> None:
    row = connection(provider)
    access_token(row)
    row.refresh_from_db()
    row.token_url = "https://elsewhere.example/token"
    save_setting(row, by=SYSTEM)
    row.refresh_from_db()
    assert (row.access_token, row.refresh_token, row.expires_at) == ("", "", None)


class BearerServer(SMTP):
    """An SMTP server that knows XOAUTH2 alone."""

    seen: list[str] = []  # noqa: RUF012 (one server in one test)

    async def auth_XOAUTH2(self, _server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        """Check the token."""
        import base64

        said = base64.b64decode(args[1]).decode()
        self.seen.append(said)
        return AuthResult(success=said == "user=help@desk.example\x01auth=Bearer token-1\x01\x01", handled=False)


class BearerController(Controller):
    """Runs it."""

    def factory(self) -> SMTP:
        """The server of a connection."""
        return BearerServer(self.handler, auth_require_tls=False, auth_exclude_mechanism=["LOGIN", "PLAIN"])


def test_an_outgoing_server_is_entered_by_token(provider: oauth.Provider) -> None:
    port = free_ports(1)[0]
    controller = BearerController(object(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        wait_for(port)
        row = OutgoingServer(
            name="Provider", host="127.0.0.1", port=port, security=Security.NONE, login="help@desk.example",
            oauth=connection(provider),
        )  # fmt: skip
        fine, told = check_outgoing(save_setting(row, by=SYSTEM))
        assert fine, told
        row.login = "other@desk.example"
        assert not check_outgoing(row)[0]
    finally:
        controller.stop()


def test_a_mailbox_is_entered_by_token(provider: oauth.Provider) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        said: list[bytes] = []
        thread = threading.Thread(target=_imap, args=(listening, said))
        thread.start()
        box = Mailbox(
            name="Box", host="127.0.0.1", port=listening.getsockname()[1], security=Security.NONE,
            login="help@desk.example", oauth=connection(provider),
        )  # fmt: skip
        fine, told = check_mailbox(save_setting(box, by=SYSTEM))
        thread.join(10)
        assert fine, told
        assert said == [b"user=help@desk.example\x01auth=Bearer token-1\x01\x01"]


def _imap(listening: socket.socket, said: list[bytes]) -> None:
    """One session of a scripted IMAP server that lets in whoever says XOAUTH2."""
    import base64

    peer, _address = listening.accept()
    with peer, peer.makefile("rwb") as talk:
        talk.write(b"* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR] ready\r\n")
        talk.flush()
        while line := talk.readline():
            tag, verb, *rest = line.split(b" ", 2)
            verb = verb.strip().upper()
            if verb == b"AUTHENTICATE":
                words = rest[0].split()
                if len(words) == 1:
                    talk.write(b"+ \r\n")
                    talk.flush()
                    words.append(talk.readline().strip())
                said.append(base64.b64decode(words[1]))
            if verb == b"CAPABILITY":
                talk.write(b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR\r\n")
            if verb == b"SELECT":
                talk.write(b"* 0 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n")
            if verb in (b"UID", b"SEARCH"):
                talk.write(b"* SEARCH\r\n")
            talk.write(tag + b" OK done\r\n")
            talk.flush()
            if verb == b"LOGOUT":
                return


def test_the_pages_of_connections(provider: oauth.Provider, world: World) -> None:
    browser = Client()
    browser.force_login(world.root)
    values = {
        "name": "Provider", "flow": "client", "authorize_url": "", "token_url": f"{provider.url}/token", "client_id": "desk",
        "password": oauth.SECRET, "scopes": "mail", "valid": "on",
    }  # fmt: skip
    refused = browser.post("/admin/mail-connections/new/", {**values, "token_url": "http://login.example/"})
    assert refused.status_code == 422
    assert browser.post("/admin/mail-connections/new/", values).status_code == 302
    row = OAuthConnection.objects.get()
    page = browser.get(f"/admin/mail-connections/{row.pk}/").content.decode()
    assert oauth.SECRET not in page
    assert "/admin/mail-connections/return/" in page
    told = browser.post(f"/admin/mail-connections/{row.pk}/test/", follow=True).content.decode()
    assert "gave a token" in told
