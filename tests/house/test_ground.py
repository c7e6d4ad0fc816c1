"""The ground that tests stand on holds: no way out of the machine, no skipping in CI, one engine's tests on that engine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from klardesk.base import clock as desk_clock
from tests.conftest import Clock
from tests.house.sources import ROOT
from tests.network import NetworkRefused

SKIPPING = """
import pytest

@pytest.mark.server
def test_needs_a_server():
    pytest.skip("dovecot is not installed")

@pytest.mark.server
@pytest.mark.oracles
def test_needs_what_stands_beside_the_project():
    pytest.skip("../shared is absent")

@pytest.mark.postgres
def test_of_postgres():
    pass

@pytest.mark.sqlite
def test_of_sqlite():
    pass
"""


def _listener() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener


def test_a_test_opens_no_connection() -> None:
    with _listener() as listener, pytest.raises(NetworkRefused, match="Mark it"):
        socket.create_connection(listener.getsockname())


@pytest.mark.server
def test_a_test_of_a_server_reaches_this_machine_and_no_other() -> None:
    with _listener() as listener:
        socket.create_connection(listener.getsockname()).close()
    with pytest.raises(NetworkRefused, match="Start a server on"):
        socket.create_connection(("192.0.2.1", 25))


def test_the_clock_stands_still_until_it_is_moved(clock: Clock) -> None:
    assert desk_clock.now() == desk_clock.now() == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    clock.move(hours=1, minutes=30)
    assert desk_clock.now() == datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


def _run(tmp_path: Path, **environment: str) -> str:
    (tmp_path / "test_it.py").write_text(SKIPPING, "utf-8")
    outside = {key: value for key, value in os.environ.items() if key not in ("CI", "KLARDESK_DATABASE_URL")}
    command = [sys.executable, "-m", "pytest", "-q", "-c", "pyproject.toml", "-p", "tests.conftest", str(tmp_path)]
    result = subprocess.run(
        command, cwd=ROOT, env={**outside, **environment}, capture_output=True, text=True, check=False
    )
    return result.stdout + result.stderr


def test_a_missing_server_skips_its_tests_by_name(tmp_path: Path) -> None:
    told = _run(tmp_path)
    assert "1 passed, 2 skipped, 1 deselected" in told
    assert "dovecot is not installed" in told


def test_in_ci_a_skipped_test_of_a_server_fails(tmp_path: Path) -> None:
    told = _run(tmp_path, CI="true")
    assert "1 failed, 1 passed, 1 skipped, 1 deselected" in told
    assert "skipped in CI, where it must run" in told
