"""The start page in a real browser: widgets moved and widened by mouse and by keyboard, hidden and shown, on two widths."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Page, expect

from klardesk.desk.models import Dashboard
from tests.browser import MARKS, leave, opened
from tests.tickets.test_bulk_browser import taken
from tests.world import World

pytestmark = MARKS
KEYS = "[...document.querySelectorAll('.dashboard > [data-key]')].map((one) => one.dataset.key)"


def kept(page: Page, world: World) -> list[list[Any]]:
    """The layout as the server has it, once the last change has arrived."""
    page.wait_for_load_state("networkidle")
    return Dashboard.objects.get(person=world.anna).layout  # type: ignore[no-any-return]


def test_by_mouse(page: Page, world: World) -> None:
    world.ticket("Mine", owner=world.anna)
    page.goto("/")
    page.get_by_role("link", name="Arrange").click()
    handle = page.locator("#widget-watched .widget-handle")
    handle.drag_to(page.locator("#widget-mine .panel-title"))
    expect(page.locator("#arranged")).to_contain_text("Watched by me: place 2 of")
    assert page.evaluate(KEYS)[:3] == ["counters", "watched", "mine"]
    page.locator("#widget-counters .widget-handle").drag_to(page.locator("#widget-watched .panel-title"))
    assert page.evaluate(KEYS)[:3] == ["watched", "counters", "mine"]
    edge = page.locator("#widget-watched .widget-edge").bounding_box()
    assert edge is not None
    page.mouse.move(edge["x"] + 4, edge["y"] + 20)
    page.mouse.down()
    page.mouse.move(1240, edge["y"] + 20, steps=5)
    page.mouse.up()
    expect(page.locator("#widget-watched")).to_have_attribute("data-width", "6")
    assert kept(page, world)[0] == ["watched", 6, True]
    taken(page, "dashboard-arranging")
    page.get_by_role("link", name="Done").click()
    expect(page.locator(".dashboard > section").first).to_contain_text("Watched by me")


def test_by_keyboard(page: Page, world: World) -> None:
    page.goto("/dashboard/")
    later = page.get_by_role("button", name="My tickets: move towards the end")
    later.focus()
    for place in (3, 4):
        page.keyboard.press("Enter")
        expect(page.locator("#arranged")).to_have_text(f"My tickets: place {place} of 9")
        expect(later).to_be_focused()
    page.get_by_role("button", name="My tickets: wider").focus()
    page.keyboard.press("Space")
    expect(page.locator("#widget-mine")).to_have_attribute("data-width", "4")
    assert kept(page, world)[3] == ["mine", 4, True]
    page.get_by_role("button", name="My tickets: hide").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#widget-mine")).to_have_count(0)
    page.get_by_role("button", name="Show My tickets", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".dashboard > section").last).to_contain_text("My tickets")


def test_what_is_lazy_comes_after_the_page_and_months_are_turned(page: Page, world: World) -> None:
    world.ticket("Mine", owner=world.anna)
    page.goto("/")
    expect(page.locator("#widget-owners .load")).to_contain_text("Anna Albers")
    month = page.locator("#widget-calendar .month-head p")
    before = month.inner_text()
    page.get_by_role("link", name="The month after").click()
    expect(month).not_to_have_text(before)
    expect(page.locator("#widget-calendar .widget-body")).to_have_count(1)
    taken(page, "dashboard")


def test_without_script(browser: Browser, served: str, world: World) -> None:
    page = opened(browser, served, world, java_script_enabled=False)
    world.ticket("Mine", owner=world.anna)
    page.goto("/dashboard/")
    page.get_by_role("button", name="My tickets: move towards the beginning").click()
    expect(page.locator(".dashboard > section").first).to_contain_text("My tickets")
    page.goto("/")
    page.locator("#widget-owners").get_by_role("link", name="Show").click()
    expect(page.locator(".load")).to_contain_text("Anna Albers")
    leave(page.context)
