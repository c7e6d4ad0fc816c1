"""`klardesk up` with a real browser: the page finds the live server on its own port, and finds it again after it was killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import MARKS, leave
from tests.servers.desk import Desk, own_database, until

pytestmark = [*MARKS, pytest.mark.server, pytest.mark.slow]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A running installation with an administrator."""
    with own_database() as url:
        one = Desk(tmp_path, url)
        try:
            one.start()
            created = one.command(
                "user", "create", "--administrator", "--first-name", "Ada", "--last-name", "Root", "ada"
            )
            assert created.returncode == 0, created.stderr
            yield one
        finally:
            one.clean_up()


@pytest.fixture
def page(browser: Browser, desk: Desk) -> Iterator[Page]:
    """The administrator's page, logged in."""
    password = desk.command("user", "reset-password", "--realm", "agent", "ada", "--print-password").stdout.strip()
    context = browser.new_context(base_url=f"http://localhost:{desk.port}", locale="en")
    page = context.new_page()
    page.goto("/login/")
    page.fill("[name=login]", "ada")
    page.fill("[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    yield page
    leave(context)


def test_a_page_listens_and_comes_back_after_the_live_server_was_killed(desk: Desk, page: Page) -> None:
    page.goto("/tickets/")
    listening = page.locator("html[data-live-state=open]")
    expect(listening).to_have_count(1, timeout=20_000)
    policy = page.request.get("/tickets/").headers["content-security-policy"]
    assert "connect-src 'self' http://localhost:" in policy
    [main, *_served] = desk.pids("live")
    assert desk.kill("live")
    expect(page.locator("html[data-live-state=lost]")).to_have_count(1, timeout=20_000)
    assert desk.get("/login/").status == 200
    until("another live server", lambda: desk.pids("live") and main not in desk.pids("live"), 30)
    expect(listening).to_have_count(1, timeout=40_000)
    page.reload()
    expect(listening).to_have_count(1, timeout=20_000)
    assert desk.stop() == 0
    assert desk.processes() == {}
