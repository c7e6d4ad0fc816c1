"""The keys in a real browser: on lists, on a ticket, in masks; in both languages, switched off, in fields; and the focus."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from klardesk.people.models import Person
from klardesk.tickets import actions
from klardesk.tickets.models import Draft, Ticket
from tests.browser import MARKS, leave, opened
from tests.world import SYSTEM, World

pytestmark = MARKS


def focused_row(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('tr')?.innerText ?? ''"))


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.wait_for_load_state()
        page.keyboard.press(key)


def mailed(world: World, title: str = "Printer") -> Ticket:
    article = world.article(title, "It burns.", channel="email", from_text="Dora <dora@nordlicht.example>")
    return world.ticket(title, article=article)


def test_a_list_is_walked_chosen_and_opened_by_keys(page: Page, world: World) -> None:
    for title in ("First", "Second", "Third"):
        world.ticket(title)
    page.goto("/tickets/?sort=title")
    press(page, "j")
    assert "First" in focused_row(page)
    press(page, "j", "j", "k")
    assert "Second" in focused_row(page)
    press(page, "x")
    expect(page.locator("[data-count-chosen]")).to_have_text("1")
    press(page, "f")
    expect(page.locator("#filters form")).to_be_visible()
    page.locator("tr", has_text="Second").locator("a.cell-link").focus()
    press(page, "o")
    expect(page.locator("h1")).to_have_text("Second")


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ("gs", "/"),
        ("gt", "/tickets/"),
        ("gd", "/due/"),
        ("gn", "/notifications/"),
        ("ge", "/drafts/"),
        ("c", "/tickets/new/phone/"),
    ],
)
def test_keys_lead_to_pages(page: Page, world: World, keys: str, path: str) -> None:
    page.goto("/account/")
    press(page, *keys)
    page.wait_for_url(f"**{path}")


@pytest.mark.parametrize(
    ("key", "title"),
    [("n", "Note"), ("e", "Change the state"), ("m", "Move"), ("o", "Owner"), ("p", "Priority"), ("r", "Reply")],
)
def test_a_ticket_is_worked_on_by_keys(page: Page, world: World, key: str, title: str) -> None:
    page.goto(f"/tickets/{mailed(world).pk}/")
    press(page, key)
    expect(page.locator("#dock form")).to_be_visible()
    page.wait_for_function("document.getElementById('dock').contains(document.activeElement)")


def test_a_ticket_is_locked_watched_and_looked_up_by_keys(page: Page, world: World) -> None:
    ticket = mailed(world)
    page.goto(f"/tickets/{ticket.pk}/")
    press(page, "l")
    expect(page.locator(".ticket-marks")).to_contain_text("locked")
    press(page, "w")
    expect(page.locator("#panel-watchers")).to_contain_text("Anna")
    press(page, "h")
    page.wait_for_url("**/history/")
    assert Ticket.all_rows.get().locked


def test_a_note_is_sent_by_a_key_and_undo_is_one_too(page: Page, world: World) -> None:
    page.goto(f"/tickets/{mailed(world).pk}/")
    press(page, "n")
    expect(page.locator("#dock [name=text]")).to_be_focused()
    page.keyboard.type("njxk?")
    press(page, "Control+Enter")
    expect(page.locator(".message-internal")).to_contain_text("njxk?")


def test_escape_leaves_the_mask_keeps_the_draft_and_gives_the_focus_back(page: Page, world: World) -> None:
    page.goto(f"/tickets/{mailed(world).pk}/")
    press(page, "n")
    expect(page.locator("#dock [name=text]")).to_be_focused()
    page.keyboard.type("Half a thought")
    press(page, "Escape")
    expect(page.locator("#dock form")).to_have_count(0)
    expect(page.locator(".toolbar [data-shortcut=n]")).to_be_focused()
    expect(page.locator("#drafts")).to_contain_text("Your draft, not sent yet")
    assert Draft.all_rows.get().values["text"] == ["Half a thought"]


def test_escape_asks_before_it_throws_away_what_keeps_no_draft(page: Page, world: World) -> None:
    page.goto(f"/tickets/{mailed(world).pk}/")
    press(page, "p")
    expect(page.locator("#dock form")).to_be_visible()
    press(page, "Escape")
    expect(page.locator("#dock form")).to_have_count(0)
    press(page, "p")
    page.select_option("#dock [name=priority]", index=4)
    press(page, "Escape")
    expect(page.locator("dialog[open]")).to_contain_text("Discard what you typed here?")
    page.click("dialog[open] button:has-text('Cancel')")
    expect(page.locator("#dock form")).to_be_visible()
    press(page, "Escape")
    page.click("dialog[open] button:has-text('Discard')")
    expect(page.locator("#dock form")).to_have_count(0)


def test_switched_off_only_keys_with_a_modifier_work(page: Page, world: World) -> None:
    Person.objects.filter(pk=world.anna.pk).update(shortcuts=False)
    page.goto(f"/tickets/{mailed(world).pk}/")
    press(page, "n", "?", "j")
    expect(page.locator("#dock form")).to_have_count(0)
    expect(page.locator("dialog")).to_have_count(0)
    assert page.get_attribute(".toolbar [data-shortcut=n]", "aria-keyshortcuts") is None
    press(page, "Control+k")
    expect(page.locator("#palette-field")).to_be_focused()


def test_keys_do_nothing_in_fields_with_modifiers_and_over_open_menus(page: Page, world: World) -> None:
    page.goto(f"/tickets/{mailed(world).pk}/")
    page.focus("[type=search]")
    page.keyboard.type("n?r")
    page.locator("h1").click()
    press(page, "Alt+n", "Shift+N")
    page.click("summary:has-text('More')")
    press(page, "n")
    expect(page.locator("#dock form")).to_have_count(0)
    expect(page.locator("dialog")).to_have_count(0)
    press(page, "Escape", "n")
    expect(page.locator("#dock form")).to_be_visible()


def test_the_buttons_say_their_keys(page: Page, world: World) -> None:
    page.goto(f"/tickets/{mailed(world).pk}/")
    button = page.locator(".toolbar [data-shortcut=n]")
    expect(button).to_have_attribute("aria-keyshortcuts", "n")
    expect(button).to_have_attribute("title", "Key: n")


HELP = {
    "en": ("Keyboard shortcuts", "State: close, wait, open again", "Send or save"),
    "de": ("Tastenkürzel", "Status: schließen, warten, wieder öffnen", "Senden oder speichern"),
}


@pytest.mark.parametrize("language", HELP)
def test_a_key_shows_all_keys(browser: Browser, served: str, world: World, language: str) -> None:
    heading, here, elsewhere = HELP[language]
    Person.objects.filter(pk=world.anna.pk).update(language=language)
    page = opened(browser, served, world)
    page.goto(f"/tickets/{mailed(world).pk}/")
    press(page, "?")
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("h2")).to_have_text(heading)
    expect(dialog.locator(".dialog-body > .key-sections")).to_contain_text(here)
    expect(dialog.locator(".key-elsewhere")).to_contain_text(elsewhere)
    press(page, "n")
    expect(page.locator("#dock form")).to_have_count(0)
    press(page, "Escape")
    expect(page.locator("dialog")).to_have_count(0)
    leave(page.context)


def test_a_list_that_is_drawn_anew_keeps_the_focused_row(page: Page, world: World) -> None:
    for title in ("First", "Second", "Third"):
        world.ticket(title)
    page.goto("/tickets/?sort=title")
    press(page, "j", "j")
    page.evaluate(
        "htmx.ajax('GET', '/tickets/?sort=-title', {target: '#tickets', swap: 'outerHTML', select: '#tickets'})"
    )
    expect(page.locator("[aria-sort=descending]")).to_be_visible()
    page.wait_for_function("document.activeElement.closest('tr')")
    assert "Second" in focused_row(page)
    sort = page.locator("th a", has_text="Title")
    sort.focus()
    press(page, "Enter")
    expect(page.locator("[aria-sort=ascending]")).to_be_visible()
    expect(page.locator("th a", has_text="Title")).to_be_focused()


def test_keys_work_for_whoever_clicked_into_an_html_mail(page: Page, world: World) -> None:
    article = world.article("Printer", "It burns.", channel="email", html="<p>It <b>burns</b>.</p>")
    page.goto(f"/tickets/{world.ticket(article=article).pk}/")
    page.frame_locator("iframe.mail-frame").locator("b").click()
    assert page.evaluate("document.activeElement.tagName") == "IFRAME"
    press(page, "n")
    expect(page.locator("#dock [name=text]")).to_be_focused()


def test_an_answer_goes_to_the_article_with_the_focus_else_to_the_newest_that_came_in(page: Page, world: World) -> None:
    ticket = mailed(world, "First")
    for sender, title in (("customer", "Second"), ("agent", "Third")):
        more = world.article(title, title, sender=sender, channel="email", from_text="Dora <dora@nordlicht.example>")
        actions.add_article(ticket, more, by=SYSTEM)
    page.goto(f"/tickets/{ticket.pk}/")
    press(page, "r")
    expect(page.locator("#dock [name=subject]")).to_have_value(re.compile("Second"))
    press(page, "Escape")
    expect(page.locator("#dock form")).to_have_count(0)
    page.locator(".message a", has_text="Reply").first.focus()
    press(page, "r")
    expect(page.locator("#dock [name=subject]")).to_have_value(re.compile("First"))
    press(page, "Escape", "j")
    expect(page.locator(".message:focus")).to_have_count(1)


def test_formatted_text_is_entered_sent_and_left_by_keys(browser: Browser, served: str, world: World) -> None:
    page = opened(browser, served, world, rich=True)
    page.goto(f"/tickets/{mailed(world).pk}/")
    press(page, "n")
    expect(page.locator("#dock .rich-content")).to_be_focused()
    page.keyboard.type("Formatted")
    press(page, "Escape")
    expect(page.locator("#drafts")).to_contain_text("Your draft, not sent yet")
    press(page, "n")
    expect(page.locator("#dock .rich-content")).to_be_focused()
    press(page, "Control+End")
    page.keyboard.type(" again")
    press(page, "Control+Enter")
    expect(page.locator(".message-internal")).to_contain_text("Formatted again")
    leave(page.context)


def test_a_german_reader_works_on_a_ticket_by_keys(browser: Browser, served: str, world: World) -> None:
    Person.objects.filter(pk=world.anna.pk).update(language="de")
    page = opened(browser, served, world)
    world.ticket("Drucker")
    page.goto("/tickets/")
    press(page, "j", "o")
    expect(page.locator("h1")).to_have_text("Drucker")
    expect(page.locator(".toolbar [data-shortcut=n]")).to_have_attribute("title", "Taste: n")
    press(page, "n")
    expect(page.locator("#dock [name=text]")).to_be_focused()
    page.keyboard.type("Angerufen")
    press(page, "Control+Enter")
    expect(page.locator(".message-internal")).to_contain_text("Angerufen")
    leave(page.context)
