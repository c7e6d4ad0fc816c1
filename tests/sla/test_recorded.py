"""The due times recorded from another desk are Klardesk's."""

from __future__ import annotations

import pytest

from tests.oracles.escalation import run
from tests.oracles.registry import folder

pytestmark = pytest.mark.oracles


def test_every_recorded_snapshot_that_is_not_suspect_is_equal_to_the_second():
    if not (folder() / "worktime").is_dir():
        pytest.skip("../shared/oracles is absent")
    result = run(folder())
    assert result.failures == []
    assert result.passed > 400
