"""The filters of the list in a real browser: the form opens within the page, chips take away; and without script."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser import MARKS, leave, opened
from tests.tickets.test_bulk_browser import taken
from tests.world import World

pytestmark = MARKS


def test_the_form_opens_in_the_list_and_a_chip_takes_a_filter_away(page: Page, world: World) -> None:
    world.ticket("Printer", owner=world.anna)
    world.ticket("Phone")
    page.goto("/tickets/")
    page.evaluate("window.stayed = true")
    page.get_by_role("link", name="Filter", exact=True).click()
    page.get_by_role("group", name="Owner").get_by_label("me", exact=True).check()
    assert page.evaluate("window.stayed")
    page.fill("[name=title]", "pri")
    taken(page, "filter")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert page.url.endswith("/tickets/?owner=me&title=pri")
    taken(page, "chips")
    page.get_by_role("link", name="Remove the filter Title").click()
    expect(page.locator(".chip")).to_have_count(1)
    page.get_by_role("link", name="Remove all filters").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_without_script(browser: Browser, served: str, world: World) -> None:
    page = opened(browser, served, world, java_script_enabled=False)
    world.ticket("Printer")
    world.ticket("Phone")
    page.goto("/tickets/")
    page.get_by_role("link", name="Filter", exact=True).click()
    page.fill("[name=title]", "pho")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    leave(page.context)
