"""The ticket's pages in a real browser: forms in the dock, HTML mails in frames, lists without reload; and without script."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from klardesk.tickets import actions
from klardesk.tickets.models import Article, Attachment, Ticket
from tests.browser import MARKS, leave, opened
from tests.world import SYSTEM, World

pytestmark = MARKS


def test_a_note_is_written_in_the_dock(page: Page, world: World) -> None:
    ticket = world.ticket()
    page.goto(f"/tickets/{ticket.pk}/")
    page.click(".toolbar >> text=Note")
    page.fill("#dock [name=text]", "Written in the dock")
    page.set_input_files("#dock [name=files]", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"abc"})
    page.click("#dock [type=submit]")
    expect(page.locator(".message-internal")).to_contain_text("Written in the dock")
    assert page.url.endswith(f"/tickets/{ticket.pk}/")
    assert Attachment.all_rows.get().size == 3


def test_somebody_elses_change_comes_up_in_the_dock_and_nothing_typed_is_lost(page: Page, world: World) -> None:
    ticket = world.ticket()
    page.goto(f"/tickets/{ticket.pk}/")
    page.click(".toolbar >> text=Note")
    page.fill("#dock [name=text]", "My long text")
    page.set_input_files("#dock [name=files]", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"abc"})
    actions.add_article(ticket, world.article("Hurry", "The roof burns too"), by=SYSTEM)
    page.click("#dock [type=submit]")
    expect(page.locator("#dock .alert-warning")).to_contain_text("The roof burns too")
    expect(page.locator("#dock [name=text]")).to_have_value("My long text")
    expect(page.locator("#dock [name=kept]")).to_be_checked()
    page.click("#dock [type=submit]")
    expect(page.locator(".message-internal")).to_contain_text("a.txt")
    assert Article.all_rows.filter(ticket=ticket).count() == 3


def test_the_time_is_asked_for_where_a_state_waits(page: Page, world: World) -> None:
    ticket = world.ticket()
    page.goto(f"/tickets/{ticket.pk}/")
    page.click(".toolbar >> text=State")
    expect(page.locator("#dock [name=pending_until]")).to_be_hidden()
    page.select_option("#dock [name=state]", label="pending reminder")
    expect(page.locator("#dock [name=pending_until]")).to_be_visible()
    page.fill("#dock [name=pending_until]", "2030-01-02T03:04")
    page.click("#dock [type=submit]")
    expect(page.locator(".ticket-marks")).to_contain_text("2 Jan 2030, 03:04")


def test_the_owners_follow_the_chosen_queue(page: Page, world: World) -> None:
    page.goto("/tickets/new/phone/")
    assert "Anna Albers" in page.inner_text("#owner-choice")
    page.fill("[name=customer_login]", "dittrich")
    page.click(".found button")
    expect(page.locator("[name=customer_login]")).to_have_value("dora")
    expect(page.locator("[name=customer_login]")).to_be_focused()  # else what is typed next could land there
    page.fill("[name=subject]", "Phone")
    page.fill("[name=text]", "It rings")
    page.select_option("[name=queue]", label="Sales")
    expect(page.locator("[name=subject]")).to_have_value("Phone")
    page.select_option("[name=owner]", label="Anna Albers")
    page.click("main form [type=submit]")
    expect(page.locator("h1")).to_have_text("Phone")
    assert Ticket.all_rows.get().customer == world.dora


def test_an_html_mail_fills_its_frame_and_runs_nothing(page: Page, world: World) -> None:
    html = (
        '<p>Top</p><div style="height: 900px"></div><p id="end">Bottom</p><script>parent.document.title = "x"</script>'
    )
    ticket = world.ticket(article=world.article(html=html))
    page.goto(f"/tickets/{ticket.pk}/")
    frame = page.frame_locator("iframe.mail-frame")
    expect(frame.locator("text=Bottom")).to_be_visible()
    page.wait_for_function("document.querySelector('iframe.mail-frame').clientHeight > 20")
    assert "Printer" in page.title()
    # Nothing is hidden behind a scroll bar of the frame's own.
    assert page.evaluate(
        "(() => { const f = document.querySelector('iframe.mail-frame');"
        " return f.contentDocument.documentElement.scrollHeight - f.clientHeight })()"
    ) <= 20  # fmt: skip


def test_the_list_is_sorted_and_turned_without_a_reload_and_keeps_its_address(page: Page, world: World) -> None:
    for number in range(52):
        world.ticket(f"Ticket {number:02}")
    page.goto("/tickets/")
    page.evaluate("window.stayed = true")
    page.click("th.column-title a")
    expect(page.locator("tbody tr").first).to_contain_text("Ticket 00")
    page.click("a[rel=next]")
    expect(page.locator("tbody tr").first).to_contain_text("Ticket 50")
    assert page.evaluate("window.stayed")
    assert re.search(r"sort=title.*page=2|page=2.*sort=title", page.url)
    page.go_back()
    expect(page.locator("tbody tr").first).to_contain_text("Ticket 00")


def test_fresh_counters_leave_the_branches_open_that_were_opened(page: Page, world: World) -> None:
    world.ticket(queue=world.hardware)
    page.goto("/tickets/")
    hardware = page.locator(".tree-link", has_text="Hardware")
    page.click(".tree-node summary")
    expect(hardware).to_contain_text("1")
    world.ticket(queue=world.hardware)
    page.evaluate("htmx.ajax('GET', '/tickets/queues/', '#queues')")
    expect(hardware).to_contain_text("2")
    expect(hardware).to_be_visible()


def test_everything_works_without_script(browser: Browser, served: str, world: World) -> None:
    page = opened(browser, served, world, java_script_enabled=False)
    ticket = world.ticket()
    page.goto("/tickets/")
    page.click("th.column-title a")
    page.click(f"text={ticket.number}")
    page.click(".toolbar >> text=Move")
    page.select_option("[name=queue]", label="Sales")
    page.click("main form [type=submit] >> nth=-1")
    page.click(".toolbar >> text=Note")
    page.fill("[name=text]", "By hand")
    page.click("main form [type=submit]")
    expect(page.locator(".message-internal")).to_contain_text("By hand")
    ticket.refresh_from_db()
    assert ticket.queue == world.sales
    leave(page.context)
