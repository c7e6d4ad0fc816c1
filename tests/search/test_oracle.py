"""What the search of the OTRS family finds in a real installation's tickets, the desk finds there too."""

from __future__ import annotations

import pytest

from tests.oracles.registry import folder
from tests.oracles.search import SAMPLE, run

pytestmark = [pytest.mark.oracles, pytest.mark.django_db]


def test_every_question_finds_the_same() -> None:
    if not (folder() / "automation").is_dir() or not (folder().parent / "otrs" / "samples" / SAMPLE).exists():
        pytest.skip("../shared is absent")
    result = run(folder())
    assert result.failures == []
    assert result.passed
