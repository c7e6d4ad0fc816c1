"""Who is told of what falls due, at the desk and by mail, and that nobody sees what is not theirs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from klardesk.access.models import PersonGrant
from klardesk.automation import following
from klardesk.automation.actions import choose_notifications, forget_old
from klardesk.automation.mails import write_mails
from klardesk.automation.models import Notification, NotificationChoice, Wish
from klardesk.automation.queries import MOST, unread_count
from klardesk.base import blobs
from klardesk.ledger.models import Event
from klardesk.mail.actions import save_setting
from klardesk.mail.models import OutgoingMail, SystemAddress
from klardesk.mail.parse import parse
from klardesk.people.actions import set_absence
from klardesk.people.models import Person
from klardesk.tickets import actions
from klardesk.tickets.models import Queue, Ticket
from tests.matrix import client_of
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _only_what_falls_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """What people do is told too: test_deeds.py."""
    monkeypatch.setattr(following, "_kind_of", lambda event: None)


@pytest.fixture
def remind(world: World, clock):
    """Let a ticket wait for an hour and that hour pass, and so many days on; then it waits no longer."""

    def reminded(ticket: Ticket, times: int = 1) -> Ticket:
        due = clock.now() + timedelta(hours=1)
        actions.change_state(ticket, world.state("pending reminder"), by=SYSTEM, pending_until=due)
        clock.set(due)
        for _day in range(times):
            assert actions.run_pending() == 1
            clock.move(days=1)
        actions.change_state(ticket, world.state("open"), by=SYSTEM)
        return ticket

    return reminded


def told() -> list[str]:
    return sorted(Notification.all_rows.values_list("person__login", flat=True))


def choose(person: Person, wish: str, *queues: Queue) -> None:
    by = SYSTEM
    choose_notifications(person, by=by, escalations=Wish.DESK, reminders=wish, queues=queues)


def bell(person: Person) -> str:
    """What the top bar says; with a new log-in, since an old one ends while the clock moves."""
    found = re.search(
        r'<div class="counters">(.*?)</div>', client_of(person).get("/account/").content.decode(), re.DOTALL
    )
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found.group(1))).strip() if found else ""


def test_owner_responsible_and_watchers_are_told(world: World, remind) -> None:
    ticket = world.ticket(owner=world.anna)
    actions.change_responsible(ticket, world.root, by=SYSTEM)
    actions.watch_ticket(ticket, world.ben, by=SYSTEM)
    choose(world.carla, Wish.DESK, world.support)
    remind(ticket, times=2)
    assert told() == ["anna", "anna", "ben", "ben", "root", "root"]


def test_a_ticket_nobody_owns_concerns_those_who_chose_its_queue(world: World, remind) -> None:
    choose(world.ben, Wish.DESK, world.support)
    remind(world.ticket())
    assert told() == ["ben"]


def test_if_that_is_nobody_all_possible_owners_are_told(world: World, remind) -> None:
    remind(world.ticket())
    assert told() == ["anna"]


def test_the_tickets_of_an_agent_who_left_do_not_pass_unheard(world: World, remind) -> None:
    ticket = world.ticket(owner=world.ben)
    Person.objects.filter(pk=world.ben.pk).update(valid=False)
    remind(ticket)
    assert told() == ["anna"]


def test_who_wants_none_gets_none(world: World, remind) -> None:
    choose(world.anna, Wish.NONE)
    remind(world.ticket(owner=world.anna))
    assert told() == []


def test_the_bell_counts_and_the_page_lists(world: World, remind) -> None:
    assert bell(world.anna) == "Notifications"
    ticket = remind(world.ticket("Printer is on fire", owner=world.anna))
    other = remind(world.ticket("Other", owner=world.anna))
    assert bell(world.anna) == "Notifications: 2 unread"
    client = client_of(world.anna)
    page = client.get("/notifications/").content.decode()
    assert "Printer is on fire" in page
    assert f'href="/tickets/{ticket.pk}/"' in page
    assert "reminder: pending time reached" in page
    mine = Notification.all_rows.get(ticket=ticket)
    assert client.get(f"/notifications/{mine.pk}/").status_code == 405
    assert client.post(f"/notifications/{mine.pk}/").headers["Location"] == f"/tickets/{ticket.pk}/"
    assert bell(world.anna) == "Notifications: 1 unread"
    row = Notification.all_rows.get(ticket=other)
    assert client.post(f"/notifications/{row.pk}/", {"stay": "1"}).headers["Location"] == "/notifications/"
    assert bell(world.anna) == "Notifications"
    remind(world.ticket(owner=world.anna))
    client_of(world.anna).post("/notifications/")
    assert bell(world.anna) == "Notifications"


def test_nobody_reads_anothers_and_nobody_what_is_no_longer_theirs(world: World, remind) -> None:
    ticket = remind(world.ticket("zyxtitle", owner=world.anna))
    mine = Notification.all_rows.get()
    ben = client_of(world.ben)
    assert ben.post(f"/notifications/{mine.pk}/").status_code == 404
    assert "zyxtitle" not in ben.get("/notifications/").content.decode()
    ben.post("/notifications/")
    anna = client_of(world.anna)
    assert bell(world.anna) == "Notifications: 1 unread"
    actions.change_owner(ticket, world.ben, by=SYSTEM)
    actions.move_ticket(ticket, world.raw, by=SYSTEM)
    assert bell(world.anna) == "Notifications"
    assert "zyxtitle" not in anna.get("/notifications/").content.decode()
    assert anna.post(f"/notifications/{mine.pk}/").status_code == 404


def test_a_watcher_without_right_on_the_queue_still_sees_it(world: World, remind) -> None:
    ticket = world.ticket(owner=world.anna)
    actions.watch_ticket(ticket, world.carla, by=SYSTEM)
    remind(ticket)
    assert unread_count(world.actor("carla")) == 1
    assert bell(world.carla) == "Notifications: 1 unread"


def test_the_bell_costs_one_query_and_few_if_it_rings(world: World, remind) -> None:
    actor = world.actor("anna")
    actor.groups_with("ro")
    with CaptureQueriesContext(connection) as quiet:
        assert unread_count(actor) == 0
    remind(world.ticket(owner=world.anna), times=30)
    with CaptureQueriesContext(connection) as loud:
        assert unread_count(actor) == 30
    assert len(quiet) == 1
    assert len(loud) <= 3
    remind(world.ticket(owner=world.anna), times=MOST)
    assert unread_count(world.actor("anna")) == MOST
    assert bell(world.anna) == "Notifications: 99+ unread"


def test_the_page_turns_and_costs_the_same(world: World, remind) -> None:
    client_of(world.anna).get("/notifications/")  # now configuration is kept in this process
    remind(world.ticket(owner=world.anna), times=2)
    client = client_of(world.anna)
    with CaptureQueriesContext(connection) as few:
        client.get("/notifications/")
    remind(world.ticket(owner=world.anna), times=60)
    client = client_of(world.anna)
    with CaptureQueriesContext(connection) as many:
        first = client.get("/notifications/").content.decode()
    assert len(many) == len(few)
    assert "page=2" in first
    assert client.get("/notifications/?page=2").content.decode().count("<tr>") - 1 == 12


def test_customers_have_no_bell(world: World) -> None:
    client = client_of(world.dora)
    assert bell(world.dora) == ""
    assert "notifications" not in client.get("/account/").content.decode()
    assert client.get("/notifications/").status_code == 404


def test_an_agent_chooses_on_the_account_page(world: World) -> None:
    client = client_of(world.anna)
    assert 'action="/account/notifications/"' in client.get("/account/").content.decode()
    values = {
        "escalations": "mail", "reminders": "none", "assigned": "mail", "answered": "none", "begun": "desk",
        "queues": [world.support.pk, world.sales.pk],
    }  # fmt: skip
    assert client.post("/account/notifications/", values).headers["Location"] == "/account/"
    choice = NotificationChoice.objects.get(pk=world.anna.pk)
    assert (choice.escalations, choice.reminders) == ("mail", "none")
    assert (choice.assigned, choice.answered, choice.begun) == ("mail", "none", "desk")
    page = client.get("/account/").content.decode()
    assert re.search(r'name="answered" value="none" aria-label="Answers of customers: not at all" checked', page)
    assert set(choice.queues.all()) == {world.support, world.sales}
    assert Event.objects.filter(kind="notification.chosen").count() == 1
    client.post("/account/notifications/", values)
    assert Event.objects.filter(kind="notification.chosen").count() == 1
    for wrong in ({**values, "reminders": "x"}, {**values, "queues": [world.raw.pk]}, {}):
        assert client.post("/account/notifications/", wrong).status_code == 400
    assert client.get("/account/notifications/").status_code == 200


def test_those_who_wish_get_a_mail_in_their_language(world: World, remind) -> None:
    save_setting(SystemAddress(address="help@desk.example", queue=world.support), by=SYSTEM)
    Person.objects.filter(pk=world.anna.pk).update(language="de")
    choose(world.anna, Wish.MAIL)
    ticket = remind(world.ticket("Drucker brennt", owner=world.anna))
    assert (write_mails(), write_mails()) == (1, 0)
    sent = OutgoingMail.objects.get()
    assert (sent.article, sent.kind, sent.recipients[0]["address"]) == (None, "notice", "anna@desk.example")
    assert "Drucker brennt" in client_of(world.root).get(f"/admin/mail-log/out/{sent.pk}/").content.decode()
    mail = parse(blobs.get(sent.digest))
    assert mail.subject == f"Wartezeit erreicht: Ticket {ticket.number}, Drucker brennt"
    assert "Erinnerung: Wartezeit erreicht" in mail.text
    assert f"http://testserver/tickets/{ticket.pk}/" in mail.text
    assert b"Auto-Submitted: auto-generated" in blobs.get(sent.digest)


@pytest.mark.parametrize("why", ["no address", "no sender", "not seen", "bad address"])
def test_whoever_cannot_be_mailed_is_told_at_the_desk_alone(world: World, remind, why: str) -> None:
    if why != "no sender":
        save_setting(SystemAddress(address="help@desk.example", queue=world.support), by=SYSTEM)
    choose(world.ben, Wish.MAIL, world.support)
    ticket = remind(world.ticket())
    if why in ("no address", "bad address"):
        Person.objects.filter(pk=world.ben.pk).update(email="" if why == "no address" else "ben at desk")
    if why == "not seen":
        actions.move_ticket(ticket, world.raw, by=SYSTEM)
    assert write_mails() == 1
    assert not OutgoingMail.objects.exists()
    assert not Notification.all_rows.filter(mail_due=True).exists()
    assert Notification.all_rows.count() == 1


def test_a_deleted_ticket_takes_its_notifications_along(world: World, remind) -> None:
    ticket = remind(world.ticket(owner=world.anna))
    actions.delete_ticket(ticket, by=world.actor("root"), reason="spam")
    assert not Notification.all_rows.exists()


def test_old_ones_are_forgotten(world: World, remind, clock) -> None:
    remind(world.ticket(owner=world.anna))
    assert forget_old() == 0
    clock.move(days=181)
    assert forget_old() == 1


def test_a_substitute_is_told_too(world: World, clock, remind) -> None:
    PersonGrant.objects.create(person=world.carla, group=world.support_group, right="rw")
    today = clock.now().date()
    for tells, expected in ((True, ["anna", "ben", "carla"]), (False, ["anna", "ben"])):
        Notification.all_rows.all().delete()
        set_absence(
            world.anna, today, today + timedelta(days=9), by=SYSTEM, substitute=world.carla, tell_substitute=tells
        )
        ticket = world.ticket()
        actions.change_owner(ticket, world.anna, by=SYSTEM)
        actions.watch_ticket(ticket, world.ben, by=SYSTEM)
        remind(ticket)
        assert told() == expected
