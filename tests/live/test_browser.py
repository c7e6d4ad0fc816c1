"""Two browsers at one desk: what one does moves at the other, and nothing is torn from anybody's hands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from klardesk.tickets import actions
from klardesk.tickets.drafts import NewArticle
from tests.browser import MARKS, leave, opened
from tests.servers.live import LiveServer, live_server, session_of
from tests.world import SYSTEM

pytestmark = [*MARKS, pytest.mark.slow]


@pytest.fixture
def server(served, world, settings) -> Iterator[LiveServer]:
    """A live server that the pages know of."""
    with live_server(served) as one:
        settings.KLARDESK_LIVE_URL = one.address
        yield one


@pytest.fixture
def anna(browser, served, world, server) -> Iterator[Page]:
    """Anna's page."""
    page = opened(browser, served, world)
    yield page
    leave(page.context)


@pytest.fixture
def ben(browser, served, world, server) -> Iterator[Page]:
    """Ben's page."""
    page = opened(browser, served, world)
    page.context.clear_cookies()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(world.ben), "url": served}
    page.context.add_cookies([cookie])
    yield page
    leave(page.context)


def listening(page: Page, path: str) -> None:
    """Open the page, and wait until it hears."""
    page.goto(path)
    page.wait_for_selector("html[data-live-state=open]")


def noted(ticket, words, world) -> None:
    """Anna writes a note by other means."""
    note = NewArticle(subject=words, text=words, sender="agent", channel="note", visible_to_customer=False)
    actions.add_article(ticket, note, by=world.actor("anna"))


def test_two_agents_at_one_ticket_see_each_other_and_what_the_other_does(anna, ben, world):
    ticket = world.ticket()
    listening(anna, f"/tickets/{ticket.pk}/")
    listening(ben, f"/tickets/{ticket.pk}/")
    expect(anna.locator("#presence")).to_contain_text("Ben Brandt is looking at this ticket")
    expect(ben.locator("#presence")).to_contain_text("Anna Albers is looking at this ticket")
    anna.get_by_role("link", name="Note", exact=True).click()
    anna.locator("#dock textarea[name=text]").press_sequentially("I look into it")
    expect(ben.locator("#presence")).to_contain_text("Anna Albers is writing", timeout=10_000)
    anna.locator("#dock [name=subject]").fill("A note")
    anna.locator("#dock form.change-form .form-actions button[type=submit]").click()
    expect(ben.locator("#live-news")).to_contain_text("One new article", timeout=10_000)
    expect(ben.locator(".article, [id^=article-]")).to_have_count(1)
    ben.get_by_role("button", name="Show").click()
    expect(ben.locator("[id^=article-]")).to_have_count(2)
    expect(ben.locator("#live-news")).to_have_text("")
    assert ben.evaluate("document.activeElement.id").startswith("article-")
    anna.goto("/tickets/")
    expect(ben.locator("#presence")).to_have_text("", timeout=10_000)
    assert anna.complaints == ben.complaints == []


def test_state_and_owner_follow_while_somebody_writes(anna, world):
    ticket = world.ticket()
    listening(anna, f"/tickets/{ticket.pk}/")
    anna.get_by_role("link", name="Note", exact=True).click()
    text = anna.locator("#dock textarea[name=text]")
    text.press_sequentially("Half a ")
    actions.change_owner(ticket, world.anna, by=world.actor("anna"))
    actions.change_title(ticket, "Printer is out", by=world.actor("anna"))
    expect(anna.locator("h1")).to_have_text("Printer is out", timeout=10_000)
    expect(anna.locator(".aside")).to_contain_text("Anna Albers")
    text.press_sequentially("thought")
    expect(text).to_have_value("Half a thought")
    assert anna.complaints == []


def test_a_list_moves_and_keeps_focus_and_choices(anna, world):
    first = world.ticket("The first")
    listening(anna, "/tickets/")
    anna.locator(f"a[href='/tickets/{first.pk}/']").focus()
    second = world.ticket("The second")
    expect(anna.locator("#tickets")).to_contain_text("The second", timeout=15_000)
    assert anna.evaluate("document.activeElement.getAttribute('href')") == f"/tickets/{first.pk}/"
    expect(anna.locator("#queues")).to_contain_text("2")
    anna.locator(f"input[name=ticket][value='{second.pk}']").check()
    world.ticket("The third")
    anna.wait_for_timeout(6000)
    expect(anna.locator("#tickets")).not_to_contain_text("The third")
    anna.locator(f"input[name=ticket][value='{second.pk}']").uncheck()
    anna.evaluate("document.activeElement.blur()")
    expect(anna.locator("#tickets")).to_contain_text("The third", timeout=15_000)
    assert anna.complaints == []


def test_the_bell_counts_on(anna, world):
    ticket = world.ticket()
    listening(anna, "/drafts/")
    actions.change_owner(ticket, world.anna, by=SYSTEM)
    expect(anna.locator("#counters")).to_contain_text("1", timeout=15_000)


def test_without_the_stream_pages_work_and_it_comes_back(anna, world, server):
    ticket = world.ticket()
    listening(anna, f"/tickets/{ticket.pk}/")
    server.stop()
    anna.wait_for_selector("html[data-live-state=lost]")
    noted(ticket, "News", world)
    anna.reload()
    expect(anna.locator("[id^=article-]")).to_have_count(2)
    server.start()
    noted(ticket, "More", world)
    anna.reload()
    anna.wait_for_selector("html[data-live-state=open]")
    noted(ticket, "Most", world)
    expect(anna.locator("#live-news")).to_contain_text("One new article", timeout=10_000)
