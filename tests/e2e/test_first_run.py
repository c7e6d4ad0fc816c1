"""A new desk from its one-time link to its first ticket by mail, as its administrator does it in a browser, in English and in
German, against real servers; what is skipped is taken up again. KLARDESK_PICTURES=<folder> keeps a picture of every stop.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest
from imapclient import IMAPClient
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import leave
from tests.servers import dovecot, postfix
from tests.servers.desk import Desk, own_database, until

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
PASSWORD = "correct horse battery staple"
PICTURES = os.environ.get("KLARDESK_PICTURES", "")
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PATIENCE = 300
"""The seconds in which a desk is to be set up; in this test nobody thinks or types slowly."""
pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian package chromium)"),
    pytest.mark.skipif(dovecot.PROGRAM is None, reason="Dovecot is not installed (Debian package dovecot-imapd)"),
    pytest.mark.skipif(not postfix.CAN_RUN, reason="Postfix is not installed (Debian package postfix), or not root"),
]


@dataclass(frozen=True)
class Words:
    """What stands on the pages in a language."""

    locale: str
    log_in: str
    begin: str
    go_on: str
    skip: str
    refused: str
    let_in: str
    ready: str
    again: str
    now: str


ENGLISH = Words(
    "en-GB", "Log in", "Begin", "Save and go on", "Skip for now", "did not let the desk in", "let the desk in",
    "Your desk is ready", "Take up what was skipped", "Do it now",
)  # fmt: skip
GERMAN = Words(
    "de-DE", "Anmelden", "Beginnen", "Speichern und weiter", "Vorerst überspringen", "hat den Desk nicht eingelassen",
    "hat den Desk eingelassen", "Ihr Desk ist bereit", "Übersprungenes nachholen", "Jetzt erledigen",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=[ENGLISH, GERMAN], ids=["english", "german"])
def words(request: pytest.FixtureRequest) -> Words:
    """Both languages."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk that nobody has seen yet."""
    with own_database() as url:
        desk = Desk(tmp_path, url)
        try:
            desk.start()
            yield desk
        finally:
            desk.clean_up()


def look(page: Page, name: str, words: Words) -> None:
    """Nothing runs out of the page at the width of a telephone; a picture, if wished."""
    for size, width in (("narrow", NARROW), ("wide", WIDE)):
        page.set_viewport_size(width)  # type: ignore[arg-type]
        page.wait_for_load_state()
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{name} is {over} pixels too wide at {width}"
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
                page.screenshot(path=f"{PICTURES}/{name}-{words.locale[:2]}-{size}-{theme}.png", full_page=True)


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.fill(f"[name={name}]", value)


def submit(page: Page) -> None:
    page.locator("main form button.button-primary").click()


def test_from_the_one_time_link_to_the_first_ticket(browser: Browser, desk: Desk, words: Words, tmp_path: Path) -> None:
    began = time.monotonic()
    page = browser.new_context(locale=words.locale, viewport=WIDE, base_url=f"http://localhost:{desk.port}").new_page()
    page.set_default_timeout(15_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    maildirs = tmp_path / "mail"
    maildirs.mkdir()
    with dovecot.running() as incoming, postfix.running({"kunde@kunde.example": "kunde"}, maildirs) as outgoing:
        _log_in(page, desk, words)
        expect(page.get_by_role("main")).to_contain_text(("First steps", "Erste Schritte")[words is GERMAN])
        look(page, "overview", words)
        page.get_by_role("link", name=words.begin, exact=True).click()
        _you(page, words)
        _mailbox(page, words, incoming)
        page.get_by_role("button", name=words.skip).click()  # the outgoing server, for later
        page.fill("[name=names]", "IT::Drucker\nHaustechnik")
        look(page, "queues", words)
        page.get_by_role("button", name=words.go_on).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(words.ready)
        look(page, "ready", words)
        page.get_by_role("button", name=words.again).click()
        page.get_by_role("link", name=words.now).click()
        _outgoing(page, words, outgoing)
        expect(page.get_by_role("heading", level=1)).to_have_text(words.ready)
        _first_mail(page, incoming)
    assert time.monotonic() - began < PATIENCE
    page.goto("/login/")
    assert complaints == []
    leave(page.context)


def _log_in(page: Page, desk: Desk, words: Words) -> None:
    page.goto(desk.link())
    fill(page, password=PASSWORD, repeated=PASSWORD)
    page.locator("form:has([name=repeated]) button[type=submit]").click()
    fill(page, login="admin", password=PASSWORD)
    page.get_by_role("button", name=words.log_in, exact=True).click()
    page.wait_for_url(lambda url: url.endswith("/admin/first-run/"))
    page.context.set_extra_http_headers({})
    if words is GERMAN:  # the first administrator's language is the desk's until the first step
        page.goto("/account/")
        page.select_option("[name=language]", "de")
        page.locator("form:has([name=language]) button[type=submit]").click()
        page.goto("/admin/first-run/")


def _you(page: Page, words: Words) -> None:
    fill(page, desk_name="IT Nordlicht", first_name="Ruth", last_name="Adler", email="ruth@desk.example")
    page.select_option("[name=language]", words.locale[:2])
    page.select_option("[name=time_zone]", "Europe/Vienna")
    look(page, "you", words)
    page.get_by_role("button", name=words.go_on).click()


def _mailbox(page: Page, words: Words, server: dovecot.Dovecot) -> None:
    fill(
        page, address="support@desk.example", host="127.0.0.1", port=str(server.imap), login="support", password="wrong"
    )
    page.select_option("[name=security]", "none")
    page.select_option("[name=queue]", label="Raw")
    submit(page)
    expect(page.get_by_role("main")).to_contain_text(words.refused)
    look(page, "mailbox-refused", words)
    fill(page, password=dovecot.PASSWORD)
    submit(page)
    expect(page.get_by_role("main")).to_contain_text(words.let_in)
    look(page, "outgoing", words)


def _outgoing(page: Page, words: Words, server: postfix.Postfix) -> None:
    fill(page, host="127.0.0.1", port=str(server.port))
    page.select_option("[name=security]", "none")
    submit(page)
    expect(page.get_by_role("main")).to_contain_text(words.let_in)


def _first_mail(page: Page, server: dovecot.Dovecot) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "kunde@kunde.example", "support@desk.example", "Der Drucker summt"
    mail.set_content("Seit gestern.")
    with IMAPClient("127.0.0.1", port=server.imap, ssl=False) as client:
        client.login("support", dovecot.PASSWORD)
        client.append("INBOX", mail.as_bytes())

    def there() -> bool:
        page.goto("/tickets/")
        return page.get_by_text("Der Drucker summt").count() > 0

    until("the mail is a ticket", there, every=1.0)
