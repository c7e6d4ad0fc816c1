"""The guided setup: who is led to it, what its steps keep, that it can be left and taken up again; and the index of pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from klardesk.access.models import USERS_GROUP, Group
from klardesk.admin.first_run import keep
from klardesk.admin.first_run.steps import next_step
from klardesk.base.options import option
from klardesk.mail.models import Mailbox, OutgoingServer, SystemAddress
from klardesk.tickets.models import Queue
from tests.matrix import AdministratorPages, client_of
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
YOU = {
    "desk_name": "IT Nordlicht", "first_name": "Ruth", "last_name": "Root", "email": "ruth@desk.example", "language": "de",
    "time_zone": "Europe/Vienna",
}  # fmt: skip
MAILBOX = {
    "address": "support@desk.example", "protocol": "imap", "host": "imap.example", "port": "993", "security": "tls",
    "login": "support", "password": "geheim", "after_fetch": "seen",
}  # fmt: skip


class TestPages(AdministratorPages):
    def addresses(self, world: World) -> list[str]:
        return ["/admin/", "/admin/first-run/", *(f"/admin/first-run/{name}/" for name in ("you", "mailbox", "queues"))]


@pytest.fixture
def root(world: World) -> Client:
    return client_of(world.root)


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What trying a server says; nothing is connected to."""
    answer = {"mailbox": (True, "It let the desk in."), "outgoing": (True, "It let the desk in.")}
    monkeypatch.setattr(keep, "check_mailbox", lambda _mailbox: answer["mailbox"])
    monkeypatch.setattr(keep, "check_outgoing", lambda _server: answer["outgoing"])
    return answer


def log_in(name: str) -> str:
    return str(Client().post("/login/", {"login": name, "password": f"{name}-has-a-long-password"})["Location"])


def test_an_administrator_of_an_empty_desk_is_led_to_it(world: World) -> None:
    assert log_in("root") == "/admin/first-run/"
    assert log_in("anna") == "/"
    world.ticket()
    assert log_in("root") == "/"


def test_the_steps_follow_one_another_and_end(world: World, root: Client, found: dict[str, Any]) -> None:
    assert root.post("/admin/first-run/you/", YOU)["Location"] == "/admin/first-run/mailbox/"
    world.root.refresh_from_db()
    assert (option("desk.name"), world.root.email, world.root.language) == ("IT Nordlicht", "ruth@desk.example", "de")

    queue = {"queue": world.support.pk}
    assert root.post("/admin/first-run/mailbox/", {**MAILBOX, **queue})["Location"] == "/admin/first-run/outgoing/"
    mailbox, address = Mailbox.objects.get(), SystemAddress.objects.get()
    assert (mailbox.login, mailbox.after_fetch, mailbox.folder, mailbox.valid) == ("support", "seen", "INBOX", True)
    assert "geheim" not in mailbox.password
    assert (address.address, address.display_name, address.queue) == (
        "support@desk.example",
        "IT Nordlicht",
        world.support,
    )

    server = {"host": "smtp.example", "port": "587", "security": "starttls", "login": "", "password": ""}
    following = root.post("/admin/first-run/outgoing/", server)["Location"]
    assert OutgoingServer.objects.get().default
    assert following == "/admin/first-run/"  # the test world has queues of its own
    page = root.get("/admin/first-run/").content.decode()
    assert "Ihr Desk ist bereit" in page
    assert "/admin/agents/new/" in page


def test_queues_are_made_with_those_above_them(world: World, root: Client) -> None:
    Group.objects.filter(pk=world.users.pk).update(builtin=USERS_GROUP)
    root.post("/admin/first-run/queues/", {"names": " IT :: Printers \n\nFacility\nFacility\nsupport"})
    assert Queue.objects.filter(name__in=["IT", "IT::Printers", "Facility"]).count() == 3
    assert Queue.objects.filter(name__iexact="support").count() == 1
    assert root.post("/admin/first-run/queues/", {"names": "\n \n"}).status_code == 422
    assert root.post("/admin/first-run/queues/", {"names": "\n".join(f"Q{n}" for n in range(60))}).status_code == 422


@pytest.mark.parametrize(("name", "values"), [("mailbox", MAILBOX), ("outgoing", {**MAILBOX, "port": "25"})])
def test_a_failed_connection_is_said_and_kept_only_if_wished(
    world: World, root: Client, found: dict[str, Any], name: str, values: dict[str, str]
) -> None:
    found[name] = (False, "imap.example did not let the desk in: refused")
    values = {**values, "queue": str(world.support.pk)}
    answer = root.post(f"/admin/first-run/{name}/", values)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "did not let the desk in: refused" in page
    assert 'type="checkbox" name="anyway"' in page
    assert "geheim" not in page
    assert not Mailbox.objects.exists()
    assert not OutgoingServer.objects.exists()
    assert root.post(f"/admin/first-run/{name}/", {**values, "anyway": "on"}).status_code == 302
    assert Mailbox.objects.exists() or OutgoingServer.objects.exists()


def test_an_address_that_is_there_already_keeps_no_half(world: World, root: Client, found: dict[str, Any]) -> None:
    values = {**MAILBOX, "queue": str(world.support.pk)}
    root.post("/admin/first-run/mailbox/", values)
    Mailbox.objects.all().delete()
    assert root.post("/admin/first-run/mailbox/", values).status_code == 422
    assert not Mailbox.objects.exists()


def test_steps_are_skipped_and_taken_up_again(world: World, root: Client) -> None:
    assert root.post("/admin/first-run/you/", {"skip": "yes"})["Location"] == "/admin/first-run/mailbox/"
    assert root.post("/admin/first-run/mailbox/", {"skip": "yes"})["Location"] == "/admin/first-run/outgoing/"
    assert root.post("/admin/first-run/outgoing/", {"skip": "yes"})["Location"] == "/admin/first-run/"
    assert next_step() is None
    assert log_in("root") == "/"
    assert "Take up what was skipped" in root.get("/admin/first-run/").content.decode()
    root.post("/admin/first-run/", {"again": "yes"})
    assert next_step() is not None


def test_the_whole_guide_can_be_left(world: World, root: Client) -> None:
    assert "guided setup is not finished" in root.get("/admin/").content.decode()
    assert root.post("/admin/first-run/")["Location"] == "/admin/"
    assert log_in("root") == "/"
    assert "guided setup is not finished" not in root.get("/admin/").content.decode()


def test_there_are_no_other_steps(root: Client) -> None:
    assert root.get("/admin/first-run/nonsense/").status_code == 404


@pytest.mark.parametrize("name", ["anna", "dora"])
def test_only_administrators_set_the_desk_up(world: World, name: str) -> None:
    client = client_of(getattr(world, name))
    for address in ("/admin/first-run/", "/admin/first-run/you/"):
        assert client.post(address, {**YOU, "skip": "yes"}).status_code in {403, 404}
    assert option("setup.skipped") == []


@pytest.mark.parametrize(
    ("words", "there", "gone"),
    [("mailbox", "/admin/mailboxes/", "/admin/states/"), ("STATES", "/admin/states/", "/admin/mailboxes/")],
)
def test_the_index_is_searched_without_a_script(root: Client, words: str, there: str, gone: str) -> None:
    main = root.get("/admin/", {"q": words}).content.decode().partition("<main")[2]
    assert f'href="{there}"' in main
    assert f'href="{gone}"' not in main


def test_the_index_says_what_to_do_when_nothing_is_found(root: Client) -> None:
    page = root.get("/admin/", {"q": "zzz"}).content.decode()
    assert "Try another word" in page


def test_progress_asks_little(world: World, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(8):
        next_step()


def test_skipping_is_in_the_history(world: World) -> None:
    from klardesk.ledger.models import Event

    keep.skip("you", by=SYSTEM)
    assert Event.objects.filter(kind="option.changed", chain__key="setup.skipped").count() == 1
