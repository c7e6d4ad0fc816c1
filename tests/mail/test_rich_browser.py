"""Formatted text in a real browser: written, kept, sent with its pictures and a plain form; and plain text on wish."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from klardesk.admin.actions import change_option
from klardesk.base import blobs
from klardesk.mail.actions import save_setting
from klardesk.mail.models import OutgoingMail, SystemAddress
from klardesk.mail.parse import parse
from klardesk.texts.actions import save_text
from klardesk.texts.models import QueueTexts, Salutation
from klardesk.tickets.models import Article, Attachment, Draft
from tests.browser import MARKS, leave, opened
from tests.world import SYSTEM, World

pytestmark = MARKS
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PASTE = """([data]) => {
  const bytes = Uint8Array.from(atob(data), (each) => each.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], "shot.png", { type: "image/png" }));
  const event = new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true });
  document.querySelector(".rich-content").dispatchEvent(event);
}"""


@pytest.fixture
def page(browser: Browser, served: str, world: World) -> Iterator[Page]:
    """A page of Anna's browser, who formats her text. That a mail's frame runs no script is told where the test looks into it."""
    page = opened(browser, served, world, rich=True)
    yield page
    complaints = [line for line in page.complaints if "frame is sandboxed" not in line]  # type: ignore[attr-defined]
    leave(page.context)
    assert complaints == []


@pytest.fixture
def article(world: World) -> Article:
    """A mail of Dora that can be answered."""
    save_setting(SystemAddress(address="help@desk.example", queue=world.support), by=SYSTEM)
    first = world.article(text="It burns.\nBadly.", channel="email", from_text="Dora Dittrich <dora@nordlicht.example>")
    return Article.all_rows.get(ticket=world.ticket(article=first))


def reply(page: Page, article: Article) -> None:
    page.goto(f"/tickets/{article.ticket_id}/")
    page.locator(".message").get_by_role("link", name="Reply", exact=True).click()
    expect(page.locator(".rich-content")).to_be_visible()


def test_a_formatted_answer_goes_out_with_its_picture_and_a_plain_form(page: Page, article: Article) -> None:
    reply(page, article)
    text = page.get_by_role("textbox", name="Text")
    expect(text.locator("blockquote")).to_contain_text("It burns.")
    text.press("Control+Home")
    page.keyboard.press("Control+b")
    expect(page.get_by_role("button", name="Bold")).to_have_attribute("aria-pressed", "true")
    page.keyboard.type("Bold words")
    page.keyboard.press("Control+b")
    page.evaluate(PASTE, [base64.b64encode(PICTURE).decode()])
    expect(text.locator("img.pasted")).to_have_js_property("naturalWidth", 1)
    page.keyboard.type(" and after")
    expect(page.locator("#dock [data-draft-status]")).to_contain_text("Draft saved")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("The mail leaves")
    mail = parse(blobs.get(OutgoingMail.objects.get().digest))
    assert "<strong>Bold words</strong>" in mail.html
    assert "cid:" in mail.html
    assert "<blockquote>" in mail.html
    assert "Bold words" in mail.text
    assert "> It burns.\n> Badly." in mail.text
    assert [(one.content, bool(one.content_id)) for one in mail.attachments] == [(PICTURE, True)]
    shown = page.frame_locator("iframe.mail-frame").locator("img")
    expect(shown).to_have_js_property("naturalWidth", 1)


def test_a_formatted_draft_is_there_again_with_its_picture(page: Page, article: Article) -> None:
    page.goto(f"/tickets/{article.ticket_id}/note/")
    text = page.get_by_role("textbox", name="Text")
    expect(page.locator(".rich-content")).to_be_visible()  # before it stands there, the name is that of the plain field
    text.click()
    page.get_by_role("button", name="List", exact=True).click()
    page.keyboard.type("One thing")
    page.evaluate(PASTE, [base64.b64encode(PICTURE).decode()])
    expect(text.locator("img.pasted")).to_have_js_property("naturalWidth", 1)
    expect(page.locator("[data-draft-status]")).to_contain_text("Draft saved")
    expect(page.locator("[name=html]")).to_have_value(re.compile("cid:"))
    page.goto(f"/tickets/{article.ticket_id}/")
    page.click("text=Go on writing")
    expect(page.locator("#dock .rich-content li")).to_contain_text("One thing")
    expect(page.locator("#dock .rich-content img.pasted")).to_have_js_property("naturalWidth", 1)
    page.locator("#dock .rich-content img.pasted").click()
    page.keyboard.press("Delete")
    page.click("#dock .form-actions [type=submit]")
    expect(page.frame_locator("iframe.mail-frame").locator("li")).to_have_text("One thing")
    assert not Attachment.all_rows.exists()  # a picture that was taken out again is not sent
    assert not Draft.all_rows.exists()


def test_who_types_before_the_editor_is_there_goes_on_at_the_same_place(page: Page, article: Article) -> None:
    page.route("**/tiptap.min.js*", lambda route: (page.wait_for_timeout(600), route.continue_()))
    page.goto(f"/tickets/{article.ticket_id}/note/")
    area = page.locator("textarea[name=text]")
    area.fill("One two\n\nthree")
    area.press("Control+Home")
    page.keyboard.type("Zero ")
    text = page.get_by_role("textbox", name="Text")
    expect(page.locator(".rich-content")).to_be_focused()
    page.keyboard.type("and a half ")
    expect(text.locator("p")).to_have_text(["Zero and a half One two", "three"])


def held_back(page: Page) -> list[Route]:
    """The request for the editor, which waits until it is let go on."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/tiptap.min.js*", hold)
    return held


WATCH = """(area) => new MutationObserver(() => { window.next = document.activeElement.className; })
  .observe(area, { attributes: true, attributeFilter: ["hidden"] })"""
PLACES = {
    "the beginning": "area.setSelectionRange(0, 0)",
    "below the salutation": "area.setSelectionRange(11, 11)",
    "within the salutation": "area.setSelectionRange(6, 6)",
    "the end": "area.setSelectionRange(area.value.length, area.value.length)",
}


@pytest.mark.parametrize("place", PLACES)
def test_who_types_before_the_editor_is_there_loses_no_word_of_a_formatted_draft(
    page: Page, article: Article, world: World, place: str
) -> None:
    salutation = save_text(Salutation(name="Hello", text="Hello Dora"), by=SYSTEM)
    save_text(QueueTexts(queue=world.support, salutation=salutation), by=SYSTEM)
    reply(page, article)
    text = page.get_by_role("textbox", name="Text")
    text.locator("p", has_text="Hello Dora").select_text()
    page.get_by_role("button", name="Bold").click()
    expect(page.locator("#dock [data-draft-status]")).to_contain_text("Draft saved")
    held = held_back(page)
    page.goto(f"/tickets/{article.ticket_id}/articles/{article.pk}/reply/")
    area = page.locator("textarea[name=text]")
    assert area.input_value().startswith("Hello Dora\n\n")
    area.evaluate(f"area => {{ area.focus(); {PLACES[place]} }}")
    page.keyboard.type("We oil it ")
    held[0].continue_()
    expect(page.locator(".rich-content")).to_be_focused()
    page.keyboard.type("today")
    line = "Hello We oil it todayDora" if place == "within the salutation" else "We oil it today"
    expect(text.locator("p", has_text="oil")).to_have_text(line)
    lines = [words for words in text.locator("p").all_inner_texts() if words.strip()]
    assert lines.index(line) == {"below the salutation": 1, "the end": len(lines) - 1}.get(place, 0)
    expect(text.locator("strong").first).to_contain_text("Hello")
    expect(text.locator("blockquote")).to_contain_text("It burns.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("The mail leaves")
    mail = parse(blobs.get(OutgoingMail.objects.get().digest))
    assert "We oil it today" in mail.text
    assert "We oil it" in mail.html
    assert "<blockquote>" in mail.html


def test_the_editor_takes_the_focus_before_another_key_can_come(page: Page, article: Article) -> None:
    held = held_back(page)
    page.goto(f"/tickets/{article.ticket_id}/note/")
    area = page.locator("textarea[name=text]")
    area.evaluate(WATCH)
    area.focus()
    held[0].continue_()
    expect(page.locator(".rich-content")).to_be_focused()
    assert "rich-content" in page.evaluate("window.next")


def test_plain_text_is_chosen_and_remembered(page: Page, article: Article) -> None:
    reply(page, article)
    page.get_by_role("button", name="Plain text").click()
    text = page.locator("#dock textarea[name=text]")
    expect(text).to_be_visible()
    assert "> It burns.\n> Badly." in text.input_value()
    text.press("Control+Home")
    text.press_sequentially("Plain words")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("The mail leaves")
    assert not parse(blobs.get(OutgoingMail.objects.get().digest)).html
    page.click(".toolbar >> text=Note")
    expect(page.locator("#dock textarea[name=text]")).to_be_visible()
    page.get_by_role("button", name="Formatted text").click()
    expect(page.locator("#dock .rich-content")).to_be_visible()


def test_the_option_turns_it_off_for_everybody(page: Page, article: Article) -> None:
    change_option("ticket.rich_text", False, by=SYSTEM)
    page.goto(f"/tickets/{article.ticket_id}/note/")
    expect(page.locator("textarea[name=text]")).to_be_visible()
    expect(page.locator(".rich-content, .rich-offer")).to_have_count(0)
