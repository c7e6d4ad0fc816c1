"""Every page is led to by another: by a link, a button or a form, which is what the keyboard comes to."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from tests.accessible.test_axe import NO_PAGES, NOT_REACHED
from tests.leak.addresses import addresses
from tests.leak.conftest import Secret
from tests.world import World

LEADS = re.compile(r'\s(?:href|action|formaction|hx-get|hx-post|src|data-[a-z-]+)="([^"]*)"')
MOST = 1
"""So many pages of one name are opened for their links."""
LATER = {
    "portal_terms", "ticket_due", "ticket_bulk_changes", "ticket_bulk_undo", "ticket_undo", "ticket_view", "ticket_archive",
    "ticket_guest_links",
}  # fmt: skip
"""What stands on a page only after something happened: terms were published, a service was chosen, something was changed,
a ticket was closed, links were switched on."""
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite, pytest.mark.slow]


def leads(page: str, address: str) -> Iterator[str]:
    """The paths, with their queries, that a page leads to."""
    for found in LEADS.findall(page):
        target = urldefrag(urljoin(address, unescape(found)))[0]
        if target.startswith("/") and not target.startswith("//"):
            yield target


def name_of(path: str) -> str:
    """The name of an address, "" for none of the desk's own."""
    try:
        return resolve(urlsplit(path).path).url_name or ""
    except Resolver404:
        return ""


def reached(client: Client, begin: str) -> set[str]:
    """The names that one comes to from a page, following what it leads to."""
    names: set[str] = set()
    seen, opened = {begin}, Counter[str]()
    waiting = deque([begin])
    while waiting:
        path = waiting.popleft()
        name = name_of(path)
        names.add(name)
        opened[name] += 1
        if opened[name] > MOST or name in {"static", "logout"}:
            continue
        answer = client.get(path)
        content = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
        page = content.decode(errors="replace") if "html" in answer.get("Content-Type", "") else ""
        further = [answer.headers["Location"]] if 300 <= answer.status_code < 400 else leads(page, path)
        fresh = [one for one in dict.fromkeys(further) if one not in seen]
        seen.update(fresh)
        waiting.extend(fresh)
    return names


def test_every_page_is_led_to_by_another(world: World, known: Secret) -> None:
    names: set[str] = reached(Client(), "/") | reached(Client(), "/customer/login/")
    for person in (world.anna, world.root, world.dora):
        client = Client()
        client.force_login(person)
        names |= reached(client, "/")
    # Of what axe does not look at (files, mails' secrets, what this world does not hold) much stands on no page here.
    assert {address.name for address in addresses()} - names - NO_PAGES - NOT_REACHED == LATER
