"""Choosing a service in a browser: its SLAs follow, and nothing that was typed is lost."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from klardesk.sla.models import TicketService
from tests.browser import MARKS
from tests.sla.conftest import Promises
from tests.world import World

pytestmark = MARKS


def test_the_slas_of_a_new_ticket_follow_its_service(page: Page, world: World, promises: Promises) -> None:
    page.goto("/tickets/new/phone/")
    page.fill("[name=subject]", "Phone")
    page.fill("[name=text]", "It rings")
    sla = page.locator("#further-choice [name=sla]")
    for name, shown in (("Mail", 1), ("Mail::Mailboxes", 0), ("Mail", 1)):
        page.select_option("[name=service]", label=name)
        expect(sla).to_have_count(shown)
    sla.select_option(label="Gold")
    page.fill("[name=customer_login]", "dittrich")
    page.click(".found button")
    expect(page.locator("[name=customer_login]")).to_have_value("dora")
    expect(page.locator("[name=subject]")).to_have_value("Phone")
    page.wait_for_load_state("networkidle")
    expect(sla).to_have_value(str(promises.gold.pk))
    page.click("main form [type=submit]")
    expect(page.locator("h1")).to_have_text("Phone")
    assert TicketService.objects.get().sla == promises.gold
    page.click("text=Why?")
    expect(page.locator("#dock")).to_contain_text("promises 2 h of working time")
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto("/tickets/?sort=due")
    expect(page.locator("td.column-due .badge")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
