"""Keys that are pressed before the scripts of a page are there: they wait for them, and nothing typed into a field does."""

from __future__ import annotations

import gzip
from pathlib import Path

from playwright.sync_api import Page, Route, expect

import klardesk.web
from klardesk.people.models import Person
from tests.browser import MARKS
from tests.world import World

pytestmark = MARKS
MOST_BYTES = 800
"""What the early script may cost the first load, as it is sent."""


class Held:
    """The scripts of the keys do not come before `release`."""

    def __init__(self, page: Page, path: str) -> None:
        self._routes: list[Route] = []
        self._held = True
        page.route("**/web/keys.js*", lambda route: self._asked(route))  # noqa: PLW0108 - Playwright marks what it is given
        page.goto(path, wait_until="commit")
        page.wait_for_selector("footer")
        page.wait_for_function("document.earlyKeys !== undefined")

    def _asked(self, route: Route) -> None:
        if self._held:
            self._routes.append(route)
        else:
            route.continue_()

    def release(self, page: Page) -> None:
        """Let them come."""
        page.wait_for_timeout(300)
        assert len(self._routes) == 1
        self._held = False
        self._routes[0].continue_()
        page.wait_for_load_state()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('tr')?.innerText ?? ''"))


def test_rows_are_walked_by_keys_that_came_early(page: Page, world: World) -> None:
    for title in ("First", "Second", "Third"):
        world.ticket(title)
    held = Held(page, "/tickets/?sort=title")
    page.keyboard.type("jjx")
    assert focused(page) == ""
    held.release(page)
    expect(page.locator("[data-count-chosen]")).to_have_text("1")
    assert "Second" in focused(page)
    page.keyboard.press("j")
    assert "Third" in focused(page)


def test_a_sequence_and_the_palette_come_late_and_once(page: Page, world: World) -> None:
    held = Held(page, "/tickets/")
    page.keyboard.type("gs")
    held.release(page)
    expect(page.locator(".dashboard")).to_be_visible()
    held = Held(page, "/tickets/")
    page.keyboard.press("Control+k")
    page.keyboard.type("cn")
    held.release(page)
    expect(page.locator("#palette-field")).to_be_focused()
    assert page.url.endswith("/tickets/")
    expect(page.locator("#page-dialog")).to_have_count(1)


def test_what_is_typed_into_a_field_is_text(page: Page, world: World) -> None:
    held = Held(page, "/tickets/")
    field = page.locator("input[name=q]").first
    field.focus()
    page.keyboard.type("jgs c")
    expect(field).to_have_value("jgs c")
    held.release(page)
    expect(field).to_have_value("jgs c")
    expect(field).to_be_focused()


def test_who_clicks_meanwhile_has_given_up(page: Page, world: World) -> None:
    held = Held(page, "/tickets/")
    page.keyboard.type("gs")
    page.mouse.click(640, 700)
    held.release(page)
    page.wait_for_timeout(500)
    assert page.url.endswith("/tickets/")


def test_switched_off_keys_do_not_wait(page: Page, world: World) -> None:
    Person.objects.filter(pk=world.anna.pk).update(shortcuts=False)
    held = Held(page, "/tickets/")
    page.keyboard.type("gs")
    assert page.evaluate("document.earlyKeys().length") == 0
    held.release(page)
    assert page.url.endswith("/tickets/")


def test_it_costs_the_first_load_next_to_nothing() -> None:
    [root] = klardesk.web.__path__
    assert len(gzip.compress((Path(root) / "static/web/early.js").read_bytes())) <= MOST_BYTES
