"""The demo: a whole world through the desk's own actions, and never one mixed into somebody's own desk."""

from __future__ import annotations

import pytest
from django.db.models import Count

from klardesk.access.actions import first_administrator
from klardesk.access.actor import Actor
from klardesk.admin.demo import NotEmpty, fill
from klardesk.admin.setup import create_first_data
from klardesk.fields.models import Value
from klardesk.people.models import Person, Realm
from klardesk.sla import index
from klardesk.sla.models import TicketClock, TicketService
from klardesk.tickets.models import Article, Queue, Ticket
from tests.world import World

DEMO = Actor.system("demo")
pytestmark = pytest.mark.slow


def test_the_demo_is_whole_and_filled_once(db: None) -> None:
    first_administrator()
    create_first_data()
    logins = fill(DEMO)
    assert [login.login for login in logins[:2]] == ["miriam", "emma"]
    guests = [Person.objects.get(realm=Realm.CUSTOMER, login=login.login) for login in logins[2:]]
    assert [guest.language for guest in guests] == ["de", "en"]
    assert all(guest.check_password(login.password) for guest, login in zip(guests, logins[2:], strict=True))
    tickets = Ticket.all_rows.count()
    assert tickets > 300
    assert Article.all_rows.count() > 2 * tickets
    assert Queue.objects.count() >= 8
    assert Ticket.all_rows.values("customer__language").annotate(n=Count("pk")).count() == 2
    assert TicketService.objects.exclude(sla=None).count() > 100
    assert TicketClock.objects.exclude(first_due=None).count() > 10
    assert not [one for part in index.differences() for one in part]
    assert {name: count > 20 for name, count in Value.all_rows.values_list("field__name").annotate(n=Count("pk"))} == {
        "AssetNumber": True, "Site": True, "WantedBy": True,
    }  # fmt: skip
    again = fill(DEMO)
    assert Ticket.all_rows.count() == tickets
    miriam = Person.objects.get(realm=Realm.AGENT, login="miriam")
    assert not miriam.check_password(logins[0].password)
    assert miriam.check_password(again[0].password)


def test_a_desk_with_people_of_its_own_is_left_alone(world: World) -> None:
    world.ticket()
    with pytest.raises(NotEmpty):
        fill(DEMO)
    assert Ticket.all_rows.count() == 1


def test_an_agent_who_bears_a_demo_name_keeps_her_password(world: World) -> None:
    Person.objects.filter(pk=world.anna.pk).update(login="emma", login_key="emma")
    with pytest.raises(NotEmpty):
        fill(DEMO)
    assert Person.objects.get(pk=world.anna.pk).check_password("anna-has-a-long-password")
