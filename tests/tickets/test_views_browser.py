"""Saved views and columns in a real browser, by mouse and by keyboard; and without script."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from klardesk.tickets.models import SavedView
from tests.browser import MARKS, leave, opened
from tests.tickets.test_bulk_browser import taken
from tests.world import World

pytestmark = MARKS


def test_a_list_is_saved_shared_changed_and_deleted(page: Page, world: World) -> None:
    world.ticket("Printer")
    world.ticket("Phone")
    page.goto("/tickets/?title=pri")
    page.click("summary:has-text('Views')")
    taken(page, "views-menu")
    page.click("text=Save this list as a view")
    page.fill("[name=name]", "All printers")
    page.get_by_label("support", exact=True).check()
    page.get_by_label("My list of tickets begins with this view").check()
    taken(page, "view")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_have_text("All printers")
    page.goto("/tickets/")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.click("summary:has-text('All printers')")
    page.click("text=All tickets")
    expect(page.locator("tbody tr")).to_have_count(2)
    view = SavedView.objects.get()
    assert view.groups.get() == world.support_group
    page.goto(f"/tickets/views/{view.pk}/")
    page.get_by_role("button", name="Delete the view").click()
    page.locator("dialog").get_by_role("button", name="Delete the view").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    assert not SavedView.objects.exists()


def test_columns_are_moved_by_keyboard_with_the_focus_kept(page: Page, world: World) -> None:
    world.ticket("Printer")
    page.goto("/tickets/columns/")
    taken(page, "columns")
    page.get_by_role("button", name="Move Changed up").focus()
    for _press in range(2):
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Move Changed up")).to_be_focused()
    page.get_by_label("Customer", exact=True).uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("th.column-customer")).to_have_count(0)
    taken(page, "chosen-columns")


def test_without_script(browser: Browser, served: str, world: World) -> None:
    page = opened(browser, served, world, java_script_enabled=False)
    world.ticket("Printer")
    page.goto("/tickets/columns/")
    page.get_by_role("button", name="Move Title up").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("thead th").nth(2)).to_contain_text("Title")
    page.goto("/tickets/views/new/")
    page.fill("[name=name]", "Mine")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_have_text("Mine")
    leave(page.context)
