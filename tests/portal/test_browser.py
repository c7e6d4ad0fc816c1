"""The day of a customer in a real browser, in both languages: log in, write with a file, read the answer, answer, close,
reopen, log out.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from klardesk.admin.actions import change_option
from klardesk.tickets import actions
from klardesk.tickets.models import Attachment, Ticket
from tests.browser import MARKS, leave
from tests.world import SYSTEM, World

pytestmark = MARKS
WORDS = {
    "en": {"login": "Login", "password": "Password", "enter": "Log in", "new": "New ticket", "subject": "Subject", "text": "Text",
           "send": "Send", "number": "Your ticket has the number", "sent": "Your answer was sent.", "close": "Close the ticket",
           "closed": "The ticket is closed.", "reopen": "Reopen", "opens": "opens it again", "out": "Log out",
           "welcome": "Welcome"},
    "de": {"login": "Anmeldename", "password": "Passwort", "enter": "Anmelden", "new": "Neues Ticket", "subject": "Betreff",
           "text": "Text", "send": "Senden", "number": "Ihr Ticket hat die Nummer", "sent": "Ihre Antwort wurde gesendet.",
           "close": "Ticket schließen", "closed": "Das Ticket ist geschlossen.", "reopen": "Wieder öffnen",
           "opens": "öffnet es wieder", "out": "Abmelden", "welcome": "Willkommen"},
}  # fmt: skip


def opened(browser: Browser, served: str, language: str) -> Page:
    change_option("portal.queues", ["Sales", "Support"], by=SYSTEM)  # so that there is a choice
    context = browser.new_context(base_url=served, viewport={"width": 1280, "height": 800}, locale=language)
    page = context.new_page()
    page.complaints = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
    page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)  # type: ignore[attr-defined]
    return page


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_day_of_a_customer(browser: Browser, served: str, language: str, world: World, tmp_path: Path) -> None:
    say, page = WORDS[language], opened(browser, served, language)
    page.goto("/customer/login/")
    page.get_by_label(say["login"]).fill("dora")
    page.get_by_label(say["password"]).fill("dora-has-a-long-password")
    page.get_by_role("button", name=say["enter"], exact=True).click()
    expect(page.get_by_role("heading", name=say["welcome"])).to_be_visible()

    page.locator(".topnav").get_by_role("link", name=say["new"]).click()
    page.locator("#id_queue").select_option(str(world.support.pk))
    page.get_by_label(say["subject"]).fill("Printer jams")
    page.get_by_label(say["text"]).fill("Paper everywhere.")
    (tmp_path / "log.txt").write_text("error 42")
    page.locator("input[type=file]").set_input_files(tmp_path / "log.txt")
    page.get_by_role("button", name=say["send"]).click()
    expect(page.locator("#messages")).to_contain_text(say["number"])
    expect(page.get_by_role("link", name="log.txt")).to_be_visible()
    ticket = Ticket.all_rows.get()
    assert Attachment.all_rows.get().name == "log.txt"

    answer = world.article("Re: Printer jams", "Please open flap B.", sender="agent", channel="note")
    actions.add_article(ticket, answer, by=world.actor("anna"))
    inside = world.article("Inside", "Do not tell them.", sender="agent", channel="note", visible_to_customer=False)
    actions.add_article(ticket, inside, by=world.actor("anna"))
    page.goto("/")
    page.get_by_role("link", name=ticket.number).click()
    expect(page.get_by_text("Please open flap B.")).to_be_visible()
    expect(page.get_by_text("Do not tell them.")).to_have_count(0)

    page.get_by_label(say["text"]).fill("Flap B is stuck.")
    page.get_by_role("button", name=say["send"]).click()
    expect(page.locator("#messages")).to_contain_text(say["sent"])
    page.get_by_role("button", name=say["close"]).click()
    page.locator("dialog").get_by_role("button", name=say["close"]).click()
    expect(page.locator("#messages")).to_contain_text(say["closed"])
    expect(page.get_by_text(say["opens"])).to_be_visible()
    page.get_by_role("link", name=say["reopen"]).click()
    page.get_by_label(say["text"]).fill("It jams again.")
    page.get_by_role("button", name=say["send"]).click()
    expect(page.get_by_text("It jams again.")).to_be_visible()
    assert Ticket.all_rows.select_related("state").get().state.type == "open"

    page.locator("summary.user").click()
    page.get_by_role("button", name=say["out"]).click()
    expect(page).to_have_url(re.compile(r"/customer/login/$"))
    page.go_back()
    page.reload()
    expect(page).to_have_url(re.compile(r"/customer/login/"))
    complaints = list(page.complaints)  # type: ignore[attr-defined]
    leave(page.context)
    assert complaints == []


def test_a_dropped_file_goes_along_and_unsent_text_is_asked_about(browser: Browser, served: str, world: World) -> None:
    page = opened(browser, served, "en")
    page.goto("/customer/login/")
    page.get_by_label("Login").fill("dora")
    page.get_by_label("Password").fill("dora-has-a-long-password")
    page.get_by_role("button", name="Log in", exact=True).click()
    page.goto("/portal/tickets/new/")
    page.locator("#id_queue").select_option(str(world.support.pk))
    page.get_by_label("Subject").fill("Dropped")
    page.get_by_label("Text").fill("See the file.")
    page.evaluate("""() => {
        const data = new DataTransfer();
        data.items.add(new File(["dropped"], "dropped.txt", { type: "text/plain" }));
        const target = document.querySelector("[data-drop]");
        for (const type of ["dragover", "drop"]) target.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
    }""")  # noqa: E501 - as a browser reads it
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("link", name="dropped.txt")).to_be_visible()
    assert asked == ["beforeunload"]
    leave(page.context)
