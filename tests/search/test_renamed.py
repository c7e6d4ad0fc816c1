"""Whoever bears a value whose name was changed is found by the new name, soon, and by the old one no more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from klardesk.fields import actions as fields
from klardesk.fields.models import Field
from klardesk.search import renamed
from klardesk.search.models import Document, Progress
from klardesk.search.queries import find
from klardesk.search.renamed import run_renamed
from klardesk.tickets import actions
from klardesk.tickets.models import Ticket
from tests.fields.conftest import SITES, make
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def go_on() -> bool:
    return False


def rename(field: Field, de: str, place: int = 2) -> None:
    """Call the value at a place of the list otherwise in German."""
    choices = [replace(one, de=de) if at == place else one for at, one in enumerate(SITES)]
    fields.save_field(Field.objects.get(pk=field.pk), choices, by=SYSTEM)


def numbers(question: str, world: World) -> set[str]:
    return {hit.row["number"] for hit in find(question, world.actor("anna")).hits}


def waiting() -> list[tuple[str, int]]:
    return list(Progress.objects.filter(pk__startswith=renamed.SWEEP).order_by("pk").values_list("pk", "last"))


@pytest.mark.parametrize("kind", ["dropdown", "multiselect"])
def test_a_renamed_value_is_found_by_its_new_name(world: World, kind: str) -> None:
    ticket, other, site = world.ticket(), world.ticket(), make("Site", kind)
    fields.change_values(ticket, {site: ["south"]}, by=SYSTEM)
    fields.change_values(other, {site: ["north"]}, by=SYSTEM)
    rename(site, "Alpenvorland")
    assert numbers("alpenvorland", world) == set()
    assert run_renamed(go_on) == 1
    assert numbers("alpenvorland", world) == numbers("vorland", world) == {ticket.number}
    assert numbers("süden", world) == set()
    assert numbers("north", world) == {other.number}
    assert run_renamed(go_on) == 0
    assert waiting() == []


def test_a_branch_of_a_tree_is_renamed(world: World) -> None:
    ticket, site = world.ticket(), make("Site", "dropdown")
    fields.change_values(ticket, {site: ["north::hh"]}, by=SYSTEM)
    rename(site, "Küste::Hansestadt", place=1)
    run_renamed(go_on)
    assert numbers("küste hansestadt", world) == {ticket.number}


def test_a_retired_field_is_not_found_and_a_restored_one_is(world: World) -> None:
    ticket, site, serial = world.ticket(), make("Site", "dropdown"), make("Serial")
    fields.change_values(ticket, {site: ["south"], serial: ["KX-4711"]}, by=SYSTEM)
    fields.retire_field(serial, by=SYSTEM)
    run_renamed(go_on)
    assert numbers("4711", world) == set()
    assert numbers("south", world) == {ticket.number}
    fields.retire_field(site, by=SYSTEM)
    run_renamed(go_on)
    assert Document.objects.filter(ticket=ticket, article=None, visible_to_customer=False).count() == 0
    fields.restore_field(site, by=SYSTEM)
    fields.restore_field(serial, by=SYSTEM)
    run_renamed(go_on)
    assert numbers("4711 south", world) == {ticket.number}


def test_killed_in_the_middle_it_goes_on_where_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renamed, "AT_ONCE", 2)
    site, tickets = make("Site", "dropdown"), [world.ticket() for _each in range(5)]
    for one in tickets:
        fields.change_values(one, {site: ["south"]}, by=SYSTEM)
    rename(site, "Alpenvorland")
    made_anew, failing = renamed._made_anew, tickets[3].pk

    def killed(key: int) -> bool:
        if key == failing:
            raise KeyboardInterrupt
        return made_anew(key)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(renamed, "_made_anew", killed)
        with pytest.raises(KeyboardInterrupt):
            run_renamed(go_on)
    assert waiting()[0] == (f"{renamed.SWEEP}.{site.pk}.1", tickets[1].pk)
    assert run_renamed(go_on) == 2
    assert numbers("alpenvorland", world) == {one.number for one in tickets}
    assert run_renamed(go_on) == 0
    assert waiting() == []


def test_it_takes_turns_and_begins_anew_when_names_change_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renamed, "AT_ONCE", 2)
    monkeypatch.setattr(renamed, "ROUND", 1)
    site, tickets = make("Site", "dropdown"), [world.ticket() for _each in range(4)]
    for one in tickets:
        fields.change_values(one, {site: ["south"]}, by=SYSTEM)
    rename(site, "Alpenvorland")
    assert run_renamed(go_on) == 2
    rename(site, "Oberland")
    assert [run_renamed(go_on) for _run in range(7)] == [2, 2, 0, 0, 0, 0, 0]
    assert numbers("oberland", world) == {one.number for one in tickets}
    assert waiting() == []


def test_who_chose_the_old_name_meanwhile_is_reached_by_the_second_turn(world: World) -> None:
    ticket, late, site = world.ticket(), world.ticket(), make("Site", "dropdown")
    fields.change_values(ticket, {site: ["south"]}, by=SYSTEM)
    rename(site, "Alpenvorland")
    run_renamed(go_on)
    fields.change_values(late, {site: ["south"]}, by=SYSTEM)
    stale = Document.objects.get(ticket=late, article=None, visible_to_customer=False)
    Document.objects.filter(pk=stale.pk).update(words=stale.words.replace("alpenvorland", "sueden"))
    assert run_renamed(go_on) == 1
    assert numbers("alpenvorland", world) == {ticket.number, late.number}


def test_what_changes_no_word_and_other_things_make_no_work(world: World) -> None:
    ticket, site = world.ticket(), make("Site", "dropdown")
    fields.change_values(ticket, {site: ["south"]}, by=SYSTEM)
    site.label_de = "Ort"
    fields.save_field(site, by=SYSTEM)
    of_articles = make("Region", "dropdown", subject="article")
    rename(of_articles, "Alpenvorland")
    assert waiting() == []
    rename(site, "Süden", place=2)
    assert waiting() == []
    fields.save_field(Field.objects.get(pk=site.pk), SITES[1:], by=SYSTEM)
    assert len(waiting()) == 2
    assert run_renamed(go_on) == run_renamed(go_on) == 0


def test_a_ticket_that_is_gone_holds_nobody_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket, site = world.ticket(), make("Site", "dropdown")
    fields.change_values(ticket, {site: ["south"]}, by=SYSTEM)
    rename(site, "Alpenvorland")
    outdated = renamed._outdated

    def gone(keys: list[int]) -> list[int]:
        found = outdated(keys)
        actions.delete_ticket(Ticket.all_rows.get(pk=ticket.pk), by=SYSTEM, reason="test")
        return found

    monkeypatch.setattr(renamed, "_outdated", gone)
    assert run_renamed(go_on) == 0


def test_looking_costs_the_same_for_one_ticket_and_for_many(world: World) -> None:
    site, tickets = make("Site", "dropdown"), [world.ticket() for _each in range(6)]
    costs = []
    for some in (tickets[:1], tickets[1:]):
        for one in some:
            fields.change_values(one, {site: ["south"]}, by=SYSTEM)
        Progress.objects.create(pk=f"{renamed.SWEEP}.{site.pk}.2")
        with CaptureQueriesContext(connection) as captured:
            assert run_renamed(go_on) == 0
        costs.append(len(captured))
    assert costs[0] == costs[1]
