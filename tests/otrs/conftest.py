"""The data file of the small release, learned once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.otrs import homes


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What knows the small release and the one before it."""
    return homes.learned(tmp_path_factory.mktemp("learned"))
