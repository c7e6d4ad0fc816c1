"""The oracles as tests: what other projects hold for a fact must hold here. Skipped by name where they are absent."""

from __future__ import annotations

import pytest

from tests.oracles.__main__ import main
from tests.oracles.registry import NAMES, folder, load

pytestmark = pytest.mark.oracles
WITHOUT_DATABASE = ("mail", "sanitise")


@pytest.mark.parametrize("name", [name for name in NAMES if name in WITHOUT_DATABASE])
def test_oracle(name):
    if not (folder() / name).is_dir():
        pytest.skip("../shared/oracles is absent")
    result = load(name).run(folder())
    assert result.passed
    assert result.failures == []


def test_absent_cases_are_told_apart_from_failures(monkeypatch, tmp_path):
    monkeypatch.setenv("KLARDESK_ORACLES", str(tmp_path / "nowhere"))
    assert main(["mail"]) == 2
