"""Passkeys in a real browser, with Chromium's virtual authenticator: set up, log in without a password, as the second factor."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from playwright.sync_api import Browser, Page, expect, sync_playwright

from klardesk.access.actor import Actor
from klardesk.people import actions
from klardesk.people.models import Passkey
from tests.browser import leave
from tests.world import World

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian package chromium)"),
]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
PASSWORD = "anna-has-a-long-password"


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright's loop runs in this thread, in which the test speaks to the database as well.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def address(settings: Any) -> Iterator[str]:
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(WSGIHandler())
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.KLARDESK_URL = f"http://localhost:{server.server_port}"
    yield settings.KLARDESK_URL
    server.shutdown()
    server.server_close()
    thread.join()


class Device:
    """A browser on a device with a passkey store that looks at its owner, or (without `looks`) with a plain security key."""

    def __init__(self, browser: Browser, address: str, *, looks: bool = True) -> None:
        self.page: Page = browser.new_context(base_url=address, locale="en").new_page()
        self.page.set_default_timeout(15_000)
        self._store = self.page.context.new_cdp_session(self.page)
        self._store.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal" if looks else "usb", "hasResidentKey": looks,
            "hasUserVerification": looks, "isUserVerified": looks, "automaticPresenceSimulation": True,
        }  # fmt: skip
        self._store.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def log_in(self, login: str = "anna", password: str = PASSWORD) -> None:
        self.page.goto("/login/")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", password)
        self.page.get_by_role("button", name="Log in", exact=True).click()

    def log_out(self) -> None:
        self.page.context.clear_cookies()

    def add_passkey(self, name: str) -> None:
        self.page.goto("/account/factors/")
        self.page.fill("[name=password]", PASSWORD)
        self.page.get_by_role("button", name="Go on", exact=True).click()
        self.page.fill("[name=name]", name)
        self.page.get_by_role("button", name="Add a passkey").click()

    def is_logged_in(self) -> bool:
        self.page.goto("/account/")
        return self.page.url.endswith("/account/")


@pytest.fixture
def device(browser: Browser, address: str, world: World) -> Iterator[Device]:
    device = Device(browser, address)
    complaints: list[str] = []
    device.page.on("pageerror", lambda error: complaints.append(str(error)))
    yield device
    leave(device.page.context)
    assert complaints == []


def test_a_passkey_from_its_making_to_its_end(device: Device, world: World) -> None:
    page = device.page
    device.log_in()
    device.add_passkey("Annas Telefon")
    expect(page.get_by_role("main")).to_contain_text("not shown again")
    assert page.locator(".recovery-codes li").count() == 10
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("main")).to_contain_text("Annas Telefon")

    device.log_out()  # without a password
    page.goto("/login/?next=/tickets/")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(lambda url: "/login/" not in url)
    assert page.url.endswith("/tickets/")
    key = Passkey.objects.get(person=world.anna)
    assert key.sign_count > 0
    assert key.used_at is not None

    device.log_out()  # as the second factor
    device.log_in()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "/login/" not in url)
    assert device.is_logged_in()
    assert Passkey.objects.get(person=world.anna).sign_count > key.sign_count

    page.goto("/account/factors/")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Go on", exact=True).click()
    page.locator("#passkeys").get_by_role("button", name="Take away").click()
    page.get_by_role("dialog").get_by_role("button", name="Take away").click()
    expect(page.get_by_role("main")).to_contain_text("no longer counts")
    assert not Passkey.objects.exists()


def test_a_key_that_does_not_look_at_its_owner_is_no_password(browser: Browser, address: str, world: World) -> None:
    device = Device(browser, address, looks=False)
    device.log_in()
    device.add_passkey("key")
    expect(device.page.get_by_role("main")).to_contain_text("not shown again")
    device.log_out()
    device.page.goto("/login/")
    device.page.get_by_role("button", name="Log in with a passkey").click()
    expect(device.page.locator("form[data-passkey] [role=alert]")).to_contain_text("did not work")
    assert not device.is_logged_in()
    device.log_in()
    device.page.get_by_role("button", name="Use a passkey").click()
    device.page.wait_for_url(lambda url: "/login/" not in url)
    assert device.is_logged_in()
    leave(device.page.context)


def test_a_copied_key_is_refused(device: Device, world: World) -> None:
    device.log_in()
    device.add_passkey("key")
    expect(device.page.get_by_role("main")).to_contain_text("not shown again")
    Passkey.objects.update(sign_count=1000)
    device.log_out()
    device.page.goto("/login/")
    device.page.get_by_role("button", name="Log in with a passkey").click()
    expect(device.page.get_by_role("main")).to_contain_text("was not accepted")
    assert not device.is_logged_in()


@pytest.mark.parametrize("change", ["invalid", "realm"])
def test_a_passkey_opens_nothing_for_whom_it_should_not(device: Device, world: World, change: str) -> None:
    device.log_in()
    device.add_passkey("key")
    expect(device.page.get_by_role("main")).to_contain_text("not shown again")
    device.log_out()
    if change == "invalid":
        actions.invalidate_person(world.anna, by=Actor.system("test"))
    device.page.goto("/customer/login/" if change == "realm" else "/login/")
    device.page.get_by_role("button", name="Log in with a passkey").click()
    expect(device.page.get_by_role("main")).to_contain_text("was not accepted")
    assert not device.is_logged_in()
