"""Tickets in tabs, in a browser: changed and closed by mouse and by keys, on a narrow screen too."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from klardesk.tickets.models import Ticket
from tests.browser import MARKS
from tests.world import World

pytestmark = MARKS


@pytest.fixture
def tickets(page: Page, world: World) -> list[Ticket]:
    """Three, each opened in its order; the last one is at hand."""
    made = [world.ticket(title) for title in ("Printer", "Toner", "Paper with a title as long as nobody wants to read it")]
    for ticket in made:
        page.goto(f"/tickets/{ticket.pk}/")
    return made


def names(page: Page) -> list[str]:
    return [link.inner_text()[:7].strip() for link in page.locator("#tabs li a").all()]


def test_tabs_are_changed_and_closed_by_keys(page: Page, tickets: list[Ticket]) -> None:
    assert names(page) == ["Printer", "Toner", "Paper w"]
    page.keyboard.press("1")
    page.wait_for_url(re.compile(rf"/tickets/{tickets[0].pk}/$"))
    expect(page.locator("#tabs [aria-current]")).to_have_text("Printer")
    page.keyboard.press("q")
    page.wait_for_url(re.compile(rf"/tickets/{tickets[1].pk}/$"))
    assert names(page) == ["Toner", "Paper w"]


def test_tabs_are_closed_by_the_mouse_wherever_one_is(page: Page, tickets: list[Ticket]) -> None:
    page.goto("/tickets/")
    page.get_by_role("button", name=f"Close the tab of {tickets[1].number}").click()
    expect(page.locator("#tabs li a")).to_have_count(2)
    assert page.url.endswith("/tickets/")
    page.locator("#tabs").get_by_role("button", name="Close all").click()
    expect(page.locator("#tabs")).to_have_count(0)
    page.reload()
    expect(page.locator("#tabs")).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 390, 360])
def test_the_row_scrolls_and_the_page_does_not(page: Page, tickets: list[Ticket], world: World, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for number in range(6):
        page.goto(f"/tickets/{world.ticket(f'A ticket with a rather long title, number {number}').pk}/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator("#tabs [aria-current]")).to_be_in_viewport()
    assert page.locator("#tabs").bounding_box()["height"] < 50  # type: ignore[index]
