"""The mask of a new ticket by mail in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from klardesk.mail.actions import save_setting
from klardesk.mail.models import OutgoingMail, OutgoingState, SystemAddress
from klardesk.texts.models import QueueTexts, Signature
from klardesk.tickets.models import Ticket
from tests.browser import MARKS, leave, opened
from tests.world import SYSTEM, World

pytestmark = MARKS


@pytest.fixture(autouse=True)
def signed(world: World) -> None:
    """Two addresses, two signatures."""
    for queue, name in ((world.support, "help"), (world.sales, "sales")):
        save_setting(SystemAddress(address=f"{name}@desk.example", queue=queue), by=SYSTEM)
        signature = Signature.objects.create(name=name, text=f"Yours, {name}")
        QueueTexts.objects.update_or_create(queue=queue, defaults={"signature": signature})


def test_somebody_is_written_to_and_the_mail_is_stopped(page: Page, world: World) -> None:
    world.ticket(title="Paper jam", customer=world.dora)
    page.goto("/tickets/")
    page.locator("body").press("v")
    page.wait_for_url("**/tickets/new/email/")
    page.get_by_label("Customer", exact=True).press_sequentially("dittr")
    page.get_by_role("button", name="Dora Dittrich").click()
    expect(page.locator(".chosen-tickets")).to_contain_text("Paper jam")
    expect(page.locator(".chip")).to_have_text(["Dora Dittrich×"])
    page.locator("#id_cc").fill("parts@works.example,")
    expect(page.locator("[data-recipients-new]")).to_contain_text("parts@works.example")
    page.locator("#id_queue").select_option(label="Sales")
    expect(page.locator("#mail-signature")).to_contain_text("Yours, sales")
    expect(page.locator("#mail-sender")).to_contain_text("sales@desk.example")
    page.get_by_label("Subject").fill("Your offer")
    page.locator("[name=text]").fill("It is ready.")
    expect(page.locator("[data-draft-status]")).to_contain_text("Draft saved")
    page.get_by_role("button", name="Create ticket and send").click()
    expect(page.locator("#toasts")).to_contain_text("Its mail leaves in 15 seconds")
    sent = OutgoingMail.objects.get()
    assert {each["address"] for each in sent.recipients} == {"dora@nordlicht.example", "parts@works.example"}
    assert sent.article.text.endswith("It is ready.\n\nYours, sales\n")
    page.locator("#toasts").get_by_role("link", name="Undo").click()
    expect(page.get_by_label("Subject")).to_have_value(sent.article.subject)
    sent.refresh_from_db()
    assert sent.state == OutgoingState.TAKEN_BACK


def test_without_script_it_is_a_form(browser: Browser, served: str, world: World) -> None:
    page = opened(browser, served, world, java_script_enabled=False)
    page.goto("/tickets/new/email/")
    page.fill("[name=customer_login]", "dora")
    page.fill("[name=subject]", "Your offer")
    page.fill("[name=text]", "It is ready.")
    page.get_by_role("button", name="Create ticket and send", exact=True).last.click()
    expect(page.locator("#messages")).to_contain_text("Its mail leaves in 15 seconds")
    assert Ticket.all_rows.get().customer_id == world.dora.pk
    leave(page.context)
