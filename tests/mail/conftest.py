"""What tests of mail stand on: a Dovecot, an SMTP sink, mailboxes, and plain mails."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from klardesk.access.actor import Actor
from klardesk.base.secrets import encrypt
from klardesk.mail.actions import save_setting
from klardesk.mail.crypto.gnupg import Home
from klardesk.mail.models import AfterFetch, Mailbox, Protocol, Security, SystemAddress
from klardesk.tickets.models import Queue
from tests.mail.pgp_people import People
from tests.servers import dovecot as dovecots
from tests.servers import smtp
from tests.world import World

SYSTEM = Actor.system("test")


@pytest.fixture(scope="session")
def dovecot() -> Iterator[dovecots.Dovecot]:
    """One server for all tests; every test takes a login of its own."""
    if dovecots.PROGRAM is None:
        pytest.skip("Dovecot is not installed (apt-get install dovecot-imapd dovecot-pop3d)")
    from tests import network

    network.allow_loopback(True)
    with dovecots.running() as server:
        yield server


@pytest.fixture(scope="session")
def people() -> Iterator[People]:
    """Holders of OpenPGP keys, made once for all tests; nobody changes them."""
    if shutil.which("gpg") is None:
        pytest.skip("GnuPG is not installed (apt-get install gnupg)")
    with Home() as home:
        yield People(home)


@pytest.fixture
def sink() -> Iterator[smtp.Sink]:
    """A server that takes mails."""
    with smtp.running() as server:
        yield server


@pytest.fixture
def outgoing(sink: smtp.Sink, settings: Any) -> smtp.Sink:
    """The sink, as the desk's outgoing server."""
    settings.KLARDESK_SMTP_URL = sink.url
    return sink


def make_mailbox(server: dovecots.Dovecot, login: str, **values: Any) -> Mailbox:
    """A mailbox of the server, over IMAP unless said otherwise."""
    values = {
        "name": f"{login} {values.get('protocol', 'imap')}", "protocol": Protocol.IMAP, "host": "127.0.0.1",
        "port": server.imap, "security": Security.NONE, "login": login, "password": encrypt(dovecots.PASSWORD),
        "after_fetch": AfterFetch.DELETE, **values,
    }  # fmt: skip
    return save_setting(Mailbox(**values), by=SYSTEM)


@pytest.fixture
def mailbox(dovecot: dovecots.Dovecot, request: pytest.FixtureRequest, world: World) -> Mailbox:
    """An IMAP mailbox with a login of this test's own."""
    assert world
    return make_mailbox(dovecot, login_of(request))


def login_of(request: pytest.FixtureRequest) -> str:
    """A login that no other test uses."""
    name = "".join(letter if letter.isalnum() else "-" for letter in request.node.name)
    return f"{request.node.module.__name__.rpartition('.')[2]}-{name}"[:80].lower()


@pytest.fixture
def address(world: World) -> Callable[..., SystemAddress]:
    """Makes addresses of the desk: `address("help@desk.example", world.support)`."""
    assert world

    def make(text: str, queue: Queue, name: str = "") -> SystemAddress:
        return save_setting(SystemAddress(address=text, display_name=name, queue=queue), by=SYSTEM)

    return make


def mail(subject: str = "Printer", text: str = "It burns.", **headers: str) -> bytes:
    """A plain mail of Dora to help@desk.example; further headers by name with underscores."""
    values = {
        "From": "Dora Dittrich <dora@nordlicht.example>", "To": "help@desk.example", "Subject": subject,
        "Message-ID": f"<{digest(subject, text, headers)}@nordlicht.example>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }  # fmt: skip
    head = "".join(f"{name}: {value}\r\n" for name, value in values.items() if value)
    return f"{head}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()


def digest(*parts: object) -> str:
    """A short word that is the same for the same parts in every run."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
