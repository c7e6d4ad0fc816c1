"""Who is told of what others did: a ticket given to them, a customer's answer, a new ticket in their queues."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from klardesk.automation.actions import choose_notifications
from klardesk.automation.models import Notification, Wish
from klardesk.tickets import actions
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def told() -> list[str]:
    return sorted(Notification.all_rows.values_list("person__login", flat=True))


def test_who_is_given_a_ticket_is_told_but_not_of_their_own_deed(world: World) -> None:
    ticket = world.ticket()
    actions.change_owner(ticket, world.anna, by=world.actor("anna"))
    assert told() == []
    actions.change_owner(ticket, world.ben, by=world.actor("anna"))
    assert told() == ["ben"]
    assert Notification.all_rows.get().kind == "assigned"
    world.ticket("Given at once", owner=world.anna, by=SYSTEM)
    assert told() == ["anna", "ben"]


def test_a_customers_answer_is_told_to_those_whom_it_concerns(world: World) -> None:
    ticket = world.ticket(owner=world.anna, by=world.actor("anna"))
    actions.watch_ticket(ticket, world.ben, by=SYSTEM)
    assert told() == []
    actions.add_article(ticket, world.article("Still on fire"), by=world.actor("dora"))
    assert told() == ["anna", "ben"]
    actions.add_article(ticket, world.article("Phoned again"), by=world.actor("anna"))
    assert told() == ["anna", "ben", "ben"]
    actions.add_article(ticket, world.article("Reply", sender="agent"), by=world.actor("anna"))
    assert Notification.all_rows.count() == 3
    assert set(Notification.all_rows.values_list("kind", flat=True)) == {"answered"}


def test_new_tickets_are_told_to_those_who_wait_for_them(world: World) -> None:
    assert told() == []
    queues = [world.support]
    for begun, expected in (("none", []), ("mail", ["ben"])):
        choose_notifications(
            world.ben, by=SYSTEM, escalations=Wish.DESK, reminders=Wish.DESK, begun=begun, queues=queues
        )
        world.ticket()
        assert told() == expected
    assert Notification.all_rows.get().mail_due
    world.ticket(queue=world.sales)
    world.ticket(owner=world.anna, by=world.actor("anna"))
    assert told() == ["ben"]


def test_nobody_waiting_costs_a_new_ticket_nothing(world: World) -> None:
    world.ticket()
    with CaptureQueriesContext(connection) as queries:
        world.ticket()
    assert not [query for query in queries if "automation_" in query["sql"]]
