"""A filtered list, the bell and the start page move by themselves, for what falls into them and for nothing else."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from klardesk.automation.actions import read_notifications
from klardesk.base import clock
from klardesk.sla.actions import save_setting
from klardesk.sla.models import QueueTargets
from klardesk.tickets import actions
from klardesk.tickets.models import SavedView
from tests.live.test_browser import anna, ben, listening, server  # noqa: F401  # the fixtures
from tests.live.test_browser import pytestmark as marks
from tests.world import SYSTEM

pytestmark = marks
SOON = 45_000
REQUESTS = "window.drawn = 0; document.addEventListener('live:table', () => window.drawn++)"


def settled(page: Page) -> None:
    """Long enough for a list to have asked what is new."""
    page.wait_for_timeout(6000)


def test_a_filtered_list_moves_for_what_falls_into_it_alone(anna, world):  # noqa: F811
    world.ticket("Mine already", owner=world.anna)
    listening(anna, "/tickets/?view=mine")
    anna.evaluate(REQUESTS)
    other = world.ticket("Of nobody")
    settled(anna)
    assert anna.evaluate("window.drawn") == 0
    actions.change_owner(other, world.anna, by=SYSTEM)
    expect(anna.locator("#tickets")).to_contain_text("Of nobody", timeout=SOON)
    assert anna.evaluate("window.drawn") == 1
    actions.change_owner(other, world.ben, by=SYSTEM)
    expect(anna.locator("#tickets")).not_to_contain_text("Of nobody", timeout=SOON)
    assert anna.complaints == []


def test_who_is_at_work_in_a_list_is_told_quietly_how_many_are_new(anna, world):  # noqa: F811
    first = world.ticket("The first", owner=world.anna)
    listening(anna, "/tickets/?view=mine")
    box = anna.locator(f"input[name=ticket][value='{first.pk}']")
    box.check()
    world.ticket("Somebody else's")
    settled(anna)
    expect(anna.locator("#list-news")).to_be_empty()
    world.ticket("The second", owner=world.anna)
    expect(anna.locator("#list-news")).to_contain_text("One new ticket in this list", timeout=SOON)
    world.ticket("The third", owner=world.anna)
    expect(anna.locator("#list-news")).to_contain_text("2 new tickets in this list", timeout=SOON)
    expect(anna.locator("#tickets")).not_to_contain_text("The second")
    anna.locator("#list-news").get_by_role("button", name="Show").click()
    expect(anna.locator("#tickets")).to_contain_text("The third")
    expect(anna.locator("#list-news")).to_be_empty()
    expect(box).to_be_checked()
    expect(anna.locator(".bulk-count")).to_contain_text("1")
    assert anna.complaints == []


def test_deleted_merged_and_moved_tickets_leave_the_list(ben, world):  # noqa: F811
    tickets = [world.ticket(words) for words in ("Deleted soon", "Merged soon", "Moved soon", "That stays")]
    listening(ben, "/tickets/")
    rows = ben.locator("#tickets tbody tr")
    expect(rows).to_have_count(4)
    actions.delete_ticket(tickets[0], by=world.actor("root"), reason="sent twice")
    expect(rows).to_have_count(3, timeout=SOON)
    actions.merge_ticket(tickets[1], tickets[3], by=world.actor("anna"))
    expect(ben.locator("#tickets")).not_to_contain_text("Merged soon", timeout=SOON)
    actions.move_ticket(tickets[2], world.sales, by=world.actor("anna"))
    expect(rows).to_have_count(1, timeout=SOON)
    expect(ben.locator("#queues")).to_contain_text("1")
    expect(ben.locator("#tickets")).to_contain_text("That stays")
    assert ben.complaints == []


def test_the_bell_is_cleared_in_the_other_tab(anna, world):  # noqa: F811
    ticket = world.ticket("Given away")
    actions.change_owner(ticket, world.anna, by=SYSTEM)
    listening(anna, "/drafts/")
    bell = anna.locator("#counters a[href='/notifications/'] .count")
    expect(bell).to_have_count(1)
    other = anna.context.new_page()
    listening(other, "/notifications/")
    other.get_by_role("button", name="Mark all as read").click()
    expect(bell).to_have_count(0, timeout=SOON)
    listening(other, "/notifications/")
    actions.change_owner(ticket, world.ben, by=SYSTEM)
    actions.change_owner(ticket, world.anna, by=SYSTEM)
    unread = other.get_by_role("button", name="Mark as read", exact=True)
    expect(unread).to_have_count(1, timeout=SOON)
    read_notifications(by=world.actor("anna"))
    expect(unread).to_have_count(0, timeout=SOON)
    assert anna.complaints == []


def test_widgets_follow_and_leave_the_focus_where_it_is(anna, world):  # noqa: F811
    first = world.ticket("The first", owner=world.anna)
    SavedView.objects.create(owner=world.anna, name="Everything", query="state=all")
    listening(anna, "/")
    mine = anna.locator("#widget-mine")
    mine.get_by_role("link", name="The first").focus()
    world.ticket("The second", owner=world.anna)
    expect(anna.locator("#widget-counters .tile-number").first).to_have_text("2", timeout=SOON)
    expect(mine).to_contain_text("The second", timeout=SOON)
    assert anna.evaluate("document.activeElement.getAttribute('href')") == f"/tickets/{first.pk}/"
    actions.delete_ticket(first, by=world.actor("root"), reason="sent twice")
    expect(anna.locator("#widget-counters .tile-number").first).to_have_text("1", timeout=SOON)
    expect(mine).to_contain_text("The first")
    anna.evaluate("document.activeElement.blur()")
    expect(mine).not_to_contain_text("The first", timeout=SOON)
    assert anna.complaints == []


def test_the_calendar_keeps_the_month_that_is_looked_at(anna, world):  # noqa: F811
    listening(anna, "/")
    calendar = anna.locator("#widget-calendar")
    after = calendar.get_by_role("link", name="The month after")
    after.click()
    shown = (clock.now().replace(day=15) + timedelta(days=30)).replace(day=15)
    month = f"{shown:%B %Y}"
    expect(calendar).to_contain_text(month)
    after.focus()
    waiting = world.ticket("Comes up again", owner=world.anna)
    actions.change_state(waiting, world.state("pending reminder"), by=SYSTEM, pending_until=shown)
    expect(calendar).to_contain_text("Comes up again", timeout=SOON)
    expect(calendar).to_contain_text(month)
    expect(after).to_be_focused()
    assert anna.complaints == []


def test_nothing_moves_under_a_widget_that_is_dragged(anna, world):  # noqa: F811
    listening(anna, "/dashboard/")
    handle = anna.locator("#widget-watched .widget-handle").bounding_box()
    target = anna.locator("#widget-mine .panel-title").bounding_box()
    anna.mouse.move(handle["x"] + 4, handle["y"] + 4)
    anna.mouse.down()
    anna.mouse.move(target["x"] + 20, target["y"] + 5, steps=5)
    expect(anna.locator("#widget-watched")).to_have_class("panel widget widget-3 widget-dragged")
    world.ticket("Meanwhile", owner=world.anna)
    settled(anna)
    expect(anna.locator("#widget-mine")).not_to_contain_text("Meanwhile")
    anna.mouse.up()
    expect(anna.locator("#arranged")).to_contain_text("Watched by me: place")
    expect(anna.locator("#widget-mine")).to_contain_text("Meanwhile", timeout=SOON)
    assert anna.complaints == []


def test_the_start_page_is_up_to_date_by_reload_without_the_stream(anna, world, server):  # noqa: F811
    listening(anna, "/")
    server.stop()
    anna.wait_for_selector("html[data-live-state=lost]")
    world.ticket("Meanwhile", owner=world.anna)
    anna.reload()
    expect(anna.locator("#widget-mine")).to_contain_text("Meanwhile")


def test_a_widget_comes_and_goes_with_what_it_has_to_show(anna, world):  # noqa: F811
    save_setting(QueueTargets(queue=world.support, response_minutes=60), by=SYSTEM)
    world.ticket("Promised nothing", queue=world.sales, owner=world.anna)
    listening(anna, "/")
    due = anna.locator("#widget-due")
    expect(due).to_be_hidden()
    ticket = world.ticket("To be answered soon")
    expect(due).to_be_visible(timeout=SOON)
    expect(due).to_contain_text("To be answered soon")
    expect(due.get_by_role("heading", name="Due tickets")).to_be_visible()
    due.get_by_role("link", name="Due tickets: all of them").focus()
    actions.change_state(ticket, world.state("closed successful"), by=SYSTEM)
    expect(anna.locator("#widget-new")).not_to_contain_text("To be answered soon", timeout=SOON)
    expect(due).to_be_visible()  # somebody is at it
    anna.evaluate("document.activeElement.blur()")
    expect(due).to_be_hidden(timeout=SOON)
    expect(anna.locator("#widget-watched")).to_be_visible()  # what says that it is empty stays
    assert anna.complaints == []


def test_a_page_that_is_arranged_shows_what_is_empty(anna, world):  # noqa: F811
    save_setting(QueueTargets(queue=world.support, response_minutes=60), by=SYSTEM)
    listening(anna, "/dashboard/")
    due = anna.locator("#widget-due")
    expect(due).to_contain_text("Nothing to show at present.")
    ticket = world.ticket("To be answered soon")
    expect(due).to_contain_text("To be answered soon", timeout=SOON)
    actions.change_state(ticket, world.state("closed successful"), by=SYSTEM)
    expect(due).to_contain_text("Nothing to show at present.", timeout=SOON)
    expect(due).to_be_visible()
    assert anna.complaints == []


def test_a_tab_says_what_came_in_and_what_is_closed(anna, world):  # noqa: F811
    ticket, other = world.ticket("Printer"), world.ticket("Toner")
    anna.goto(f"/tickets/{ticket.pk}/")
    anna.goto(f"/tickets/{other.pk}/")
    listening(anna, f"/tickets/{other.pk}/")
    tab = anna.locator(f"#tabs [data-tab='{ticket.pk}']")
    expect(tab.locator(".unread")).to_have_count(0)
    actions.add_article(ticket, world.article(), by=SYSTEM)
    expect(tab.locator(".unread")).to_have_count(1, timeout=SOON)
    expect(anna.locator("#tabs [aria-current]")).to_have_text("Toner")
    actions.change_state(ticket, world.state("closed successful"), by=SYSTEM)
    expect(tab.locator("a svg")).to_have_count(1, timeout=SOON)
    assert anna.complaints == []
