"""The dashboard: each agent's own arrangement, widgets alone, and what they show."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from klardesk.access.policy import Refused
from klardesk.desk.actions import arrange_dashboard
from klardesk.desk.layouts import MOST, changed, placed, read
from klardesk.desk.models import Dashboard
from klardesk.tickets import actions
from klardesk.tickets.models import SavedView
from klardesk.web.slots import WIDTHS, Widget
from tests.desk.test_start import browser
from tests.world import World

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def standing(client: Client) -> list[str]:
    """The widgets of the start page that is being arranged, in order, each with its width."""
    return re.findall(r'data-key="([^"]+)" data-width="(?:\d)"', client.get("/dashboard/").content.decode())


def words(client: Client) -> list[str]:
    return re.findall(r'name="widget" value="([^"]+)"', client.get("/dashboard/").content.decode())


def body(client: Client, key: str, **parameters: str) -> str:
    return client.get(f"/dashboard/widgets/{key}/", parameters, **HTMX).content.decode()  # type: ignore[arg-type]


def test_a_widget_is_moved_widened_hidden_and_shown_again_and_kept(world: World) -> None:
    anna = browser(world, "anna")
    before = standing(anna)
    assert before[:3] == ["counters", "mine", "new"]
    anna.post("/dashboard/", {"widget": words(anna), "earlier": "mine"})
    assert standing(anna)[:2] == ["mine", "counters"]
    anna.post("/dashboard/", {"widget": words(anna), "wider": "mine"})
    assert Dashboard.objects.get(person=world.anna).layout[0] == ["mine", 4, True]
    anna.post("/dashboard/", {"widget": words(anna), "hide": "mine"})
    assert "mine" not in standing(anna)
    assert "My tickets" not in re.findall(r'id="title-[^"]+">.*?</svg>([^<]+)<', anna.get("/").content.decode())
    anna.post("/dashboard/", {"widget": words(anna), "show": "mine"})
    assert standing(anna)[-1] == "mine"
    anna.post("/dashboard/", {"reset": "yes"})
    assert standing(anna) == before
    assert not Dashboard.objects.exists()


def test_the_button_that_was_pressed_has_the_focus_again(world: World) -> None:
    anna = browser(world, "anna")
    page = anna.post("/dashboard/", {"widget": words(anna), "later": "mine"}).content.decode()
    assert re.search(r'<button[^>]*name="later"[^>]*value="mine"[^>]*autofocus', page)


def test_everybody_has_their_own(world: World) -> None:
    anna, ben = browser(world, "anna"), browser(world, "ben")
    anna.post("/dashboard/", {"widget": words(anna), "hide": "counters"})
    assert standing(ben)[0] == "counters"


def test_only_agents_have_one(world: World) -> None:
    assert browser(world, "dora").post("/dashboard/", {"reset": "yes"}).status_code == 404
    with pytest.raises(Refused):
        arrange_dashboard([["mine", 3, True]], by=world.actor("dora"))


def test_a_widget_alone_is_a_fragment_for_htmx_and_a_page_without(world: World) -> None:
    world.ticket("Mine alone", owner=world.anna)
    anna = browser(world, "anna")
    assert "<html" not in body(anna, "mine")
    assert "Mine alone" in body(anna, "mine")
    page = anna.get("/dashboard/widgets/mine/").content.decode()
    assert "<html" in page
    assert "Mine alone" in page
    assert anna.get("/dashboard/widgets/nothing/").status_code == 404


def test_the_lists_show_whose_they_are(world: World, clock) -> None:
    ticket = world.ticket("Waits", owner=world.anna, lock=True)
    actions.watch_ticket(world.ticket("Watched one"), world.anna, by=world.actor("anna"))
    world.ticket("In nobody's hands", state=world.state("open"))
    until = clock.now() + timedelta(hours=1)
    actions.change_state(ticket, world.state("pending reminder"), by=world.actor("anna"), pending_until=until)
    anna = browser(world, "anna")
    assert "Waits" not in body(anna, "reminded")
    assert "Waits" in body(anna, "calendar")
    assert "Waits" not in body(anna, "calendar", month="2001-01")
    clock.move(hours=2)
    for key, title in (
        ("reminded", "Waits"),
        ("mine", "Waits"),
        ("locked", "Waits"),
        ("watched", "Watched one"),
        ("new", "Watched one"),
        ("unassigned", "In nobody"),
    ):
        assert title in body(anna, key), key
    assert "Waits" not in body(browser(world, "ben"), "mine")


def test_the_pictures_count_what_is_in_reach(world: World) -> None:
    for _number in range(3):
        world.ticket("Open", owner=world.anna, state=world.state("open"))
    world.ticket("Elsewhere", queue=world.raw)
    anna, carla = browser(world, "anna"), browser(world, "carla")
    assert re.findall(r'load-label">([^<]+)</span><span class="load-count">(\d+)', body(anna, "owners")) == [
        ("Anna Albers", "3")
    ]
    assert re.findall(r'load-label">([^<]+)</span><span class="load-count">(\d+)', body(anna, "queues")) == [
        ("Support", "3")
    ]
    assert "load-label" not in body(carla, "owners") + body(carla, "queues")


def test_a_saved_view_is_a_widget(world: World) -> None:
    view = SavedView.objects.create(owner=world.anna, name="Printers", query="title=printer&state=all")
    world.ticket("A printer")
    world.ticket("A phone")
    anna = browser(world, "anna")
    assert "A printer" in body(anna, f"view:{view.pk}")
    assert "A phone" not in body(anna, f"view:{view.pk}")
    assert browser(world, "ben").get(f"/dashboard/widgets/view:{view.pk}/").status_code == 404
    SavedView.objects.update(query=f"queue={world.raw.pk}")
    assert "No ticket" in body(anna, f"view:{view.pk}")


KEYS = [f"w{number}" for number in range(6)]
WIDGETS = [Widget(key=key, title=key, icon="inbox") for key in KEYS]
LAYOUTS = st.lists(
    st.tuples(st.sampled_from([*KEYS, "gone"]), st.sampled_from(WIDTHS), st.booleans()), unique_by=lambda one: one[0]
)
VERBS = st.sampled_from(["earlier", "later", "narrower", "wider", "hide", "show"])


@given(LAYOUTS, st.lists(st.tuples(VERBS, st.sampled_from([*KEYS, "gone"])), max_size=8))
def test_whatever_one_does_each_widget_stands_once_and_survives_the_form(layout, deeds) -> None:
    places = placed(WIDGETS, layout)
    for verb, key in deeds:
        places = changed(places, verb, key)
        assert sorted(place.widget.key for place in places) == KEYS
        assert placed(WIDGETS, read(place.word for place in places)) == places


@given(st.lists(st.text(max_size=30), max_size=MOST))
def test_no_word_of_a_form_breaks_a_layout(given_words) -> None:
    assert len(placed(WIDGETS, read(given_words))) == len(WIDGETS)
