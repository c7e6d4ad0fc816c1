"""The archive in a real browser: into it from the ticket's menu, found again by the filter, out of it by a button."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from klardesk.tickets.models import Ticket
from tests.browser import MARKS
from tests.tickets.test_archive import archived, closed
from tests.tickets.test_bulk_browser import taken
from tests.world import World

pytestmark = MARKS


def test_into_the_archive_and_out_of_it(page: Page, world: World) -> None:
    ticket = closed(world, "Printer burnt down")
    page.goto(f"/tickets/{ticket.pk}/")
    page.click("summary:has-text('More')")
    taken(page, "archive-menu")
    page.click("text=Put into the archive")
    expect(page.locator("#dock input[name=archived]")).to_have_value("yes")
    taken(page, "archive-dock")
    page.click("#dock button[type=submit]")
    expect(page.locator(".ticket-marks")).to_contain_text("archived")
    taken(page, "archive-ticket")
    page.click("main button:has-text('Take out of the archive')")
    expect(page.locator(".ticket-marks")).not_to_contain_text("archived")
    assert not Ticket.all_rows.get(pk=ticket.pk).archived


def test_the_filter_and_the_search_show_the_archive(page: Page, world: World) -> None:
    archived(world, "Printer burnt down")
    closed(world, "Printer replaced")
    page.goto("/tickets/?state=all")
    expect(page.locator("td.column-title")).to_have_text(["Printer replaced"])
    page.click("text=Filter")
    page.select_option("#filter-archived", label="archived too")
    taken(page, "archive-filter")
    page.click(".filter-form button:has-text('Show')")
    expect(page.locator("td.column-title")).to_have_count(2)
    taken(page, "archive-list")
    page.goto("/search/?q=burnt")
    expect(page.locator("main")).to_contain_text("No ticket that you may see contains this")
    taken(page, "archive-search-nothing")
    page.click("text=Look among the archived tickets too")
    expect(page.locator("td.column-title")).to_contain_text(["Printer burnt down"])
    taken(page, "archive-search")


@pytest.mark.parametrize("address", ["/tickets/bulk/?ticket={}", "/tickets/filters/?archived=yes"])
def test_the_masks_are_looked_at(page: Page, world: World, address: str) -> None:
    page.goto(address.format(closed(world).pk))
    expect(page.locator("[name=archived]")).to_be_visible()
    taken(page, "archive-mask" if "bulk" in address else "archive-every")
