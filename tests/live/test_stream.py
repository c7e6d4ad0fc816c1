"""The stream: who may listen, what is said, and when it ends. Real server, real connections."""

from __future__ import annotations

import time

import pytest

from klardesk.access.actions.rights import grant_right, revoke_right
from klardesk.automation.actions import read_notifications
from klardesk.people.models import Person, Session
from klardesk.tickets import actions
from klardesk.tickets.models import Watcher
from tests.servers.desk import until
from tests.servers.live import Ear, session_of
from tests.world import SYSTEM

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]


def test_a_change_is_told_by_name_and_nothing_else(live, world):
    ticket = world.ticket("zyxtitle")
    ear = Ear(live, session_of(world.ben))
    assert ear.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert ear.headers["X-Accel-Buffering"] == "no"
    began = time.monotonic()
    actions.change_title(ticket, "zyxtitle again", by=world.actor("anna"))
    assert ear.hears(tickets=[ticket.pk]) == {"tickets": [ticket.pk], "lists": True}
    assert time.monotonic() - began < 3
    assert "zyx" not in ear.raw
    ear.close()


def test_nobody_customers_and_the_logged_out_hear_nothing(live, world):
    assert Ear(live, "").status == 401
    assert Ear(live, "unknownsession").status == 401
    assert Ear(live, session_of(world.dora)).status == 401
    session = session_of(world.ben)
    Session.objects.all().delete()
    assert Ear(live, session).status == 401


def test_a_foreign_page_is_refused(live, world):
    session = session_of(world.ben)
    assert Ear(live, session, Origin="http://testserver:81").status == 403
    assert Ear(live, session, Origin="https://testserver").status == 403
    assert Ear(live, session, Origin="http://evil.example").status == 403
    ear = Ear(live, session, Origin="http://testserver")
    assert ear.status == 200
    assert ear.headers["Access-Control-Allow-Origin"] == "http://testserver"
    ear.close()


def test_who_may_not_see_a_ticket_hears_nothing_of_it(live, world):
    ticket = world.ticket(queue=world.sales)
    ben, carla, anna = (Ear(live, session_of(one)) for one in (world.ben, world.carla, world.anna))
    actions.change_title(ticket, "Another", by=world.actor("anna"))
    anna.hears(tickets=[ticket.pk])
    assert ben.stays_silent()
    assert carla.messages() == []
    for ear in (ben, carla, anna):
        ear.close()


@pytest.mark.tampers  # the watcher has no event
def test_who_watches_a_ticket_hears_of_it(live, world):
    ticket = world.ticket(queue=world.sales)
    Watcher.objects.create(ticket=ticket, person=world.ben)
    with Ear(live, session_of(world.ben)) as ben, Ear(live, session_of(world.carla)) as carla:
        actions.change_title(ticket, "Another", by=world.actor("anna"))
        ben.hears(tickets=[ticket.pk])
        assert carla.messages() == []


def test_a_ticket_that_leaves_moves_the_list_without_its_name(live, world):
    ticket = world.ticket()
    ben = Ear(live, session_of(world.ben))
    actions.move_ticket(ticket, world.sales, by=world.actor("anna"))
    assert ben.hears(lists=True) == {"lists": True}
    ben.close()


def test_a_deleted_ticket_moves_lists_of_those_who_saw_it_alone(live, world):
    ticket = world.ticket()
    with Ear(live, session_of(world.ben)) as ben, Ear(live, session_of(world.carla)) as carla:
        actions.delete_ticket(ticket, by=world.actor("root"), reason="sent by mistake")
        assert ben.hears(lists=True) == {"lists": True}
        assert carla.stays_silent()
        assert carla.messages() == []


def test_both_tickets_of_a_merge_are_told(live, world):
    source, target = world.ticket("One"), world.ticket("Other")
    with Ear(live, session_of(world.ben)) as ben, Ear(live, session_of(world.carla)) as carla:
        actions.merge_ticket(source, target, by=world.actor("anna"))
        ben.hears(lists=True)
        assert {key for one in ben.messages() for key in one.get("tickets", ())} == {source.pk, target.pk}
        assert carla.messages() == []


def test_who_no_longer_owns_a_foreign_ticket_hears_that_something_went(live, world):
    ticket = world.ticket(queue=world.sales)
    actions.change_owner(ticket, world.ben, by=SYSTEM)
    with Ear(live, session_of(world.ben)) as ben, Ear(live, session_of(world.carla)) as carla:
        actions.change_owner(ticket, world.anna, by=SYSTEM)
        assert ben.hears(lists=True) == {"lists": True}
        assert carla.messages() == []


def test_lists_move_when_a_right_is_taken_or_given(live, world):
    with Ear(live, session_of(world.ben)) as ben, Ear(live, session_of(world.carla)) as carla:
        revoke_right(world.ben, world.support_group, "ro", by=world.actor("root"))
        assert ben.hears(lists=True) == {"lists": True}
        told = len(ben.messages())
        grant_right(world.ben, world.support_group, "ro", by=world.actor("root"))
        until("it is told again", lambda: len(ben.messages()) > told, 10)
        assert carla.messages() == []


def test_who_reads_notifications_rings_their_own_bell_everywhere(live, world):
    ticket = world.ticket()
    actions.change_owner(ticket, world.anna, by=SYSTEM)
    with (
        Ear(live, session_of(world.anna)) as one,
        Ear(live, session_of(world.anna)) as other,
        Ear(live, session_of(world.ben)) as ben,
    ):
        assert read_notifications(by=world.actor("anna")) == 1
        for ear in (one, other):
            assert ear.hears(bell=True) == {"bell": True}
        assert one.stays_silent()
        assert ben.messages() == []


def test_rights_count_from_the_moment_they_change(live, world):
    ticket = world.ticket()
    ben = Ear(live, session_of(world.ben))
    actions.change_title(ticket, "One", by=world.actor("anna"))
    ben.hears(tickets=[ticket.pk])
    told = len(ben.messages())
    revoke_right(world.ben, world.support_group, "ro", by=world.actor("root"))
    actions.change_title(ticket, "Two", by=world.actor("anna"))
    time.sleep(2.5)
    assert ben.messages()[told:] == [{"lists": True}]
    ben.close()


def test_a_notification_rings_the_bell_of_its_person_alone(live, world):
    ticket = world.ticket()
    anna, ben = Ear(live, session_of(world.anna)), Ear(live, session_of(world.ben))
    actions.change_owner(ticket, world.anna, by=SYSTEM)
    anna.hears(bell=True)
    ben.hears(tickets=[ticket.pk])
    assert not any(one.get("bell") for one in ben.messages())
    anna.close()
    ben.close()


def test_a_stream_ends_with_its_session(live, world):
    with Ear(live, session_of(world.ben)) as ear:
        Session.objects.all().delete()
        until("the stream ends", lambda: ear.over, 8)


def test_a_stream_ends_with_its_person(live, world):
    with Ear(live, session_of(world.ben)) as ear:
        Person.objects.filter(pk=world.ben.pk).update(valid=False)
        until("the stream ends", lambda: ear.over, 8)


def test_what_was_missed_is_told_at_the_next_connection(live, world):
    ticket, other = world.ticket(), world.ticket(queue=world.sales)
    ear = Ear(live, session_of(world.ben))
    last = ear.last_id()
    ear.close()
    actions.change_title(ticket, "Meanwhile", by=world.actor("anna"))
    actions.change_title(other, "Secret", by=world.actor("anna"))
    again = Ear(live, session_of(world.ben), **{"Last-Event-ID": last})
    assert again.hears(tickets=[ticket.pk]) == {"tickets": [ticket.pk], "lists": True, "bell": True}
    again.close()
    afar = Ear(live, session_of(world.ben), **{"Last-Event-ID": "999999999"})
    afar.hears(all=True)
    afar.close()


def test_a_closed_page_leaves_nothing_behind(live, world):
    ears = [Ear(live, session_of(world.ben)) for _number in range(5)]
    assert live.streams() == 5
    for ear in ears:
        ear.close()
    until("all streams are forgotten", lambda: live.streams() == 0, 10)


def test_one_person_cannot_take_all_streams(live, world):
    session = session_of(world.ben)
    ears = [Ear(live, session) for _number in range(20)]
    assert Ear(live, session).status == 503
    for ear in ears:
        ear.close()


def test_it_stops_at_once_with_streams_open(live, world):
    with Ear(live, session_of(world.ben)) as ear:
        began = time.monotonic()
        live.stop()
        assert time.monotonic() - began < 6
        until("the stream ends", lambda: ear.over, 5)


@pytest.mark.postgres
def test_streams_outlive_a_lost_database(live, world):
    from django.db import connection

    ticket = world.ticket()
    with Ear(live, session_of(world.ben)) as ear:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid()"
            )
        actions.change_title(ticket, "After the loss", by=world.actor("anna"))
        ear.hears(tickets=[ticket.pk])
        assert not ear.over


@pytest.mark.postgres
def test_what_is_committed_late_is_told_all_the_same(live, world):
    """Keys of PostgreSQL are given before the commit: an event may come in below one that was told already."""
    import threading

    from django.db import connection, transaction

    late, early = world.ticket("Late"), world.ticket("Early")
    begun, told = threading.Event(), threading.Event()

    def change_late() -> None:
        with transaction.atomic():
            actions.change_title(late, "Late, changed", by=world.actor("anna"))
            begun.set()
            told.wait(10)
        connection.close()

    with Ear(live, session_of(world.ben)) as ear:
        thread = threading.Thread(target=change_late)
        thread.start()
        assert begun.wait(10)
        actions.change_title(early, "Early, changed", by=world.actor("anna"))
        ear.hears(tickets=[early.pk])
        told.set()
        thread.join()
        ear.hears(tickets=[late.pk])
