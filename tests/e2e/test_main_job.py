"""The main job, end to end: a mail comes in over IMAP, becomes a ticket, an agent answers it in the browser, the answer
leaves over SMTP, the customer's reply finds its ticket, every step stands in the history, and the history verifies."""

from __future__ import annotations

import email
import email.policy
import json
import re
import shutil
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.servers import dovecot, smtp
from tests.servers.desk import Desk, own_database, until

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian package chromium)"),
    pytest.mark.skipif(dovecot.PROGRAM is None, reason="Dovecot is not installed (Debian package dovecot-imapd)"),
]
CUSTOMER = "jürgen groß <jg@kunde.example>"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63f8cf"
    "c0f01f0005000201a6a1d8a60000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def desk(tmp_path: Path, sink: smtp.Sink) -> Iterator[Desk]:
    with own_database() as url:
        desk = Desk(tmp_path, url, KLARDESK_SMTP_URL=sink.url)
        try:
            yield desk.start()
        finally:
            desk.clean_up()


@pytest.fixture
def sink() -> Iterator[smtp.Sink]:
    with smtp.running() as sink:
        yield sink


@pytest.fixture
def mailserver() -> Iterator[dovecot.Dovecot]:
    with dovecot.running() as server:
        yield server


def first_mail() -> EmailMessage:
    """As a customer's program sends it: umlauts in name, subject and file name, HTML with a picture inside."""
    mail = EmailMessage()
    mail["From"], mail["To"] = CUSTOMER, "support@desk.example"
    mail["Subject"] = "Der Drucker heult – bitte prüfen"
    mail["Message-ID"] = make_msgid(domain="kunde.example")
    mail.set_content("Guten Tag,\n\nder Drucker heult.\n\nGruß\nJürgen")
    html = (
        '<p>Guten Tag,</p><p>der Drucker <b>heult</b>.</p><img src="cid:bild@kunde">'
        '<img src="http://127.0.0.1:9/spion.png"><script>alert(1)</script>'
    )
    mail.add_alternative(html, subtype="html")
    part = mail.get_payload()[1]
    part.add_related(PICTURE, "image", "png", cid="<bild@kunde>")
    mail.add_attachment(b"Seite;Fehler\n1;heult\n", maintype="text", subtype="csv", filename="Prüfung.csv")
    return mail


def reply_to(answer: bytes) -> EmailMessage:
    """The customer's answer to the desk's mail, as a program makes it."""
    got = email.message_from_bytes(answer, policy=email.policy.default)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = CUSTOMER, str(got["From"]), f"AW: {got['Subject']}"
    mail["Message-ID"] = make_msgid(domain="kunde.example")
    mail["In-Reply-To"] = str(got["Message-ID"])
    mail["References"] = str(got["Message-ID"])
    mail.set_content("Danke, jetzt summt er nur noch.")
    return mail


def log_in(page: Page, desk: Desk, login: str, password: str) -> None:
    page.goto(f"http://localhost:{desk.port}/login/")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("main")).to_be_visible()


def add_mailbox(page: Page, desk: Desk, server: dovecot.Dovecot) -> None:
    """The administrator: an address, and a mailbox whose connection is tried."""
    page.goto(f"http://localhost:{desk.port}/admin/addresses/new/")
    page.fill("[name=address]", "support@desk.example")
    page.fill("[name=display_name]", "Support der Firma")
    page.select_option("[name=queue]", label="Raw")
    page.get_by_role("button", name=re.compile("Create|Save")).click()
    page.goto(f"http://localhost:{desk.port}/admin/mailboxes/new/")
    page.fill("[name=name]", "Support mailbox")
    page.select_option("[name=protocol]", "imap")
    page.fill("[name=host]", "127.0.0.1")
    page.fill("[name=port]", str(server.imap))
    page.select_option("[name=security]", "none")
    page.fill("[name=login]", "support")
    page.fill("[name=password]", dovecot.PASSWORD)
    page.select_option("[name=after_fetch]", "delete")
    page.get_by_role("button", name=re.compile("Create|Save")).click()
    page.get_by_role("link", name="Support mailbox").first.click()
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_role("main")).to_contain_text("let the desk in")


def open_ticket(page: Page, desk: Desk, title: str) -> str:
    """Find the new ticket in the list; its number."""

    def found() -> bool:
        page.goto(f"http://localhost:{desk.port}/tickets/")
        return page.get_by_text(title).count() > 0

    until("the mail is a ticket", found)
    page.get_by_role("row").filter(has_text=title).get_by_role("link").first.click()
    return page.locator(".ticket-number").inner_text()


def test_from_the_first_mail_to_the_answered_ticket(
    desk: Desk, sink: smtp.Sink, mailserver: dovecot.Dovecot, browser: Browser
) -> None:
    root, anna = (browser.new_context(locale="en-GB").new_page() for _person in range(2))
    complaints: list[str] = []
    anna.on("pageerror", lambda error: complaints.append(str(error)))

    # First start: the administrator sets a password on the one-time page, which works once.
    root.goto(f"http://localhost:{desk.port}{desk.link()}")
    root.fill("[name=password]", "correct horse battery staple")
    root.fill("[name=repeated]", "correct horse battery staple")
    root.get_by_role("button", name="Set password").click()
    assert desk.get(desk.link()).status in (404, 410)
    log_in(root, desk, "admin", "correct horse battery staple")
    add_mailbox(root, desk, mailserver)

    # An agent, made and given her rights on the command line.
    made = desk.command(
        "user", "create", "anna", "--first-name", "Anna", "--password-stdin", text="a long enough password\n"
    )
    assert made.returncode == 0, made.stderr
    granted = desk.command("user", "grant", "anna", "users", "rw")
    assert granted.returncode == 0, granted.stderr

    # The mail comes in and becomes a ticket; the customer is told.
    mailserver.deliver("support", first_mail().as_bytes())
    log_in(anna, desk, "anna", "a long enough password")
    number = open_ticket(anna, desk, "Der Drucker heult – bitte prüfen")
    assert mailserver.waiting("support") == []
    frame = anna.frame_locator("iframe.mail-frame").first
    expect(frame.locator("b")).to_have_text("heult")
    assert frame.locator("script").count() == 0
    assert frame.locator("img[src^='http://127.0.0.1:9']").count() == 0
    expect(anna.get_by_text("Prüfung.csv")).to_be_visible()

    # The agent answers in the browser; the answer leaves over SMTP with the hook and the thread.
    before = len(sink.got)
    anna.get_by_role("link", name="Reply", exact=True).first.click()
    anna.get_by_role("textbox", name="Text").press("Control+Home")
    anna.keyboard.insert_text("Guten Tag, wir ölen ihn heute. Grüße, Anna")
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.locator("article.message")).to_have_count(2)
    written = anna.locator("article.message").last.frame_locator("iframe.mail-frame").locator("body")
    expect(written).to_contain_text("wir ölen ihn heute")
    until("the answer left", lambda: len(sink.got) > before)
    sent = next(
        got
        for got in sink.got
        if b"=C3=B6len" in got.content or "ölen".encode() in got.content or b"w7ZsZW" in got.content
    )
    answer = email.message_from_bytes(sent.content, policy=email.policy.default)
    assert sent.recipients == ["jg@kunde.example"]
    assert f"[Ticket#{number}]" in str(answer["Subject"])
    assert "support@desk.example" in str(answer["From"])
    assert str(answer["References"]).endswith("@kunde.example>")

    # The customer's reply finds its ticket.
    mailserver.deliver("support", reply_to(sent.content).as_bytes())

    def arrived() -> bool:
        anna.reload()
        return anna.get_by_text("Danke, jetzt summt er nur noch.").count() > 0

    until("the reply is an article of the ticket", arrived)
    anna.goto(f"{anna.url.split('?')[0].split('#')[0]}history/")
    history = anna.get_by_role("main").inner_text().lower()
    for word in ("created as", "e-mail (customer", "e-mail (agent", "anna"):
        assert word in history, f"{word} is missing in: {history}"

    # One ticket, and a history that verifies.
    told = desk.command("verify", "--json")
    report = json.loads(told.stdout)
    assert told.returncode == 0, report
    assert report["events"] > 10
    assert complaints == []
    assert desk.stop() == 0
