"""The register of keys, and the page that shows it."""

from __future__ import annotations

from itertools import combinations

import pytest
from django.test import Client
from django.urls import reverse

from klardesk.web.shortcuts import EVERYWHERE, GO
from klardesk.web.slots import Shortcut, behaviours, keys_of, shortcuts
from tests.world import World

TAKEN_BY_BROWSERS = {f"Mod+{key}" for key in "acfnopqrstvwxz0+-"}


def can_meet(one: Shortcut, other: Shortcut) -> bool:
    """Whether both may be on one page: what stands under one heading, or is everywhere."""
    sections = {str(one.section), str(other.section)}
    return len(sections) == 1 or str(EVERYWHERE) in sections


def test_no_two_keys_that_can_meet_are_the_same() -> None:
    same = [
        (one.name, other.name)
        for one, other in combinations(shortcuts(), 2)
        if one.keys == other.keys and can_meet(one, other)
    ]
    assert same == []


def test_no_single_key_is_the_beginning_of_another() -> None:
    begun = {one.keys.split(" ")[0] for one in shortcuts() if " " in one.keys}
    assert begun == {"g"}
    assert begun & {one.keys for one in shortcuts()} == set()
    assert all(one.keys.startswith("g ") for one in shortcuts() if str(one.section) == str(GO))


def test_no_key_is_one_of_the_browsers() -> None:
    assert {one.keys for one in shortcuts()} & TAKEN_BY_BROWSERS == set()


def test_keys_are_found_by_name() -> None:
    assert keys_of("ticket_note") == "n"
    assert keys_of("admin_queues") is None
    assert behaviours()["mask_send"] == "Mod+Enter"


@pytest.mark.django_db
def test_the_page_shows_all_keys_in_both_languages(world: World) -> None:
    client = Client()
    client.force_login(world.anna)
    english = client.get(reverse("shortcuts")).content.decode()
    german = client.get(reverse("shortcuts"), headers={"accept-language": "de"}).content.decode()
    assert all(str(one.label) in english for one in shortcuts())
    assert "Strg" not in english
    assert "<kbd>Strg</kbd>" in german
    assert "Nächste Zeile" in german


@pytest.mark.django_db
def test_keys_of_this_page_come_first(world: World) -> None:
    client = Client()
    client.force_login(world.anna)
    page = client.get(reverse("shortcuts"), {"here": ["n", "?"]}, headers={"hx-target": "dialog-body"}).content.decode()
    here, _summary, elsewhere = page.partition("<summary>")
    assert "Note" in here
    assert "Next row" not in here
    assert "Next row" in elsewhere
    assert "<html" not in page


@pytest.mark.django_db
def test_a_mac_has_other_keys(world: World) -> None:
    client = Client()
    client.force_login(world.anna)
    page = client.get(reverse("shortcuts"), headers={"user-agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"})
    assert "<kbd>⌘</kbd>" in page.content.decode()


@pytest.mark.django_db
def test_customers_have_neither(world: World) -> None:
    client = Client()
    client.force_login(world.dora)
    assert client.get(reverse("shortcuts")).status_code == 404
    assert client.get(reverse("palette")).status_code == 404
    assert b"keys.js" not in client.get(reverse("portal_start"), follow=True).content
