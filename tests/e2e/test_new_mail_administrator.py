"""What a new administrator does first with mail, in English and in German, in a browser: a mailbox added and tried, a filter
made and tried, a signature set, and a look into the communication log; in German also as wide as a telephone.

KLARDESK_PICTURES=<folder> keeps a picture of every stop, in both widths and both themes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.servers import dovecot, smtp
from tests.servers.desk import Desk, own_database, until

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
PASSWORD = "correct horse battery staple"
PICTURES = os.environ.get("KLARDESK_PICTURES", "")
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian package chromium)"),
    pytest.mark.skipif(dovecot.PROGRAM is None, reason="Dovecot is not installed (Debian package dovecot-imapd)"),
]


@dataclass(frozen=True)
class Words:
    """What stands on the pages in a language."""

    locale: str
    log_in: str
    mailboxes: str
    new_mailbox: str
    test: str
    let_in: str
    filters: str
    new_filter: str
    begins: str
    odd: str
    texts: str
    new: str
    log: str
    mails: str
    matched: str
    began: str
    reply: str
    kept: str


ENGLISH = Words(
    "en-GB", "Log in", "Mailboxes", "New mailbox", "Test connection", "let the desk in", "Mail filters", "New filter",
    "It would begin a new ticket.", "the desk has no field 'colour'", "Texts", "New", "Communication log", "Mails",
    "The filter “Printers” matched.", "It began ticket", "Reply", "It came by the mailbox",
)  # fmt: skip
GERMAN = Words(
    "de-DE", "Anmelden", "Postfächer", "Neues Postfach", "Verbindung testen", "hat den Desk eingelassen", "E-Mail-Filter",
    "Neuer Filter", "Sie würde ein neues Ticket beginnen.", "der Desk hat kein Feld 'colour'", "Texte", "Neu",
    "Kommunikationsprotokoll", "E-Mails", "Der Filter „Drucker“ traf zu.", "Damit begann Ticket", "Antworten",
    "Sie kam über das Postfach",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Desk]:
    """A desk just installed, whose administrator may also answer."""
    with own_database() as url, smtp.running() as sink:
        desk = Desk(tmp_path_factory.mktemp("desk"), url, KLARDESK_SMTP_URL=sink.url)
        try:
            desk.start()
            _set_password(browser.new_context().new_page(), desk)
            granted = desk.command("user", "grant", "admin", "users", "rw")
            assert granted.returncode == 0, granted.stderr
            yield desk
        finally:
            desk.clean_up()


def _set_password(page: Page, desk: Desk) -> None:
    """On the one-time page."""
    page.goto(f"http://localhost:{desk.port}{desk.link()}")
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=repeated]", PASSWORD)
    page.locator("form:has([name=repeated]) button[type=submit]").click()


@pytest.fixture(scope="module")
def mailserver() -> Iterator[dovecot.Dovecot]:
    """The house's mail server."""
    with dovecot.running() as server:
        yield server


class Visit:
    """An administrator at a browser, who looks at every page twice."""

    def __init__(self, browser: Browser, desk: Desk, words: Words) -> None:
        self.words, self.base = words, f"http://localhost:{desk.port}"
        self.page: Page = browser.new_context(locale=words.locale, viewport=WIDE).new_page()
        self.page.set_default_timeout(15_000)
        self.sizes = {"wide": WIDE, "narrow": NARROW} if PICTURES or words is GERMAN else {"wide": WIDE}
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def look(self, name: str) -> None:
        """The page fits, in the language of the longer words a telephone too; pictures of it if they are wanted."""
        self.page.wait_for_load_state()
        for label, size in self.sizes.items():
            self.page.set_viewport_size(size)
            too_wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert too_wide <= 0, f"{name} is {too_wide} pixels wider than {size['width']}"
            for theme in ("light", "dark") if PICTURES else ():
                self.page.emulate_media(color_scheme=theme)
                file = f"{self.words.locale[:2]}-{name}-{label}-{theme}.png"
                self.page.screenshot(path=Path(PICTURES) / file, full_page=True)
        self.page.set_viewport_size(WIDE)

    def submit(self) -> None:
        """The form's own button."""
        self.page.locator("main .form-actions button").first.click()

    def press(self, name: str) -> None:
        """A button of this name."""
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()

    def follow(self, name: str) -> None:
        """A link of this name in the page."""
        self._open(self.page.get_by_role("main").get_by_role("link", name=name, exact=True).first)

    def go(self, name: str) -> None:
        """A link of this name in the navigation."""
        self._open(self.page.locator(".sidebar").get_by_role("link", name=name, exact=True))

    def _open(self, link: Locator) -> None:
        """Click the link, and wait until its page is there."""
        address = str(link.get_attribute("href"))
        link.click()
        self.page.wait_for_url(lambda url: url.endswith(address))

    def reads(self, *texts: str) -> None:
        """The page says all of this."""
        for text in texts:
            expect(self.page.get_by_role("main")).to_contain_text(text)


def log_in(visit: Visit) -> None:
    """With the password set, and the language chosen."""
    page = visit.page
    page.goto(f"{visit.base}/login/")
    page.fill("[name=login]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name=visit.words.log_in, exact=True).click()
    expect(page.get_by_role("main")).to_be_visible()
    page.goto(f"{visit.base}/account/")
    page.select_option("[name=language]", visit.words.locale[:2])
    page.locator("form:has([name=language]) button[type=submit]").click()
    page.goto(f"{visit.base}/admin/")


def add_address(visit: Visit, address: str) -> None:
    """The desk's own address, without which nobody can be answered."""
    page = visit.page
    page.goto(f"{visit.base}/admin/addresses/new/")
    page.fill("[name=address]", address)
    page.select_option("[name=queue]", label="Raw")
    visit.submit()


def add_mailbox(visit: Visit, server: dovecot.Dovecot, login: str) -> None:
    """A mailbox, and whether its server lets the desk in."""
    page, words = visit.page, visit.words
    visit.go(words.mailboxes)
    visit.follow(words.new_mailbox)
    visit.look("mailbox-new")
    values = {
        "name": login,
        "host": "127.0.0.1",
        "port": str(server.imap),
        "login": login,
        "password": dovecot.PASSWORD,
    }
    for field, value in values.items():
        page.fill(f"[name={field}]", value)
    page.select_option("[name=security]", "none")
    visit.submit()
    visit.follow(login)
    visit.press(words.test)
    visit.reads(words.let_in)
    visit.look("mailbox")


def make_filter(visit: Visit, name: str, word: str) -> None:
    """A filter that sets a title, and a field that the desk does not have; tried on a pasted mail."""
    page, words = visit.page, visit.words
    visit.go(words.filters)
    visit.follow(words.new_filter)
    for field, value in {
        "name": name, "condition-0-field": "Subject", "condition-0-value": word,
        "value-0-field": "X-Klardesk-Title", "value-0-value": f"{name}!", "value-1-field": "X-Klardesk-Colour",
        "value-1-value": "red",
    }.items():  # fmt: skip
        page.fill(f"[name='{field}']", value)
    visit.look("filter")
    visit.submit()
    visit.look("filters")
    page.goto(f"{visit.base}/admin/mail-filters/try/")
    page.fill("[name=source]", f"From: dora@kunde.example\nSubject: {word}\n\nIt burns.\n")
    visit.submit()
    visit.reads(words.begins, words.odd, f"{name}!")
    visit.look("filter-trial")


def set_signature(visit: Visit, name: str, text: str) -> None:
    """A signature for the queue of unaddressed mail."""
    page, words = visit.page, visit.words
    visit.go(words.texts)
    visit.look("texts")
    page.locator("section.panel").nth(2).get_by_role("link", name=words.new, exact=True).click()
    page.fill("[name=name]", name)
    page.fill("[name=text]", text)
    visit.submit()
    visit.follow("Raw")
    page.select_option("[name=signature]", label=name)
    visit.look("queue-texts")
    visit.submit()
    visit.reads(name)


def look_into_the_log(visit: Visit, subject: str, matched: str) -> None:
    """The mail is found by its sender; its page tells why it became what it became."""
    page, words = visit.page, visit.words
    visit.go(words.log)
    visit.look("log")
    visit.follow(words.mails)

    def found() -> bool:
        page.goto(f"{visit.base}/admin/mail-log/mails/?find=dora@kunde.example")
        row = page.get_by_role("row").filter(has_text=subject)
        return row.count() > 0 and row.get_by_role("link").count() > 1

    until("the mail is a ticket", found)
    visit.look("log-mails")
    page.get_by_role("row").filter(has_text=subject).get_by_role("link").first.click()
    visit.reads(words.kept, matched, words.began, words.odd)
    visit.look("log-mail")
    page.get_by_role("main").locator(".timeline a").first.click()
    visit.reads(words.mails)
    visit.look("log-connection")
    page.go_back()


def begin_an_answer(visit: Visit, signature: str) -> None:
    """The ticket's composer has the signature below; forwarding and passing on fit the same widths."""
    page = visit.page
    page.get_by_role("main").locator(".page-actions a[href^='/tickets/']").first.click()
    visit.look("ticket")
    address = page.url.partition("?")[0]
    article = page.locator("article").first.get_attribute("id")
    assert article
    for verb in ("reply", "forward", "outbound", "bounce") if len(visit.sizes) > 1 else ("reply",):
        page.goto(f"{address}articles/{article.rpartition('-')[2]}/{verb}/")
        visit.look(verb)
        if verb == "reply":
            assert signature in page.locator("[name=text]").input_value()


@pytest.mark.parametrize("words", [ENGLISH, GERMAN], ids=["en", "de"])
def test_a_mailbox_a_filter_a_signature_and_where_a_mail_is(
    words: Words, desk: Desk, mailserver: dovecot.Dovecot, browser: Browser
) -> None:
    login, name, word = ("support", "Printers", "printer") if words is ENGLISH else ("hilfe", "Drucker", "Drucker")
    visit = Visit(browser, desk, words)
    log_in(visit)
    add_address(visit, f"{login}@desk.example")
    add_mailbox(visit, mailserver, login)
    make_filter(visit, name, word)
    set_signature(visit, f"Team {login}", f"Team {login}, Klardesk")
    mail = (
        f"From: Dora <dora@kunde.example>\r\nTo: {login}@desk.example\r\nSubject: {word} {login}\r\n\r\nIt burns.\r\n"
    )
    mailserver.deliver(login, mail.encode())
    look_into_the_log(visit, f"{word} {login}", words.matched)
    begin_an_answer(visit, f"Team {login}, Klardesk")
    assert visit.complaints == []
