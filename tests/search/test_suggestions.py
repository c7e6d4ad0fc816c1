"""The one search box: a number first, then tickets, customers and companies, each as far as one may know of them."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client

from klardesk.access.actor import Actor
from klardesk.fields import actions as fields
from klardesk.fields.models import Field
from klardesk.people import actions as people
from klardesk.people.models import Person
from klardesk.search import index, known, renamed
from klardesk.search.models import Known, Progress
from klardesk.search.queries import find, suggest
from klardesk.search.renamed import run_renamed
from tests.fields.conftest import SITES, make
from tests.world import SYSTEM, World


def told(by: Actor, text: str) -> list[tuple[str, str]]:
    return [(one.kind, one.label) for one in suggest(by, text)]


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize(
    "form", ["{}", " {} ", "Ticket#{}", "[Ticket#{}]", "AW: [Ticket#{}] Drucker", "#{}", "Ticket: {}"]
)
def test_a_number_opens_its_ticket(world: World, form: str) -> None:
    ticket = world.ticket()
    answer = browser(world.anna).get("/search/", {"q": form.format(ticket.number)})
    assert answer["Location"] == f"/tickets/{ticket.pk}/"
    assert told(world.actor("anna"), form.format(ticket.number))[0] == ("ticket", "Printer is on fire")


def test_the_beginning_of_a_number_suggests_the_newest(world: World) -> None:
    tickets = [world.ticket(f"Nr. {place}") for place in range(3)]
    assert told(world.actor("anna"), tickets[0].number[:-6]) == [("ticket", f"Nr. {place}") for place in (2, 1, 0)]
    assert told(world.actor("anna"), "99999") == []


def test_people_and_companies_in_every_spelling(world: World) -> None:
    people.create_company("MU-7", "Müller & Söhne Netzbau", by=SYSTEM)
    people.create_person(
        "customer", "jens", first_name="Jens", last_name="Großmüller", email="jg@mueller.example", by=SYSTEM
    )
    for text in ("müller", "mueller", "muller", "MÜLLER"):
        assert told(world.actor("anna"), text) == [
            ("customer", "Jens Großmüller"),
            ("company", "Müller & Söhne Netzbau"),
        ]
    assert told(world.actor("anna"), "netzbau") == [("company", "Müller & Söhne Netzbau")]
    assert told(world.actor("anna"), "jens grossm") == [("customer", "Jens Großmüller")]
    assert told(world.actor("anna"), "!müller") == []
    assert told(world.actor("anna"), "j") == []


def test_changed_names_are_found_at_once_and_agents_never(world: World) -> None:
    person = people.create_person("customer", "wechsel", last_name="Vorher", by=SYSTEM)
    company = people.create_company("W-1", "Altfirma", by=SYSTEM)
    people.change_person(person, last_name="Nachher", by=SYSTEM)
    people.change_company(company, name="Neufirma", by=SYSTEM)
    anna = world.actor("anna")
    assert told(anna, "vorher") == told(anna, "altfirma") == told(anna, "albers") == []
    assert told(anna, "nachher") == [("customer", "Nachher")]
    assert told(anna, "neufirma") == [("company", "Neufirma")]
    known.rebuild()
    before = sorted(Known.objects.values_list("person", "company", "words"), key=str)
    index.rebuild()
    assert sorted(Known.objects.values_list("person", "company", "words"), key=str) == before


def test_who_may_create_nothing_knows_those_of_their_lists_alone(world: World) -> None:
    """Ben may look into Support, where Dora of Nordlicht has a ticket; of Emil and Südwind no list of his tells."""
    world.ticket()
    known.rebuild()
    ben = world.actor("ben")
    assert not ben.groups_with("create")
    assert ("customer", world.dora.full_name) in told(ben, "dora")
    assert ("company", world.nordlicht.name) in told(ben, world.nordlicht.name)
    assert told(ben, "emil") == told(ben, world.suedwind.name) == []
    assert [one.label for one in find("emil", ben).known] == []
    assert ("customer", world.emil.full_name) in told(world.actor("anna"), "emil")


def test_nobody_and_customers_are_told_nothing(world: World) -> None:
    world.ticket()
    for actor in (Actor.nobody(), world.actor("dora")):
        assert suggest(actor, "printer") == []
        assert find("dora", actor).known == []
    assert browser(world.dora).get("/search/suggestions/", {"q": "printer"}).status_code == 404


def test_a_foreign_ticket_is_not_suggested(world: World) -> None:
    ticket = world.ticket("Geheimsache", queue=world.raw, customer=None, company=None)
    for text in ("geheim", "heimsach", ticket.number, ticket.number[:-3]):
        assert ("ticket", "Geheimsache") not in told(world.actor("anna"), text)
        assert b"Geheimsache" not in browser(world.anna).get("/search/suggestions/", {"q": text}).content


def test_the_page_has_sections_and_the_fragment_options(world: World) -> None:
    world.ticket("Dora braucht Papier")
    known.rebuild()
    client = browser(world.anna)
    page = client.get("/search/", {"q": "dora"}).content.decode()
    assert f"?state=all&amp;customer={world.dora.pk}" in page
    fragment = client.get("/search/suggestions/", {"q": "dora"}).content.decode()
    assert 'role="listbox"' in fragment
    assert fragment.count('role="option"') >= 3
    assert "/search/?q=dora" in fragment


@pytest.mark.parametrize("text", ["\x00", "(", "💥", "'" * 400, "%", "9" * 60, "*"])
def test_any_text_has_suggestions(world: World, text: str) -> None:
    assert browser(world.anna).get("/search/suggestions/", {"q": text}).status_code == 200


def test_customers_and_companies_are_found_by_their_own_fields(world: World) -> None:
    contract, site = make("Contract", subject="person"), make("Place", "dropdown", subject="company")
    anna, ben = world.actor("anna"), world.actor("ben")
    known.rebuild()
    fields.change_person_values(world.emil, {contract: ["KV-88-1204"]}, by=SYSTEM)
    fields.change_person_values(world.anna, {contract: ["KV-88-1205"]}, by=SYSTEM)
    fields.change_company_values(world.suedwind, {site: ["south"]}, by=SYSTEM)
    assert told(anna, "KV-88-1204") == [("customer", world.emil.full_name)]
    assert told(anna, "kv-88-1205") == []  # an agent's own
    assert told(anna, "south") == told(anna, "süden") == told(anna, "sueden") == [("company", world.suedwind.name)]
    assert told(ben, "KV-88-1204") == told(ben, "south") == []
    assert find("KV-88-1204", world.actor("dora")).known == []
    before = sorted(Known.objects.values_list("person", "company", "words"), key=str)
    known.rebuild()
    assert sorted(Known.objects.values_list("person", "company", "words"), key=str) == before
    fields.change_person_values(world.emil, {contract: []}, by=SYSTEM)
    fields.retire_field(site, by=SYSTEM)
    run_renamed(lambda: False)
    assert told(anna, "KV-88-1204") == told(anna, "south") == []


def test_a_renamed_value_is_found_at_a_company_and_what_was_there_before_the_update(world: World) -> None:
    site, contract = make("Place", "dropdown", subject="company"), make("Contract", subject="person")
    fields.change_company_values(world.suedwind, {site: ["south"]}, by=SYSTEM)
    fields.change_person_values(world.emil, {contract: ["KV-7"]}, by=SYSTEM)
    choices = [replace(one, en="Riviera") if one.key == "south" else one for one in SITES]
    fields.save_field(Field.objects.get(pk=site.pk), choices, by=SYSTEM)
    assert [run_renamed(lambda: False) for _turn in renamed.TURNS] == [1, 0]
    anna = world.actor("anna")
    assert (told(anna, "riviera"), told(anna, "south")) == ([("company", world.suedwind.name)], [])
    Known.objects.update(words="as before the update")
    import_module("klardesk.search.migrations.0010_fields_of_customers").note(apps, None)
    assert run_renamed(lambda: False) == 2
    assert told(anna, "KV-7") == [("customer", world.emil.full_name)]
    assert told(anna, "riviera") == [("company", world.suedwind.name)]
    assert not Progress.objects.exists()
