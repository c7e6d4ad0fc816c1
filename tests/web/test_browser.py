"""What the shell's script and style do in a real browser, under the real policy: the page of all components."""
from __future__ import annotations

import shutil
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.handlers.wsgi import WSGIHandler
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import leave

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.web.pages"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian package chromium)"),
]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
WIDTHS = (360, 390, 768, 1024, 1440)


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def address(settings: Any) -> Iterator[str]:
    settings.DEBUG = True
    server = make_server("127.0.0.1", 0, WSGIHandler(), Server, Quiet)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light", base_url=address)
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/design", wait_until="load")
    yield page
    told = list(complaints)
    leave(context)
    assert told == []


def test_a_theme_is_chosen_and_kept(page: Page) -> None:
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    page.click("[data-set-theme=dark]")
    assert page.evaluate(ground) != light
    page.reload()
    assert page.get_attribute("html", "data-theme") == "dark"
    assert page.get_attribute("[data-set-theme=dark]", "aria-pressed") == "true"


def test_a_density_changes_the_rows(page: Page) -> None:
    height = "document.querySelector('.table tbody tr').offsetHeight"
    heights = {}
    for density in ("compact", "normal", "roomy"):
        page.click(f"[data-set-density={density}]")
        heights[density] = page.evaluate(height)
    assert heights["compact"] < heights["normal"] < heights["roomy"]
    page.reload()
    assert page.get_attribute("html", "data-density") == "roomy"


def test_a_menu_closes_with_escape_and_with_a_click_beside_it(page: Page) -> None:
    for close in (lambda: page.keyboard.press("Escape"), lambda: page.click("h1")):
        page.click(".page-actions summary")
        assert page.is_visible(".page-actions .menu-sheet")
        close()
        assert not page.is_visible(".page-actions .menu-sheet")


def test_a_dangerous_form_is_sent_only_after_a_yes(page: Page) -> None:
    sent: list[str] = []
    page.route("**/design", lambda route: (sent.append(route.request.method), route.fulfill(status=204))[1])
    page.click("form[data-confirm] button")
    assert page.inner_text("dialog[open] p") == "Delete the queue? Its tickets stay."
    assert page.evaluate("document.activeElement.textContent") == "Cancel"
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]", state="detached")
    assert sent == []
    page.click("form[data-confirm] button")
    with page.expect_request("**/design"):
        page.click("dialog[open] .button-danger")
    assert sent == ["POST"]


def test_a_dialog_opens_and_closes(page: Page) -> None:
    page.click("[data-open-dialog=sample-dialog]")
    assert page.is_visible("#sample-dialog")
    page.click("#sample-dialog [data-close-dialog]")
    assert not page.is_visible("#sample-dialog")


def test_the_frame_of_a_mail_grows_with_the_mail(page: Page) -> None:
    page.locator("iframe.mail-frame").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('iframe.mail-frame').clientHeight > 100")
    inner, outer = page.eval_on_selector(
        "iframe.mail-frame", "frame => [frame.contentDocument.documentElement.scrollHeight, frame.clientHeight]"
    )
    assert inner == outer


def test_one_box_chooses_all_rows(page: Page) -> None:
    page.check("[data-select-all]")
    assert page.locator("input[name=ticket]:checked").count() == page.locator("input[name=ticket]").count() > 1


def test_a_toast_is_text_and_can_be_dismissed(page: Page) -> None:
    page.evaluate(
        "document.body.dispatchEvent(new CustomEvent('toast', {bubbles: true, detail: {text: '<b>Saved', kind: 'good'}}))"
    )
    assert page.inner_text("#toasts p") == "<b>Saved"
    page.click("#toasts [data-dismiss]")
    assert page.locator("#toasts .alert").count() == 0


def test_htmx_neither_evaluates_nor_writes_style(page: Page) -> None:
    assert page.evaluate("[htmx.config.allowEval, htmx.config.includeIndicatorStyles]") == [False, False]
    assert page.locator("style").count() == 0


def test_the_first_tab_stop_skips_to_the_content(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_stands_out_at_the_side(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_on_a_phone_the_side_opens_by_its_button(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    assert not page.is_visible("#sidebar")
    page.click("[data-toggle-sidebar]")
    assert page.is_visible("#sidebar")
    assert page.get_attribute("[data-toggle-sidebar]", "aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert not page.is_visible("#sidebar")
