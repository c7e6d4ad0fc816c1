"""A live server for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.live import LiveServer, live_server


@pytest.fixture
def live(world) -> Iterator[LiveServer]:
    """A real one, on the database of this test."""
    with live_server() as server:
        yield server
