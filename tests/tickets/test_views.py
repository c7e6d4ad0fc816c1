"""Saved views of the ticket list: own and shared ones, the list's start, and columns per person and per view."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from klardesk.access.policy import Refused
from klardesk.ledger import ChainRef
from klardesk.ledger.queries import history
from klardesk.tickets import actions
from klardesk.tickets.models import ListChoice, SavedView
from klardesk.tickets.pages.columns import labels, shown_keys
from tests.tickets.test_page_list import titles
from tests.world import World

pytestmark = pytest.mark.django_db


def heads(client: Client, address: str = "/tickets/") -> list[str]:
    """The columns of the list, by the classes of its head, without the one of checkboxes."""
    page = client.get(address, follow=True).content.decode()
    return re.findall(r'<th scope="col" class="column-([a-z-]+)', page)[1:]


def saved(client: Client, query: str = "state=all&title=Pr&sort=title", **values: object) -> SavedView:
    response = client.post(f"/tickets/views/new/?{query}", {"name": "Printers", **values})
    assert response.status_code == 302, response.content.decode()[-2000:]
    return SavedView.objects.latest("pk")


def told(view: SavedView) -> list[str]:
    return [entry.sentence for entry in history(ChainRef("view", view.pk), limit=50)]


def test_a_view_keeps_what_narrows_the_list(anna, world: World) -> None:
    world.ticket("Printer")
    world.ticket("Phone")
    view = saved(anna, "state=all&title=Pr&sort=title&page=3&saved=9&back=x")
    assert view.query == "state=all&sort=title&title=Pr"
    response = anna.get(f"/tickets/?saved={view.pk}")
    assert response.headers["Location"] == f"/tickets/?state=all&sort=title&title=Pr&saved={view.pk}"
    shown = anna.get(response.headers["Location"])
    assert titles(shown) == ["Printer"]
    assert "<h1>Printers" in re.sub(r"<h1>\s+", "<h1>", shown.content.decode())
    assert anna.get("/tickets/?saved=404").status_code == 404


def test_the_list_begins_with_it_if_one_wants(anna, world: World) -> None:
    view = saved(anna, start="on")
    assert anna.get("/tickets/").headers["Location"].endswith(f"saved={view.pk}")
    assert anna.get("/tickets/?saved=0").status_code == 200
    other = saved(anna, name="Other", start="on")
    assert anna.get("/tickets/").headers["Location"].endswith(f"saved={other.pk}")
    anna.post(f"/tickets/views/{other.pk}/", {"name": "Other"})
    assert anna.get("/tickets/").status_code == 200


def test_it_is_changed_to_the_list_from_which_one_comes(anna, world: World) -> None:
    view = saved(anna)
    anna.post(f"/tickets/views/{view.pk}/?title=Phone", {"name": "Renamed"})
    view.refresh_from_db()
    assert (view.name, view.query) == ("Renamed", "state=all&sort=title&title=Pr")
    anna.post(f"/tickets/views/{view.pk}/?title=Phone", {"name": "Renamed", "anew": "on"})
    view.refresh_from_db()
    assert view.query == "title=Phone"


def test_a_view_that_narrows_nothing_leads_to_itself(anna, world: World) -> None:
    view = saved(anna, "", start="on")
    assert anna.get("/tickets/").headers["Location"] == f"/tickets/?saved={view.pk}"
    assert anna.get(f"/tickets/?saved={view.pk}").status_code == 200


def test_a_name_is_used_once(anna, world: World) -> None:
    saved(anna)
    response = anna.post("/tickets/views/new/", {"name": " Printers "})
    assert response.status_code == 422
    assert "You have a view of this name already." in response.content.decode()


def test_what_others_see_of_it_is_on_record(anna, ben, world: World) -> None:
    view = saved(anna)
    assert told(view) == []
    assert "Printers" not in ben.get("/tickets/").content.decode()
    anna.post(f"/tickets/views/{view.pk}/", {"name": "Printers", "groups": world.support_group.pk})
    assert "Printers" in ben.get("/tickets/").content.decode()
    anna.post(f"/tickets/views/{view.pk}/?title=x", {"name": "All", "groups": world.support_group.pk, "anew": "on"})
    anna.post(f"/tickets/views/{view.pk}/", {"name": "All"})
    assert "All" not in [one.name for one in SavedView.objects.filter(groups=world.support_group)]
    sentences = told(view)
    assert len(sentences) == 4
    assert "support" in sentences[1]
    assert "Printers → All" in sentences[2]


def test_it_is_deleted_for_everybody(anna, ben, world: World) -> None:
    view = saved(anna, groups=world.support_group.pk)
    ben.post(f"/tickets/views/{view.pk}/", {"start": "on"})
    assert ben.get("/tickets/").status_code == 302
    key = view.pk
    assert anna.post(f"/tickets/views/{key}/deletion/").status_code == 302
    assert ben.get("/tickets/").status_code == 200
    assert len(history(ChainRef("view", key), limit=9)) == 3


def test_it_is_shared_with_ones_own_groups_alone(anna, world: World) -> None:
    view = SavedView(owner=world.anna, name="x")
    with pytest.raises(Refused):
        actions.save_view(view, [world.users], by=world.actor("anna"))
    with pytest.raises(Refused):
        actions.save_view(view, [], by=world.actor("ben"))
    assert anna.post("/tickets/views/new/", {"name": "x", "groups": world.users.pk}).status_code == 422


def test_columns_are_chosen_ordered_and_reset(anna, world: World) -> None:
    world.ticket("Printer", owner=world.anna)
    usual = heads(anna)
    anna.post("/tickets/columns/", {"order": ["changed", "title", "number"], "column": ["changed", "title"]})
    assert heads(anna) == ["changed", "title", "number"]
    page = anna.get("/tickets/").content.decode()
    assert (
        page.index('<td class="column-changed">')
        < page.index('<td class="column-title"')
        < page.index('<td class="column-number"')
    )
    assert "column-owner" not in page
    anna.post("/tickets/columns/", {"reset": "yes"})
    assert heads(anna) == usual


def test_each_view_has_its_own_for_each_person(anna, ben, world: World) -> None:
    world.ticket("Printer")
    view = saved(anna, groups=world.support_group.pk)
    address, usual = f"/tickets/?saved={view.pk}", heads(anna)
    anna.post(f"/tickets/columns/?saved={view.pk}", {"order": ["title", "number"], "column": ["title"]})
    assert (heads(anna, address), heads(anna), heads(ben, address)) == (["title", "number"], usual, usual)
    anna.post(f"/tickets/views/{view.pk}/", {"name": "Printers", "groups": world.support_group.pk, "anew": "on"})
    assert heads(ben, address) == ["title", "number"]
    ben.post(f"/tickets/columns/?saved={view.pk}", {"order": ["number", "state"], "column": ["state"]})
    assert heads(ben, address) == ["number", "state"]
    assert ListChoice.objects.count() == 2


def test_a_column_is_moved_in_the_form_before_anything_is_kept(anna, world: World) -> None:
    response = anna.post(
        "/tickets/columns/", {"order": ["title", "state", "number"], "column": ["title"], "up": "state"}
    )
    page = response.content.decode()
    assert re.findall(r'name="order" value="([a-z]+)"', page)[:3] == ["state", "title", "number"]
    assert 'value="title" checked' in page
    assert ListChoice.objects.count() == 0


def test_columns_that_are_gone_are_passed_over(anna, world: World) -> None:
    actions.choose_columns(None, ["gone", "title"], by=world.actor("anna"))
    assert heads(anna) == []  # an empty list has no table
    world.ticket("Printer")
    assert heads(anna) == ["number", "title"]
    assert shown_keys(["gone"]) == list(labels())


def test_a_list_is_sorted_and_exported_with_its_view(anna, world: World) -> None:
    world.ticket("Printer")
    world.ticket("Phone")
    view = saved(anna)
    response = anna.get(f"/tickets/?saved={view.pk}&format=csv", follow=True)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert "Printer" in text
    assert "Phone" not in text
