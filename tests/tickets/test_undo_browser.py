"""The undo link in a real browser: in a corner, read aloud, reached by keyboard, gone after its seconds."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from klardesk.admin.actions import change_option
from klardesk.tickets.models import Ticket
from tests.browser import MARKS
from tests.world import SYSTEM, World

pytestmark = MARKS


def close(page: Page, ticket: Ticket) -> None:
    page.goto(f"/tickets/{ticket.pk}/")
    page.click(".toolbar >> text=State")
    page.select_option("#dock [name=state]", label="closed successful")
    page.click("#dock [type=submit]")


def test_a_key_undoes_what_was_done(page: Page, world: World) -> None:
    ticket = world.ticket()
    close(page, ticket)
    expect(page.locator("#toasts[aria-live=polite] .alert")).to_contain_text("Saved.")
    expect(page.locator(".ticket-marks")).to_contain_text("closed successful")
    page.keyboard.press("z")
    expect(page.locator("#messages")).to_contain_text("Undone.")
    expect(page.locator(".ticket-marks")).to_contain_text("new")


def test_the_link_is_a_button_for_the_focus_and_waits_while_it_has_it(page: Page, world: World) -> None:
    change_option("ticket.undo_seconds", 2, by=SYSTEM)
    ticket = world.ticket()
    close(page, ticket)
    link = page.locator("#toasts [data-undo]")
    link.focus()
    page.wait_for_timeout(3500)
    expect(link).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.locator("h1").click()
    expect(link).to_have_count(0, timeout=6000)
    assert Ticket.all_rows.get().state.name == "closed successful"


def test_the_focused_link_undoes_by_enter(page: Page, world: World) -> None:
    ticket = world.ticket()
    close(page, ticket)
    page.wait_for_load_state()  # before the scripts are there the key leads to a page that asks
    page.locator("#toasts [data-undo]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".ticket-marks")).to_contain_text("new")
    expect(page.locator("#messages")).to_contain_text("Undone.")
