"""Agents, customers and companies: created, changed, made invalid."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from klardesk.access.actor import Actor
from klardesk.base.refusal import Refused
from klardesk.ledger.models import Event
from klardesk.people import actions, queries
from klardesk.people.models import CompanyMembership, Person
from tests.world import World

SYSTEM = Actor.system("test")


def kinds(person: Person) -> list[str]:
    found = Event.objects.filter(chain__kind="person", chain__key=str(person.pk)).order_by("sequence")
    return list(found.values_list("kind", flat=True))


def test_a_login_is_unique_in_its_realm_in_any_case(world: World) -> None:
    with pytest.raises(ValidationError, match="taken"):
        actions.create_person("agent", " ANNA", by=SYSTEM)
    assert actions.create_person("customer", "Anna", by=SYSTEM).pk


def test_a_login_is_needed(world: World) -> None:
    with pytest.raises(ValidationError):
        actions.create_person("agent", "  ", by=SYSTEM)


def test_changing_records_what_changed_and_nothing_if_nothing_did(world: World) -> None:
    actions.change_person(world.anna, by=SYSTEM, first_name="Anne", phone="123")
    actions.change_person(world.anna, by=SYSTEM, first_name="Anne")
    event = Event.objects.get(kind="person.changed")
    assert [(each.field, each.old, each.new) for each in event.payload.changes] == [
        ("first_name", "Anna", "Anne"),
        ("phone", "", "123"),
    ]
    assert world.anna.first_name == "Anne"


def test_people_change_some_things_of_their_own(world: World) -> None:
    actions.change_person(world.dora, by=world.actor("dora"), language="de", time_zone="Europe/Vienna")
    assert Person.objects.get(pk=world.dora.pk).language == "de"
    for values in ({"login": "x"}, {"email": "x@y.example"}):
        with pytest.raises(Refused):
            actions.change_person(world.dora, by=world.actor("dora"), **values)
    with pytest.raises(Refused):
        actions.change_person(world.ben, by=world.actor("anna"), language="de")


@pytest.mark.parametrize("field", ["password", "realm", "valid", "pk"])
def test_other_columns_cannot_be_set(world: World, field: str) -> None:
    with pytest.raises(TypeError):
        actions.change_person(world.anna, by=SYSTEM, **{field: "x"})


def test_a_taken_login_changes_nothing(world: World) -> None:
    with pytest.raises(ValidationError):
        actions.change_person(world.anna, by=SYSTEM, login="BEN", phone="1")
    fresh = Person.objects.get(pk=world.anna.pk)
    assert (fresh.login, fresh.phone, kinds(world.anna)) == ("anna", "", [])


def test_invalid_and_valid_again(world: World) -> None:
    for _ in range(2):
        actions.invalidate_person(world.ben, by=SYSTEM)
    assert Actor.of(world.ben).kind == "nobody"
    for _ in range(2):
        actions.revalidate_person(world.ben, by=SYSTEM)
    assert Actor.of(world.ben).kind == "agent"
    assert kinds(world.ben) == ["person.invalidated", "person.revalidated"]


def test_nobody_makes_themselves_invalid(world: World) -> None:
    with pytest.raises(Refused, match="yourself"):
        actions.invalidate_person(world.root, by=world.actor("root"))


def test_only_administrators_create_and_invalidate(world: World) -> None:
    for name in ("anna", "dora"):
        by = world.actor(name)
        for action in (
            lambda by: actions.create_person("agent", "new", by=by),
            lambda by: actions.invalidate_person(world.ben, by=by),
            lambda by: actions.revalidate_person(world.ben, by=by),
            lambda by: actions.create_company("N", "New", by=by),
            lambda by: actions.change_company(world.nordlicht, by=by, name="x"),
            lambda by: actions.set_companies(world.dora, [], by=by),
        ):
            with pytest.raises(Refused):
                action(by)
    assert not Event.objects.filter(chain__kind__in=["person", "company"]).exists()


def test_a_company_number_is_unique_in_any_case(world: World) -> None:
    with pytest.raises(ValidationError, match="taken"):
        actions.create_company("nl-1", "Other", by=SYSTEM)


def test_a_company_is_changed(world: World) -> None:
    actions.change_company(world.nordlicht, by=SYSTEM, name="Nordlicht AG", number="NL-9", valid=False)
    world.nordlicht.refresh_from_db()
    assert (world.nordlicht.name, world.nordlicht.number_key, world.nordlicht.valid) == ("Nordlicht AG", "nl-9", False)
    assert {each.field for each in Event.objects.get(kind="company.changed").payload.changes} == {
        "name",
        "number",
        "valid",
    }


def test_the_first_company_is_the_primary_one(world: World) -> None:
    actions.set_companies(world.dora, [world.suedwind, world.nordlicht, world.suedwind], by=SYSTEM)
    assert queries.numbers_of(world.dora) == ["SW-2", "NL-1"]
    assert CompanyMembership.objects.get(person=world.dora, primary=True).company == world.suedwind
    actions.set_companies(world.dora, [world.suedwind, world.nordlicht], by=SYSTEM)
    assert kinds(world.dora) == ["person.companies_set"]
    actions.set_companies(world.dora, [], by=SYSTEM)
    assert queries.numbers_of(world.dora) == []


def test_agents_belong_to_no_company(world: World) -> None:
    with pytest.raises(ValidationError):
        actions.set_companies(world.anna, [world.nordlicht], by=SYSTEM)


def test_every_sentence_reads_in_both_languages(world: World) -> None:
    from klardesk.ledger.sentences import sentence

    person = actions.create_person("customer", "gerda", by=SYSTEM, first_name="Gerda")
    actions.set_companies(person, [world.nordlicht], by=SYSTEM)
    actions.change_person(person, by=SYSTEM, email="g@nordlicht.example")
    actions.use_link(actions.reset_password(person, by=SYSTEM), "correct horse battery staple")
    actions.invalidate_person(person, by=SYSTEM)
    actions.revalidate_person(person, by=SYSTEM)
    told = [(sentence(event, "en"), sentence(event, "de")) for event in Event.objects.filter(chain__kind="person")]
    assert told[:3] == [
        ("created as customer gerda", "angelegt als Kunde gerda"),
        ("companies: Nordlicht GmbH (NL-1)", "Firmen: Nordlicht GmbH (NL-1)"),
        ("changed: e-mail: – → g@nordlicht.example", "geändert: E-Mail: – → g@nordlicht.example"),
    ]
    assert all(english != german and "{" not in english + german for english, german in told)
