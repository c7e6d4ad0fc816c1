"""Who is at a ticket: told to colleagues who may see it, to nobody else, and for a short while only."""

from __future__ import annotations

import pytest
from django.test import Client

from klardesk.ledger.models import Event
from klardesk.live.actions import be_present, forget_absent
from klardesk.live.models import Presence

pytestmark = pytest.mark.django_db


def of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_colleagues_see_each_other_and_not_themselves(world, clock):
    ticket = world.ticket()
    address = f"/tickets/{ticket.pk}/presence/"
    before = Event.objects.count()
    anna, ben = of(world.anna), of(world.ben)
    assert "Albers" not in anna.post(address, {"writing": "no"}).content.decode()
    assert "Anna Albers is looking" in ben.post(address, {"writing": "no"}).content.decode()
    anna.post(address, {"writing": "yes"})
    assert "Anna Albers is writing" in ben.get(address).content.decode()
    assert ben.get(address, headers={"Accept-Language": "de"}).status_code == 200
    anna.post(address, {"leave": "yes"})
    assert ben.get(address).content.strip() == b""
    assert Event.objects.count() == before


def test_it_passes_by_itself(world, clock):
    ticket = world.ticket()
    be_present(ticket, by=world.actor("anna"), writing=False)
    ben, address = of(world.ben), f"/tickets/{ticket.pk}/presence/"
    clock.move(seconds=45)
    assert "Anna" in ben.get(address).content.decode()
    clock.move(seconds=10)
    assert "Anna" not in ben.get(address).content.decode()
    clock.move(hours=1)
    assert forget_absent() == 1


def test_a_fresh_presence_is_not_written_again(world, clock, django_assert_num_queries):
    ticket, anna = world.ticket(), world.actor("anna")
    be_present(ticket, by=anna, writing=False)
    clock.move(seconds=5)
    with django_assert_num_queries(1):
        be_present(ticket, by=anna, writing=False)
    clock.move(seconds=15)
    with django_assert_num_queries(2):
        be_present(ticket, by=anna, writing=False)


def test_who_may_not_see_the_ticket_is_not_there_and_sees_nobody(world, clock):
    ticket = world.ticket()
    be_present(ticket, by=world.actor("anna"), writing=True)
    address = f"/tickets/{ticket.pk}/presence/"
    for person in (world.carla, world.root, world.dora):
        assert of(person).get(address).status_code == 404
        assert of(person).post(address, {"writing": "yes"}).status_code == 404
        assert not Presence.objects.visible_to(world.actor(person.login)).exists()
    assert Client().post(address, {"writing": "yes"}).status_code == 302
    assert Presence.all_rows.count() == 1


def test_who_is_no_longer_valid_is_not_named(world, clock):
    ticket = world.ticket()
    be_present(ticket, by=world.actor("anna"), writing=True)
    type(world.anna).objects.filter(pk=world.anna.pk).update(valid=False)
    assert "Anna" not in of(world.ben).get(f"/tickets/{ticket.pk}/presence/").content.decode()
