"""Many tickets changed at once in a real browser: by mouse, by keyboard, in steps; and without script."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Browser, Page, expect

from klardesk.tickets.models import Ticket
from klardesk.tickets.pages import bulk
from tests.browser import MARKS, leave, opened
from tests.world import World

pytestmark = MARKS
PICTURES = os.environ.get("KLARDESK_PICTURES", "")


def taken(page: Page, name: str) -> None:
    """Pictures for the eye, where somebody wants them."""
    if not PICTURES:
        return
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for theme in ("light", "dark"):
            page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
            page.screenshot(path=f"{PICTURES}/{name}-{width}-{theme}.png")
    page.set_viewport_size({"width": 1280, "height": 800})


def test_rows_are_chosen_looked_at_and_changed_in_steps(
    page: Page, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 2)
    for number in range(5):
        world.ticket(f"Ticket {number}")
    page.goto("/tickets/?state=all&sort=title")
    expect(page.locator(".bulk-bar")).to_be_hidden()
    boxes = page.locator("td.column-select input")
    boxes.nth(0).check()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(page.locator(".bulk-count")).to_have_text("4 chosen")
    assert page.evaluate("document.querySelector('th [data-select-all]').indeterminate")
    page.check("th [data-select-all]")
    page.click("th.column-changed a", trial=True)  # nothing of a checkbox lies over the other heads
    expect(page.locator(".bulk-count")).to_have_text("5 chosen")
    taken(page, "choose")
    page.click(".bulk-bar button")
    page.select_option("[name=priority]", label="5 very high")
    taken(page, "mask")
    page.click("text=Show what would change")
    expect(page.locator(".bulk-one")).to_have_count(5)
    taken(page, "preview")
    page.click("text=Change 5 tickets")
    expect(page.locator("#bulk .alert")).to_contain_text("5 tickets were changed.")
    expect(page.locator("#bulk-status")).to_contain_text("5 tickets were changed.")
    expect(page.locator("#bulk")).to_be_focused()
    expect(page.locator(".bulk-one")).to_have_count(5)
    assert Ticket.all_rows.filter(priority__level=5).count() == 5
    taken(page, "result")
    page.click("text=Back to the list")
    expect(page.locator("tbody tr")).to_have_count(5)
    assert page.url.endswith("/tickets/?state=all&sort=title")


def test_by_keyboard_alone(page: Page, world: World) -> None:
    ticket = world.ticket()
    page.goto("/tickets/")
    page.locator("td.column-select input").focus()
    page.keyboard.press("Space")
    for _press in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.bulk-bar button')"):
            break
    page.keyboard.press("Enter")
    page.locator("[name=watch]").focus()
    page.keyboard.type("watch")
    page.get_by_role("button", name="Show what would change").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Change 1 ticket").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#bulk .alert")).to_contain_text("1 ticket was changed.")
    assert ticket.watchers.get().person == world.anna


def test_going_back_from_the_preview_keeps_what_was_entered(page: Page, world: World) -> None:
    page.goto(f"/tickets/bulk/?ticket={world.ticket().pk}")
    page.click("text=A note in each")
    page.fill("[name=text]", "Kept words")
    page.click("text=Show what would change")
    page.click("text=Back to the mask")
    expect(page.locator("[name=text]")).to_have_value("Kept words")


def test_on_a_narrow_screen(browser: Browser, served: str, world: World) -> None:
    page = opened(browser, served, world)
    page.set_viewport_size({"width": 390, "height": 844})
    for number in range(3):
        world.ticket(f"Ticket {number}")
    page.goto("/tickets/")
    page.locator("td.column-select input").first.check()
    page.locator(".bulk-bar [data-select-all]").check()
    expect(page.locator(".bulk-count")).to_have_text("3 chosen")
    page.click(".bulk-bar button")
    expect(page.locator(".bulk-chosen input")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    leave(page.context)


def test_without_script(browser: Browser, served: str, world: World) -> None:
    page = opened(browser, served, world, java_script_enabled=False)
    world.ticket("First")
    world.ticket("Second")
    page.goto("/tickets/")
    for box in page.locator("td.column-select input").all():
        box.check()
    page.click(".bulk-bar button")
    page.select_option("[name=priority]", label="5 very high")
    page.click("text=Show what would change")
    page.click("text=Change 2 tickets")
    expect(page.locator(".alert")).to_contain_text("2 tickets were changed.")
    leave(page.context)
