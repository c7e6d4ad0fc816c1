"""Reading a long ticket in a browser: what comes next is there when it is scrolled to, and a line leads to its article."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from klardesk.tickets import actions
from klardesk.tickets.models import Ticket
from tests.browser import MARKS
from tests.world import SYSTEM, World

pytestmark = MARKS


@pytest.fixture
def long_ticket(world: World) -> Ticket:
    """A ticket of 120 articles."""
    ticket = world.ticket(article=world.article("Subject 001", "Text 001"))
    for number in range(2, 121):
        actions.add_article(ticket, world.article(f"Subject {number:03}", f"Text {number:03}"), by=SYSTEM)
    return ticket


def test_what_comes_next_is_there_when_it_is_scrolled_to(page: Page, long_ticket: Ticket) -> None:
    page.goto(f"/tickets/{long_ticket.pk}/")
    expect(page.locator(".message")).to_have_count(50)
    page.locator("#further").scroll_into_view_if_needed()
    expect(page.locator(".message")).to_have_count(100)
    page.locator("#further").scroll_into_view_if_needed()
    expect(page.locator(".message")).to_have_count(100)
    expect(page.get_by_text("Text 001", exact=True)).to_be_attached()
    expect(page.get_by_text("Text 120", exact=True)).to_be_attached()
    expect(page.locator("#further a.button")).to_have_count(0)


def test_a_line_of_the_table_leads_to_its_article(page: Page, long_ticket: Ticket) -> None:
    page.goto(f"/tickets/{long_ticket.pk}/")
    page.get_by_role("link", name="As a table").click()
    expect(page.locator(".article-table tbody tr")).to_have_count(100)
    page.get_by_role("link", name="Subject 077").click()
    expect(page.get_by_text("Text 077", exact=True)).to_be_in_viewport()
    page.go_back()
    expect(page.locator(".article-table tbody tr")).to_have_count(100)
