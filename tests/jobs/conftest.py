"""Sweeps that exist for one test only, so that a test never runs those of the domains."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from klardesk.jobs import registry

Register = Callable[..., None]


@pytest.fixture
def sweeps() -> Iterator[Register]:
    """The registry, empty for the length of a test; call it to add a sweep: sweeps("test.first", work, every=...)."""
    kept = dict(registry.SWEEPS)
    registry.SWEEPS.clear()

    def register(name, work, every):
        registry.sweep(name, every=every)(work)

    yield register
    registry.SWEEPS.clear()
    registry.SWEEPS.update(kept)
