"""Drafts in a real browser: kept while typing, there again after a reload, a crash, a lost session; nothing overtakes a send."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from klardesk.people.models import Session
from klardesk.tickets import actions
from klardesk.tickets.models import Article, Attachment, Draft
from tests.browser import MARKS, leave, opened
from tests.servers.desk import until
from tests.world import SYSTEM, World

pytestmark = MARKS
STATUS = "#dock [data-draft-status]"


def begin_note(page: Page, ticket_id: int, text: str) -> None:
    page.goto(f"/tickets/{ticket_id}/")
    page.click(".toolbar >> text=Note")
    page.fill("#dock [name=text]", text)
    expect(page.locator(STATUS)).to_contain_text("Draft saved at")


def test_a_crash_in_the_middle_of_a_note_loses_nothing(browser: Browser, served: str, page: Page, world: World) -> None:
    ticket = world.ticket()
    begin_note(page, ticket.pk, "Half a sentence")
    page.set_input_files("#dock [name=files]", {"name": "log.txt", "mimeType": "text/plain", "buffer": b"lines"})
    expect(page.locator("#dock [name=kept]")).to_be_checked()
    page.close(run_before_unload=False)
    again = opened(browser, served, world)
    again.goto(f"/tickets/{ticket.pk}/")
    again.click("text=Go on writing")
    expect(again.locator("#dock [name=text]")).to_have_value("Half a sentence")
    expect(again.locator("#dock [data-files]")).to_contain_text("log.txt")
    again.click("#dock .form-actions [type=submit]")
    expect(again.locator(".message-internal")).to_contain_text("Half a sentence")
    expect(again.locator(".draft")).to_have_count(0)
    assert Attachment.all_rows.get().name == "log.txt"
    assert not Draft.all_rows.exists()
    assert again.complaints == []  # type: ignore[attr-defined]
    leave(again.context)


def test_what_is_typed_just_before_a_reload_is_kept(page: Page, world: World) -> None:
    ticket = world.ticket()
    page.goto(f"/tickets/{ticket.pk}/note/")
    page.fill("[name=text]", "The very last word")
    page.goto(f"/tickets/{ticket.pk}/")
    until("what the page sent as it was left is kept", Draft.all_rows.exists, 30)
    page.goto(f"/tickets/{ticket.pk}/note/")
    expect(page.locator("[name=text]")).to_have_value("The very last word")


def test_a_lost_session_is_said_and_what_was_typed_is_saved_after_the_log_in(page: Page, world: World) -> None:
    ticket = world.ticket()
    begin_note(page, ticket.pk, "Before")
    Session.objects.all().delete()
    page.fill("#dock [name=text]", "Before and after")
    expect(page.locator(STATUS)).to_contain_text("no longer logged in")
    with page.expect_popup() as opened_window:
        page.click(f"{STATUS} >> text=Log in")
    window = opened_window.value
    window.fill("[name=login]", "anna")
    window.fill("[name=password]", "anna-has-a-long-password")
    window.click("[type=submit]")
    expect(window.locator("#messages")).to_contain_text("You have one draft that was not sent.")
    window.close()
    page.fill("#dock [name=text]", "Before and after the log-in")
    expect(page.locator(STATUS)).to_contain_text("Draft saved at", timeout=15_000)
    assert Draft.all_rows.get().text == "Before and after the log-in"
    page.click("#dock .form-actions [type=submit]")
    expect(page.locator(".message-internal")).to_contain_text("Before and after the log-in")
    page.complaints[:] = [line for line in page.complaints if "403" not in line]  # type: ignore[attr-defined]


def test_a_send_is_not_overtaken_by_a_draft_on_its_way(page: Page, world: World) -> None:
    ticket = world.ticket()
    page.goto(f"/tickets/{ticket.pk}/")
    page.click(".toolbar >> text=Note")
    page.route("**/note/", lambda route: (page.wait_for_timeout(300), route.continue_()))
    page.fill("#dock [name=text]", "Quickly sent")
    page.wait_for_timeout(950)  # its draft is under way now
    page.click("#dock .form-actions [type=submit]")
    expect(page.locator(".message-internal")).to_contain_text("Quickly sent")
    assert Article.all_rows.filter(ticket=ticket).count() == 2
    assert not Draft.all_rows.exists()


def test_a_draft_is_discarded_after_a_question(page: Page, world: World) -> None:
    ticket = world.ticket()
    begin_note(page, ticket.pk, "Nonsense")
    page.click("#dock [data-draft-discard]")
    page.click("dialog >> text=Discard draft")
    expect(page.locator("#messages")).to_contain_text("The draft is discarded.")
    assert not Draft.all_rows.exists()


def test_without_script_a_draft_is_saved_and_goes_on(browser: Browser, served: str, world: World) -> None:
    page = opened(browser, served, world, java_script_enabled=False)
    ticket = world.ticket()
    page.goto(f"/tickets/{ticket.pk}/note/")
    page.fill("[name=text]", "By hand")
    page.click("text=Save draft")
    page.goto(f"/tickets/{ticket.pk}/")
    page.click("text=Go on writing")
    expect(page.locator("[name=text]")).to_have_value("By hand")
    page.click(".form-actions [type=submit]")
    expect(page.locator(".message-internal")).to_contain_text("By hand")
    leave(page.context)


def test_a_mask_that_opens_in_an_old_page_tells_what_came_in(page: Page, world: World) -> None:
    ticket = world.ticket()
    page.goto(f"/tickets/{ticket.pk}/")
    actions.add_article(ticket, world.article("Hurry", "The roof burns too"), by=SYSTEM)
    page.click(".toolbar >> text=Note")
    expect(page.locator("#dock .alert-warning")).to_contain_text("The roof burns too")
    page.fill("#dock [name=text]", "Read it")
    actions.add_article(ticket, world.article("Hurry", "And the cellar"), by=SYSTEM)
    page.click("#dock >> text=Save anyway")
    expect(page.locator("#dock .alert-warning")).to_contain_text("And the cellar")
    expect(page.locator("#dock .alert-warning")).not_to_contain_text("The roof burns too")
    expect(page.locator("#dock [name=text]")).to_have_value("Read it")
    page.click("#dock >> text=Save anyway")
    expect(page.locator(".message-internal")).to_contain_text("Read it")
