"""The recorded decisions of ../shared/oracles/postmaster: what becomes of each mail."""

from __future__ import annotations

import pytest

from tests.oracles import postmaster
from tests.oracles.registry import folder

pytestmark = [pytest.mark.django_db, pytest.mark.oracles, pytest.mark.slow]


def test_every_mail_becomes_what_was_recorded() -> None:
    if not (folder() / "postmaster").is_dir():
        pytest.skip("../shared/oracles is absent")
    result = postmaster.run(folder())
    assert result.passed
    assert result.failures == []
