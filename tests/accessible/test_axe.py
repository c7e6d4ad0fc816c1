"""Every page, asked by axe-core whether it keeps WCAG 2.2 AA, in the light and in the dark theme."""

from __future__ import annotations

from importlib.resources import files

import pytest
from django.conf import settings
from django.db.models import Model
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from klardesk.access.models import Group, Role
from klardesk.admin.actions import change_option
from klardesk.calendars.models import Calendar
from klardesk.fields.models import Field
from klardesk.mail.models import Mailbox, OutgoingServer, SystemAddress
from klardesk.people.models import AccessToken, Company, Person
from klardesk.portal.actions import give_link, publish_terms
from klardesk.sla.models import SLA, Service
from klardesk.texts.models import AutoResponse, Salutation, Signature, Template
from klardesk.tickets.models import (
    Activity,
    Priority,
    Queue,
    SavedView,
    State,
    Type,
)
from klardesk.web.context import THEME_COOKIE
from tests.browser import MARKS, leave
from tests.leak.addresses import Address, addresses
from tests.leak.conftest import Secret
from tests.world import SYSTEM, World

VERBS = {
    "account_appearance", "account_token", "account_passkey", "account_passkey_options", "account_passkeys", "account_password",
    "account_recovery_codes", "account_session", "account_sessions", "account_totp", "admin_agent_factors",
    "admin_agent_password", "admin_agent_sessions", "admin_agent_validity", "admin_customer_factors", "admin_customer_password",
    "admin_customer_sessions", "admin_customer_validity", "admin_field_validity", "admin_mail_filter_delete",
    "admin_mail_filter_order",
    "admin_mail_key_delete", "admin_mail_problem_again", "admin_mailbox_fetch", "admin_mailbox_test", "admin_outgoing_test",
    "admin_mail_connection_sign_in", "admin_mail_connection_test", "article_stop", "login_passkey", "login_passkey_options",
    "logout", "notification", "portal_participant", "portal_participants", "ticket_participant",
    "admin_view_deletion", "ticket_view_deletion", "upload", "guest_terms",
}  # fmt: skip
"""Addresses that only take forms, or ask for a password first."""
FILES = {
    "admin_fields_export",
    "admin_inspection_file", "admin_mail_key_public", "admin_mail_problem_raw", "article_attachment", "article_headers",
    "article_files", "article_raw", "article_text", "colleagues", "portal_file", "portal_logo", "portal_style",
    "portal_text", "recipients", "ticket_files", "guest_file", "guest_text", "recipients_new",
}  # fmt: skip
"""Addresses that answer with something else than a page."""
ABSENT = {
    "admin_first_run_step", "admin_inspection", "admin_mail_connection", "admin_mail_connection_return", "admin_mail_filter",
    "admin_mail_key", "admin_mail_key_replace", "admin_mail_log_connection", "admin_mail_log_in", "admin_mail_log_out",
    "admin_web_form", "article_bounce", "article_delivery", "article_log", "article_protection", "article_rewrite", "design",
    "login_factor", "password_link", "portal_register", "portal_registration", "web_form",
    "guest_open", "guest_ticket", "portal_log_in", "portal_log_in_ask", "ticket_guest_link",
}  # fmt: skip
"""Pages about what this world does not hold: received mails, keys, connections, filters, links with a secret."""
NOT_REACHED = VERBS | FILES | ABSENT
pytestmark = [*MARKS, pytest.mark.sqlite, pytest.mark.slow]
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SETTINGS: tuple[type[Model], ...] = (
    Person, Company, Group, Role, Queue, State, Priority, Type, Activity, Calendar, Service, SLA, Salutation, Signature,
    AutoResponse, Template, SystemAddress, Mailbox, OutgoingServer, SavedView, Field, AccessToken,
)  # fmt: skip
PATIENCE = 120_000
"""Milliseconds: this test shares two cores with all the others."""
NO_PAGES = {
    "ticket_presence",
    "counters",
    "ticket_tabs",
    "article_html",
    "portal_html",
    "design_mail",
    "static",
    "queue_tree",
    "customer_search",
    "search_suggestions",
    "widgets",
    "guest_html",
}
"""What a mail's sender wrote, shown in a frame in which no script runs; files; parts of a page."""
ASK = """async ([tags, rules]) => {
  const only = rules ? {type: 'rule', values: rules} : {type: 'tag', values: tags};
  const found = await axe.run(document, {runOnly: only, resultTypes: ['violations'], iframes: false});
  return found.violations.filter(one => ['serious', 'critical'].includes(one.impact)).flatMap(
    one => one.nodes.map(node => `${one.id}: ${node.target.join(' ')}: ${node.html.slice(0, 200)}`));
}"""


def keys() -> list[int]:
    """Of one row of each setting, and of Dora: no test may count on where keys begin."""
    found = [model._base_manager.order_by("pk").values_list("pk", flat=True).first() for model in SETTINGS]
    dora = Person.objects.filter(login="dora").values_list("pk", flat=True)
    return sorted({key for key in (*found, *dora) if key is not None})


class Visitor:
    """One person's client and browser."""

    def __init__(self, browser: Browser, served: str, person: Person | None) -> None:
        self.client, self.served = Client(), served
        self.context: BrowserContext = browser.new_context(
            base_url=served, viewport={"width": 1440, "height": 900}, locale="en", reduced_motion="reduce"
        )
        self.context.set_default_timeout(PATIENCE)
        self.context.set_default_navigation_timeout(PATIENCE)
        self.context.add_init_script(AXE)
        if person is not None:
            self.client.force_login(person)
            name = settings.SESSION_COOKIE_NAME
            self.context.add_cookies([{"name": name, "value": self.client.cookies[name].value, "url": served}])
        self.page: Page = self.context.new_page()

    def page_of(self, address: Address, known: Secret) -> str:
        """An address of this name that is a page for this person, "" if none was found."""
        urls = dict.fromkeys(address.url(known, key) for key in keys())
        return next((url for url in urls if self._may_read(url)), "")

    def _may_read(self, url: str) -> bool:
        answer = self.client.get(url)
        answer.close()
        return answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html")

    def complaints(self, url: str) -> list[str]:
        """What axe finds in the light, and of colours in the dark."""
        found = self._asked(url, "light", None)
        return found + self._asked(url, "dark", ["color-contrast"])

    def _asked(self, url: str, theme: str, rules: list[str] | None) -> list[str]:
        self.context.add_cookies([{"name": THEME_COOKIE, "value": theme, "url": self.served}])
        self.page.goto(url)
        found: list[str] = self.page.evaluate(ASK, [TAGS, rules])
        return [f"{url}, {theme}: {line}" for line in found]


def visitor_of(address: Address) -> str:
    """Who looks at an address."""
    if address.audience in ("customers", "customers of it"):
        return "dora"
    if address.audience == "public":
        return "nobody"
    return "root" if address.audience == "administrators" else "anna"


def test_axe_finds_nothing_serious_on_any_page(browser: Browser, served: str, world: World, known: Secret) -> None:
    visitors = {"nobody": Visitor(browser, served, None)}
    visitors |= {name: Visitor(browser, served, getattr(world, name)) for name in ("anna", "root", "dora")}
    complaints: list[str] = []
    seen: set[str] = set()
    for address in addresses():
        visitor = visitors[visitor_of(address)]
        if address.name not in NO_PAGES and (url := visitor.page_of(address, known)):
            seen.add(address.name)
            complaints += visitor.complaints(url)
    for visitor in visitors.values():
        leave(visitor.context)
    assert complaints == []
    assert {address.name for address in addresses()} - seen - NO_PAGES == NOT_REACHED


def test_axe_finds_nothing_serious_on_a_guests_pages(browser: Browser, served: str, world: World) -> None:
    change_option("portal.ticket_links", True, by=SYSTEM)
    ticket = world.ticket(customer=world.dora)
    visitor, link = Visitor(browser, served, None), f"/guest/{give_link(ticket, world.dora, by=world.actor('anna'))}/"
    complaints = visitor.complaints(link)
    visitor.page.get_by_role("button").last.click()
    visitor.page.wait_for_url("**/guest/tickets/**")
    complaints += visitor.complaints(f"/guest/tickets/{ticket.pk}/")
    publish_terms("Be kind.", "Seid nett.", by=SYSTEM)
    complaints += visitor.complaints(f"/guest/tickets/{ticket.pk}/")
    leave(visitor.context)
    assert complaints == []
