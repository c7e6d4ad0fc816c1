"""A log-in with a browser that is new for the person is recorded, and told by mail in the person's language."""

from __future__ import annotations

import pytest
from django.test import Client

from klardesk.base import blobs
from klardesk.base.models import Option
from klardesk.ledger.models import Event
from klardesk.mail.actions import save_setting
from klardesk.mail.models import OutgoingMail, SystemAddress
from klardesk.mail.parse import parse
from klardesk.people.models import Person
from tests.world import SYSTEM, World

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def log_in(client: Client, login: str = "anna") -> None:
    credentials = {"login": login, "password": f"{login}-has-a-long-password"}
    answer = client.post("/login/", credentials, headers={"User-Agent": FIREFOX}, REMOTE_ADDR="192.0.2.7")
    assert answer.status_code == 302


def count() -> int:
    return Event.objects.filter(kind="person.new_device").count()


def test_only_a_further_browser_is_new(world: World) -> None:
    first, second = Client(), Client()
    log_in(first)
    log_in(first)
    assert count() == 0
    log_in(second)
    assert count() == 1
    for client in (first, second):
        client.post("/logout/")
        log_in(client)
    assert count() == 1
    told = Event.objects.get(kind="person.new_device")
    assert (told.payload.browser, told.payload.address) == ("Firefox, Linux", "192.0.2.7")


def test_a_browser_may_be_known_for_several_people(world: World) -> None:
    shared, other = Client(), Client()
    for login in ("anna", "ben"):
        log_in(other, login)
    for login in ("anna", "ben", "anna", "ben"):
        log_in(shared, login)
    assert count() == 2


def test_a_forged_note_is_none(world: World) -> None:
    log_in(Client())
    client = Client()
    client.cookies["klardesk_device"] = "[1,2,3]:forged:note"
    log_in(client)
    assert count() == 1


@pytest.mark.parametrize("wished", [True, False])
def test_the_person_gets_a_mail(world: World, wished: bool) -> None:
    save_setting(SystemAddress(address="help@desk.example", queue=world.support), by=SYSTEM)
    Person.objects.filter(pk=world.anna.pk).update(language="de")
    if not wished:
        Option.objects.create(key="people.tell_new_devices", value=False)
    log_in(Client())
    log_in(Client())
    if not wished:
        assert not OutgoingMail.objects.exists()
        return
    sent = OutgoingMail.objects.get()
    mail = parse(blobs.get(sent.digest))
    assert sent.recipients[0]["address"] == "anna@desk.example"
    assert mail.subject == "Anmeldung mit einem neuen Browser"
    assert "Firefox, Linux" in mail.text
    assert "192.0.2.7" in mail.text


def test_without_an_address_the_log_in_still_works(world: World) -> None:
    Person.objects.filter(pk=world.anna.pk).update(email="")
    log_in(Client())
    log_in(Client())
    assert count() == 1
