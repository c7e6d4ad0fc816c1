"""Several outgoing servers: which mail goes by which, and a lost one holds up only its own mails."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from klardesk.base.secrets import decrypt
from klardesk.mail.actions import save_setting
from klardesk.mail.models import OutgoingMail, OutgoingServer, OutgoingState, Security, SystemAddress
from klardesk.mail.send.delivery import send_due
from klardesk.mail.send.routes import routes
from klardesk.mail.send.write import MailDraft, send_mail
from klardesk.tickets.models import Queue, SenderType
from tests.servers import smtp
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def server(name: str, port: int, **values: object) -> OutgoingServer:
    """A server on this machine."""
    row = OutgoingServer(name=name, host="127.0.0.1", port=port, security=Security.NONE, **values)
    return save_setting(row, by=SYSTEM)


@pytest.fixture
def write(world: World, address: Callable[..., SystemAddress]) -> Callable[..., OutgoingMail]:
    """Writes a mail under an address that sends by a server."""

    def put(text: str, by: OutgoingServer | None, queue: Queue | None = None) -> OutgoingMail:
        sender = SystemAddress.objects.filter(address=text).first() or address(text, queue or world.support)
        sender.server = by
        save_setting(sender, by=SYSTEM)
        draft = MailDraft(to=[("", "dora@nordlicht.example")], subject="Answer", text="Done.")
        article = send_mail(
            world.ticket(), draft, kind="reply", sender=sender, speaker=SenderType.AGENT, by=world.actor("anna")
        )
        return OutgoingMail.objects.get(article=article)

    return put


@pytest.mark.server
def test_each_address_sends_by_its_server_and_the_others_by_the_default_one(
    sink: smtp.Sink, write: Callable[..., OutgoingMail]
) -> None:
    with smtp.running() as other:
        server("first", 1)
        server("default", sink.port, default=True)
        special = server("special", other.port)
        write("help@desk.example", None)
        write("sales@desk.example", special)
        assert send_due() == 2
        assert [got.sender for got in sink.got] == ["help@desk.example"]
        assert [got.sender for got in other.got] == ["sales@desk.example"]


@pytest.mark.server
def test_a_lost_server_holds_up_only_its_own_mails(sink: smtp.Sink, write: Callable[..., OutgoingMail]) -> None:
    server("default", sink.port, default=True)
    held, sent = write("sales@desk.example", server("gone", 1)), write("help@desk.example", None)
    send_due()
    held.refresh_from_db()
    sent.refresh_from_db()
    assert (held.state, sent.state) == (OutgoingState.WAITING, OutgoingState.SENT)
    assert (held.attempts, bool(held.last_error), sent.last_error) == (1, True, "")


def test_an_invalid_server_leaves_its_mails_to_the_default_one(write: Callable[..., OutgoingMail]) -> None:
    default, special = server("default", 25, default=True), server("special", 26)
    mail = write("sales@desk.example", special)
    special.valid = False
    save_setting(special, by=SYSTEM)
    found = [(route.server, OutgoingMail.objects.filter(route.mails).count()) for route in routes()]
    assert found == [(default, 1)]
    assert mail.sender is not None


def test_only_one_server_is_the_default_one() -> None:
    first, second = server("first", 25, default=True), server("second", 26, default=True)
    first.refresh_from_db()
    assert (first.default, second.default) == (False, True)


@pytest.mark.server
def test_the_pages_of_outgoing_servers(world: World, client: Client, sink: smtp.Sink) -> None:
    client.force_login(world.root)
    values = {
        "name": "Relay", "host": "127.0.0.1", "port": str(sink.port), "security": "none", "login": "", "password": "hunter22",
        "default": "on", "valid": "on",
    }  # fmt: skip
    assert client.post("/admin/outgoing-servers/new/", values).status_code == 302
    row = OutgoingServer.objects.get()
    assert decrypt(row.password) == "hunter22"
    page = client.get(f"/admin/outgoing-servers/{row.pk}/").content.decode()
    assert "hunter22" not in page
    assert "Relay" in client.get("/admin/outgoing-servers/").content.decode()
    assert (
        "127.0.0.1 let the desk in"
        in client.post(f"/admin/outgoing-servers/{row.pk}/test/", follow=True).content.decode()
    )
    client.post(f"/admin/outgoing-servers/{row.pk}/", {**values, "port": "1", "login": "", "password": ""})
    row.refresh_from_db()
    assert decrypt(row.password) == "hunter22"
    assert "did not let" in client.post(f"/admin/outgoing-servers/{row.pk}/test/", follow=True).content.decode()
