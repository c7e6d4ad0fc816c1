"""Take the pictures of the README from a running demo desk, with the distribution's Chromium.

    python tools/screenshots.py

Starts a desk of its own in a temporary folder, logs an agent in, and writes docs/pictures/.
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

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
KLARDESK = Path(sys.executable).parent / "klardesk"
AGENT = "emma"
LOOKED_AT = 4  # so many of the first tickets in the list; the one with the most articles makes the picture


def main() -> int:
    """Start, photograph, stop."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("Chromium was not found. Install the package chromium.", file=sys.stderr)
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
            _photograph(environment["KLARDESK_URL"], _password(environment), chromium)
        finally:
            desk.send_signal(signal.SIGINT)
            desk.wait(timeout=30)
    return 0


def _wait(desk: subprocess.Popen[str]) -> None:
    for line in desk.stdout or ():
        if "is ready" in line:
            return
    raise SystemExit("The demo desk ended before it was ready. Start it by hand to see why: make demo")


def _password(environment: dict[str, str]) -> str:
    command = [KLARDESK, "user", "reset-password", AGENT, "--print-password"]
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def _photograph(url: str, password: str, chromium: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for theme in ("light", "dark"):
            page = browser.new_page(
                viewport={"width": 1360, "height": 850}, color_scheme=theme, locale="en-GB", device_scale_factor=1
            )
            _log_in(page, url, password)
            page.goto(f"{url}/tickets/")
            page.screenshot(path=PICTURES / f"list-{theme}.png")
            page.goto(_longest_ticket(page))
            page.screenshot(path=PICTURES / f"ticket-{theme}.png")
            page.close()
        browser.close()
    for picture in sorted(PICTURES.glob("*.png")):
        print(f"wrote {picture.relative_to(ROOT)}")


def _log_in(page: Any, url: str, password: str) -> None:
    page.goto(f"{url}/login/")
    page.locator("input[type=text], input[name=login]").first.fill(AGENT)
    page.locator("input[type=password]").fill(password)
    page.locator("button[type=submit]").first.click()
    page.wait_for_url(lambda address: "/login" not in address)


def _longest_ticket(page: Any) -> str:
    """The address of the ticket with the most articles among the first of the list."""
    links = page.locator("a[href^='/tickets/']").evaluate_all("links => links.map(link => link.href)")
    tickets = [link for link in dict.fromkeys(links) if link.rstrip("/").rsplit("/", 1)[-1].isdigit()][:LOOKED_AT]
    lengths = {}
    for ticket in tickets:
        page.goto(ticket)
        lengths[ticket] = page.locator("article").count()
    return max(lengths, key=lambda ticket: lengths[ticket])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
