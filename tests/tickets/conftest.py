"""Browsers of the named people, for tests of pages."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.world import World


@pytest.fixture
def anna(world: World) -> Client:
    """Anna's browser: rw on Support and Sales."""
    client = Client()
    client.force_login(world.anna)
    return client


@pytest.fixture
def ben(world: World) -> Client:
    """Ben's browser: ro on Support."""
    client = Client()
    client.force_login(world.ben)
    return client


@pytest.fixture
def root(world: World) -> Client:
    """Root's browser: an administrator without rights on any queue."""
    client = Client()
    client.force_login(world.root)
    return client
