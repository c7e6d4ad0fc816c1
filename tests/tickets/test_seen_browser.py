"""A ticket with something new opens at it; and it can be marked as unread from the page."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from klardesk.tickets import actions
from tests.browser import MARKS
from tests.tickets.test_bulk_browser import taken
from tests.world import SYSTEM, World

pytestmark = MARKS


def test_the_page_opens_at_what_is_new_and_the_ticket_is_unread_again(page: Page, world: World) -> None:
    ticket = world.ticket("Printer")
    for number in range(8):
        actions.add_article(ticket, world.article(f"Mail {number}", "Long text.\n" * 12), by=SYSTEM)
    page.goto(f"/tickets/{ticket.pk}/")
    assert page.evaluate("scrollY") == 0
    page.goto("/tickets/")
    expect(page.locator(".unread")).to_have_count(0)
    actions.add_article(ticket, world.article("The newest", "News."), by=SYSTEM)
    page.goto("/tickets/")
    expect(page.locator("td.column-title .unread")).to_have_text("unread")
    taken(page, "list-unread")
    page.goto(f"/tickets/{ticket.pk}/")
    expect(page.locator(".article-new")).to_have_count(1)
    expect(page.locator(".article-new")).to_be_in_viewport()
    assert page.evaluate("scrollY") > 0
    taken(page, "ticket-new")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator("summary", has_text="More").first.click()
    page.get_by_role("link", name="Mark as unread").click()
    page.get_by_role("button", name="Mark as unread").click()
    page.wait_for_url("**/tickets/")
    expect(page.locator("td.column-title .unread")).to_have_count(1)
