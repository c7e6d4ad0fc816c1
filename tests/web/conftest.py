"""Clients who look at pages: nobody in particular, and an agent."""

from __future__ import annotations

import pytest
from django.test import Client

from klardesk.people.models import Person
from klardesk.web import slots
from tests.world import World

BACKEND = "klardesk.people.backend.RealmBackend"


@pytest.fixture
def visitor(settings: object) -> Client:
    """A browser nobody has logged in with; errors are answered, not raised."""
    return Client(raise_request_exception=False)


@pytest.fixture
def anna(world: World) -> Person:
    """An agent."""
    return world.anna


@pytest.fixture
def agent(anna: Person) -> Client:
    """Anna's browser."""
    client = Client(raise_request_exception=False)
    client.force_login(anna, backend=BACKEND)
    return client


@pytest.fixture(autouse=True)
def _empty_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shell by itself: what domains put into its slots is their tests' concern."""
    for name in ("_navigation", "_user_menu", "_counters", "_appearance"):
        monkeypatch.setattr(slots, name, [])
    for name in ("_search", "_page_ends"):
        monkeypatch.setattr(slots, name, {})
