"""What a running member of the OTRS family made of placeholders must be made of them here, but for the named differences."""

from __future__ import annotations

import pytest

from tests.oracles import placeholders
from tests.oracles.registry import folder


@pytest.mark.oracles
@pytest.mark.django_db
def test_placeholders_agree_with_the_reference() -> None:
    if not (folder() / "automation" / "placeholders").is_dir():
        pytest.skip("../shared/oracles is absent")
    result = placeholders.run(folder())
    assert result.passed
    assert result.failures == []
