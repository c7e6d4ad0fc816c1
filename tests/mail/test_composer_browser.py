"""The mask of a mail in a real browser: recipients as chips, texts by `::`, colleagues by `@`."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from klardesk.mail.actions import save_setting
from klardesk.mail.models import OutgoingMail, SystemAddress
from klardesk.texts.actions import save_template
from klardesk.texts.models import Template
from klardesk.tickets.models import Article, Watcher
from tests.browser import MARKS, leave, opened
from tests.world import SYSTEM, World

pytestmark = MARKS


@pytest.fixture
def article(world: World) -> Article:
    """A mail of Dora that can be answered."""
    save_setting(SystemAddress(address="help@desk.example", queue=world.support), by=SYSTEM)
    first = world.article(channel="email", from_text="Dora Dittrich <dora@nordlicht.example>")
    return Article.all_rows.get(ticket=world.ticket(article=first))


def reply(page: Page, article: Article) -> None:
    page.goto(f"/tickets/{article.ticket_id}/")
    page.locator(".message").get_by_role("link", name="Reply", exact=True).click()


def test_recipients_are_chips_found_typed_and_pasted(page: Page, article: Article) -> None:
    reply(page, article)
    to, cc = page.locator("#id_to"), page.get_by_label("Cc", exact=True)
    expect(page.locator("#dock .chip")).to_have_text(["Dora Dittrich×"])
    cc.press_sequentially("emil")
    expect(page.locator(".proposals li:visible")).to_have_count(1)
    cc.press("Enter")
    cc.fill('"Works, Ltd" <parts@works.example>, new@elsewhere.example,')
    expect(page.locator("#dock .chip")).to_have_text(
        ["Dora Dittrich×", "Emil Ernst×", "Works, Ltd×", "new@elsewhere.example×"]
    )
    expect(page.locator("[data-recipients-new]")).to_contain_text("parts@works.example, new@elsewhere.example")
    page.get_by_role("button", name="Remove new@elsewhere.example").click()
    expect(page.locator("[data-recipients-new]")).not_to_contain_text("elsewhere")
    to.press("Backspace")
    to.fill("fritz")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#dock .chip-wrong")).to_have_text("fritz×")
    page.get_by_role("button", name="Remove fritz").click()
    to.fill("fritz@both.example")
    expect(page.locator("#dock [data-draft-status]")).to_contain_text("Draft saved")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("The mail leaves in 15 seconds")
    sent = OutgoingMail.objects.get()
    assert {each["address"] for each in sent.recipients} == {
        "fritz@both.example", "emil@suedwind.example", "parts@works.example",
    }  # fmt: skip
    assert sent.article.cc_text == 'Emil Ernst <emil@suedwind.example>, "Works, Ltd" <parts@works.example>'


def test_without_script_recipients_are_a_text(browser: Browser, served: str, world: World, article: Article) -> None:
    page = opened(browser, served, world, java_script_enabled=False)
    page.goto(f"/tickets/{article.ticket_id}/articles/{article.pk}/reply/")
    page.fill("[name=to]", "Emil <emil@suedwind.example>")
    page.click(".form-actions [type=submit]")
    expect(page.locator("#messages")).to_contain_text("The mail leaves in 15 seconds")
    page.get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[name=to]")).to_have_value("Emil <emil@suedwind.example>")
    leave(page.context)


def test_a_text_is_put_in_at_the_caret_by_two_colons(page: Page, world: World, article: Article) -> None:
    thanks = Template(name="Thanks", purpose="note", text="Thank you, <KLARDESK_CUSTOMER_REALNAME>.")
    save_template(thanks, [world.support], [], by=world.actor("root"))
    page.goto(f"/tickets/{article.ticket_id}/")
    page.click(".toolbar >> text=Note")
    text = page.locator("#dock [name=text]")
    text.press_sequentially("Before ::tha")
    expect(page.locator(".proposals li:visible")).to_have_text(["Thanks"])
    text.press("Enter")
    expect(text).to_have_value("Before Thank you, Dora Dittrich.")
    text.press_sequentially(" After ::nothing")
    expect(page.locator(".proposals li:visible")).to_have_count(0)


def test_a_colleague_is_put_in_by_an_at_sign(page: Page, world: World, article: Article) -> None:
    page.goto(f"/tickets/{article.ticket_id}/")
    page.click(".toolbar >> text=Note")
    text = page.locator("#dock [name=text]")
    text.press_sequentially("Please look, @b")
    expect(page.locator(".proposals li:visible")).to_contain_text("Ben Brandt")
    text.press("Tab")
    expect(text).to_have_value("Please look, @Ben Brandt ")
    page.click("#dock .form-actions [type=submit]")
    expect(page.locator("#panel-watchers")).to_contain_text("Ben Brandt")
    assert Watcher.objects.get().person == world.ben
