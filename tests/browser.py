"""The distribution's Chromium against the desk in this process; the fixtures are known to every test (conftest.py)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

if TYPE_CHECKING:
    from tests.world import World

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
MARKS = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian package chromium)"),
]


class Quiet(WSGIRequestHandler):
    """Its lines would stand between the tests' own."""

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a module."""
    # Playwright's loop runs in this thread, in which the test speaks to the database as well.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def served() -> Iterator[str]:
    """The address of a server of this process's desk."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(WSGIHandler())
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


PLAIN = 'localStorage.getItem("klardesk_editor") || localStorage.setItem("klardesk_editor", "plain")'


def opened(browser: Browser, served: str, world: World, *, rich: bool = False, **options: Any) -> Page:
    """A page of Anna's browser that fails the test on any complaint of the console. She prefers plain text, unless `rich`."""
    client = Client()
    client.force_login(world.anna)
    context = browser.new_context(base_url=served, viewport={"width": 1280, "height": 800}, locale="en", **options)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": served}])
    if not rich:
        context.add_init_script(PLAIN)
    page = context.new_page()
    page.complaints = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
    page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)  # type: ignore[attr-defined]
    return page


@pytest.fixture
def page(browser: Browser, served: str, world: World) -> Iterator[Page]:
    """A page of Anna's browser; refused forms are no complaint."""
    page = opened(browser, served, world)
    yield page
    complaints = list(page.complaints)  # type: ignore[attr-defined]
    leave(page.context)
    assert [line for line in complaints if "409" not in line and "422" not in line] == []


def leave(context: BrowserContext) -> None:
    """Close a browser's context. Chromium may confirm the end of a page that is just going to another one, and never end it; so
    each goes to an empty one first, whatever it asks. What it would send as it is left reaches nobody: the
    server ends with the test.
    """
    with suppress(PlaywrightError):  # a page that has crashed takes no order
        context.set_offline(True)
    for page in context.pages:
        page.on("dialog", lambda dialog: dialog.accept())
        with suppress(PlaywrightError):
            page.goto("about:blank", timeout=10_000)
    context.close()
