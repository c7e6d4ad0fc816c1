"""A link to one ticket in a real browser."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from klardesk.admin.actions import change_option
from klardesk.portal import actions
from klardesk.tickets.models import Article
from tests.browser import MARKS, leave
from tests.world import SYSTEM, World

pytestmark = MARKS


def test_a_stranger_opens_and_answers_one_ticket(browser: Browser, served: str, world: World) -> None:
    change_option("portal.ticket_links", True, by=SYSTEM)
    ticket = world.ticket(customer=world.dora, article=world.article(text="It burns."))
    token = actions.give_link(ticket, world.dora, by=world.actor("anna"))
    context = browser.new_context(base_url=served, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"/guest/{token}/")
    page.get_by_role("button", name="Open the ticket").click()
    expect(page.locator(".article-text")).to_have_text("It burns.")
    assert token not in page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Text").fill("Still burning.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#messages")).to_contain_text("Your answer was sent")
    assert Article.all_rows.order_by("-pk").first().text == "Still burning."
    leave(context)
