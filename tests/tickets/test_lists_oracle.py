"""What the OTRS family's search finds in a real installation by attributes and rights, the desk's lists have too, in order."""

from __future__ import annotations

import pytest

from tests.oracles.lists import run
from tests.oracles.registry import folder
from tests.oracles.search import SAMPLE

pytestmark = [pytest.mark.oracles, pytest.mark.django_db]


def test_every_question_has_the_same_list() -> None:
    if not (folder() / "automation").is_dir() or not (folder().parent / "otrs" / "samples" / SAMPLE).exists():
        pytest.skip("../shared is absent")
    result = run(folder())
    assert result.failures == []
    assert result.passed > result.opinion
