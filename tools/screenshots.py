"""Take pictures of the main pages from a running demo desk, with the distribution's Chromium.

    python tools/screenshots.py

Starts a desk of its own in a temporary folder and writes docs/pictures/: each page in the light (in English) and in the dark
theme (in German), 1440 and 390 pixels wide.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
KLARDESK = Path(sys.executable).parent / "klardesk"
WIDTHS = (1440, 390)
LANGUAGES = {"light": "en", "dark": "de"}
LOCALES = {"en": "en-GB", "de": "de-DE"}
AGENTS = {"en": "emma", "de": "miriam"}
CUSTOMERS = {"en": "reed@harbourlane.example", "de": "grossmann@grossmann-moebel.example"}
WORDS = {"en": "invoice", "de": "Drucker"}
LOOKED_AT = 4  # so many of the first tickets in the list; the one with the most articles makes the picture
PUBLIC = {"log-in": "/login/", "portal-log-in": "/customer/login/"}
AGENT_PAGES = {
    "start": "/", "list": "/tickets/", "filters": "/tickets/filters/", "due": "/tickets/due/", "search": "/search/?q={word}",
    "new-ticket": "/tickets/new/phone/", "new-mail": "/tickets/new/email/", "notifications": "/notifications/",
    "report": "/tickets/sla/", "account": "/account/",
}  # fmt: skip
TICKET_PAGES = {"ticket": "", "articles": "?articles=table", "history": "history/"}
ADMINISTRATOR_PAGES = {
    "administration": "/admin/", "queues": "/admin/queues/", "texts": "/admin/texts/", "fields": "/admin/fields/",
    "mail-log": "/admin/mail-log/",
}  # fmt: skip
CUSTOMER_PAGES = {"portal": "/portal/", "portal-new": "/portal/tickets/new/"}


def main() -> int:
    """Start, photograph, stop."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("Chromium was not found. Install the packages chromium and chromium-l10n.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="klardesk-pictures-") as folder:
        port = _free_port()
        environment = {**os.environ, "KLARDESK_DATA": folder, "KLARDESK_DATABASE_URL": ""}
        environment["KLARDESK_URL"] = f"http://localhost:{port}"
        desk = subprocess.Popen(
            [KLARDESK, "up", "--demo", "--port", str(port)], env=environment, stdout=subprocess.PIPE, text=True
        )
        try:
            _wait(desk)
            _photograph(environment["KLARDESK_URL"], _passwords(environment), chromium)
        finally:
            desk.send_signal(signal.SIGINT)
            desk.wait(timeout=30)
    return 0


def _wait(desk: subprocess.Popen[str]) -> None:
    for line in desk.stdout or ():
        if "is ready" in line:
            return
    raise SystemExit("The demo desk ended before it was ready. Start it by hand to see why: make demo")


def _passwords(environment: dict[str, str]) -> dict[str, str]:
    """A new password for everybody who appears; the administrator is made for the pictures."""
    create = [KLARDESK, "user", "create", "--administrator", "--first-name", "Ada", "--last-name", "Root", "ada"]
    subprocess.run(create, env=environment, check=True, stdout=subprocess.DEVNULL)
    found = {}
    for realm, logins in (("agent", [*AGENTS.values(), "ada"]), ("customer", CUSTOMERS.values())):
        for login in logins:
            command = [KLARDESK, "user", "reset-password", "--realm", realm, login, "--print-password"]
            done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
            found[login] = done.stdout.strip()
    return found


def _photograph(url: str, passwords: dict[str, str], chromium: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        for theme, language in LANGUAGES.items():
            # The browser's own words and forms (dates, the choice of files) hang on its language, not on the page's
            environment = {**os.environ, "LANGUAGE": LOCALES[language].replace("-", "_")}
            words = ["--no-sandbox", f"--lang={LOCALES[language]}"]
            browser = playwright.chromium.launch(executable_path=chromium, args=words, env=environment)
            camera = Camera(browser, url, theme, language)
            camera.take(PUBLIC)
            camera.log_in("login", AGENTS[language], passwords)
            camera.take({name: path.format(word=WORDS[language]) for name, path in AGENT_PAGES.items()})
            ticket = camera.longest_ticket()
            camera.take({name: f"{ticket}{path}" for name, path in TICKET_PAGES.items()})
            camera.take({"answer": camera.answer_of(ticket), "customer": camera.customer_of(ticket)})
            camera.log_in("login", "ada", passwords)
            camera.take(ADMINISTRATOR_PAGES)
            camera.log_in("customer/login", CUSTOMERS[language], passwords)
            camera.take(CUSTOMER_PAGES)
            browser.close()
    print(f"wrote {len(list(PICTURES.glob('*.jpg')))} pictures into {PICTURES.relative_to(ROOT)}")


class Camera:
    """A browser in one theme and language."""

    def __init__(self, browser: Browser, url: str, theme: str, language: str) -> None:
        self.browser, self.url, self.theme = browser, url, theme
        self.choices: dict[str, Any] = {"color_scheme": theme, "locale": LOCALES[language]}
        self.page = self._opened()

    def _opened(self) -> Page:
        return self.browser.new_page(
            viewport={"width": WIDTHS[0], "height": 900}, reduced_motion="reduce", **self.choices
        )

    def log_in(self, way: str, login: str, passwords: dict[str, str]) -> None:
        """Come as somebody else, in a fresh browser."""
        self.page.close()
        self.page = self._opened()
        self.page.goto(f"{self.url}/{way}/")
        self.page.locator("input[name=login]").fill(login)
        self.page.locator("input[type=password]").fill(passwords[login])
        self.page.locator("button[type=submit]").first.click()
        self.page.wait_for_url(lambda address: "/login" not in address)

    def take(self, pages: dict[str, str]) -> None:
        """A picture of each page in each width."""
        for name, path in pages.items():
            for width in WIDTHS:
                self.page.set_viewport_size({"width": width, "height": 900 if width > 1000 else 844})
                self.page.goto(f"{self.url}{path}", wait_until="networkidle")
                picture = PICTURES / f"{name}-{self.theme}-{width}.jpg"
                self.page.screenshot(path=picture, type="jpeg", quality=70)
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})

    def longest_ticket(self) -> str:
        """The path of the ticket with the most articles among the first of the list."""
        self.page.goto(f"{self.url}/tickets/")
        links = self.page.locator("a[href^='/tickets/']").evaluate_all(
            "links => links.map(one => one.getAttribute('href'))"
        )
        tickets = [link for link in dict.fromkeys(links) if link.strip("/").rsplit("/", 1)[-1].isdigit()][:LOOKED_AT]
        lengths = {}
        for ticket in tickets:
            self.page.goto(f"{self.url}{ticket}")
            lengths[ticket] = self.page.locator("article").count()
        return max(lengths, key=lambda ticket: lengths[ticket])

    def answer_of(self, ticket: str) -> str:
        """The path of the mask that answers the ticket's last article."""
        self.page.goto(f"{self.url}{ticket}?articles=stream")
        found = self.page.locator("a[href$='/reply/']").last.get_attribute("href")
        if not found:
            raise SystemExit("No article of the demo can be answered.")
        return found

    def customer_of(self, ticket: str) -> str:
        """The path of the page about the ticket's customer."""
        self.page.goto(f"{self.url}{ticket}")
        found = self.page.locator("a[href^='/customers/']").first.get_attribute("href")
        if not found:
            raise SystemExit("The demo's ticket has no customer whose page could be opened.")
        return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
