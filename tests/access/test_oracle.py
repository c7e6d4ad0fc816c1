"""The recorded decisions of ../shared/oracles/permission, every one equal."""

from __future__ import annotations

import pytest

from tests.oracles import permission
from tests.oracles.registry import folder


@pytest.mark.django_db
@pytest.mark.oracles
@pytest.mark.slow
def test_every_recorded_decision_is_equal() -> None:
    if not (folder() / "permission").is_dir():
        pytest.skip("../shared/oracles is absent")
    result = permission.run(folder())
    assert result.passed
    assert result.failures == []
