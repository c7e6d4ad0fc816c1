"""The palette by the keyboard alone, in a real browser, and what axe says of it and of the help."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from klardesk.people.models import Person
from tests.accessible.test_axe import ASK, AXE, TAGS
from tests.browser import MARKS, leave, opened
from tests.world import World

pytestmark = MARKS


def chosen(page: Page) -> str:
    """The entry that Enter would take, once the palette has heard what was typed: its script may come after the field."""
    page.wait_for_selector("#palette-field[aria-activedescendant]")
    return str(
        page.evaluate(
            "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.innerText ?? ''"
        )
    )


def test_a_number_leads_to_a_ticket(page: Page, world: World) -> None:
    ticket = world.ticket("Printer")
    page.goto("/account/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-field")).to_be_focused()
    page.keyboard.type(ticket.number)
    expect(page.locator("#palette-found [role=option]")).to_contain_text("Printer")
    expect(page.locator("#palette-found [aria-selected=true]")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Printer")


def test_what_the_page_can_do_is_done(page: Page, world: World) -> None:
    page.goto(f"/tickets/{world.ticket().pk}/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-field")).to_be_focused()
    page.keyboard.type("mov")
    assert "Move" in chosen(page)
    page.keyboard.press("Enter")
    expect(page.locator("#dock form")).to_be_visible()
    expect(page.locator("dialog")).to_have_count(0)


def test_arrows_choose_and_the_last_entry_searches(page: Page, world: World) -> None:
    page.goto("/tickets/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-field")).to_be_focused()
    page.keyboard.type("due")
    first = chosen(page)
    page.keyboard.press("ArrowUp")
    assert "Search for “due”" in chosen(page)
    page.keyboard.press("ArrowDown")
    assert chosen(page) == first
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=due")


def test_recent_tickets_stand_there_at_once(page: Page, world: World) -> None:
    ticket = world.ticket("Printer")
    page.goto(f"/tickets/{ticket.pk}/")
    page.goto("/account/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("group", name="Recently viewed").get_by_role("option")).to_contain_text("Printer")


def test_it_opens_by_the_menu_and_gives_the_focus_back(page: Page, world: World) -> None:
    page.goto("/tickets/")
    page.click("summary.user")
    page.click(".menu-sheet >> text=Go to or do")
    expect(page.locator("#palette-field")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator("summary.user")).to_be_focused()


def test_it_speaks_german(browser: Browser, served: str, world: World) -> None:
    Person.objects.filter(pk=world.anna.pk).update(language="de")
    page = opened(browser, served, world)
    page.goto(f"/tickets/{world.ticket().pk}/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-field")).to_be_focused()
    page.keyboard.type("prioritat")  # without its umlaut
    assert "Priorität" in chosen(page)
    leave(page.context)


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("keys", ["Control+k", "?"])
def test_axe_finds_nothing(browser: Browser, served: str, world: World, theme: str, keys: str) -> None:
    Person.objects.filter(pk=world.anna.pk).update(theme=theme)
    page = opened(browser, served, world, reduced_motion="reduce")
    page.add_init_script(AXE)
    page.set_viewport_size({"width": 390, "height": 700})
    page.goto(f"/tickets/{world.ticket().pk}/")
    page.keyboard.press(keys)
    expect(page.locator("dialog[open]")).to_be_visible()
    page.wait_for_timeout(300)
    assert page.evaluate(ASK, [TAGS, None]) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    leave(page.context)
