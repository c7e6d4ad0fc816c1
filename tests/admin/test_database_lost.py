"""The database goes away and comes back while the desk runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.servers.desk import ROOT, Desk, until

sys.path.insert(0, str(ROOT / "tools"))
import cluster

pytestmark = [pytest.mark.server, pytest.mark.postgres, pytest.mark.slow]


class Server:
    """A PostgreSQL of its own that can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self.cluster = cluster.start(folder)
        self._data = str(folder / "data")
        self._log = str(folder / "log")

    def stop(self) -> None:
        """As a power cut would."""
        cluster._run("pg_ctl", "stop", "-s", "-w", "-m", "immediate", "-D", self._data)

    def start(self) -> None:
        """On the port it had."""
        port = urlsplit(self.cluster.url).port
        cluster._run("pg_ctl", "start", "-s", "-w", "-D", self._data, "-l", self._log, "-o", f"-p {port}")


@pytest.fixture
def server() -> Iterator[Server]:
    """Removed afterwards."""
    folder = Path("/tmp") / f"klardesk-lost-{os.getpid()}"
    one = Server(folder)
    yield one
    one.cluster.stop()


@pytest.fixture
def desk(tmp_path: Path, server: Server) -> Iterator[Desk]:
    """A running desk on that server."""
    one = Desk(tmp_path, server.cluster.url)
    yield one.start()
    one.clean_up()


def test_the_desk_says_so_and_goes_on_when_it_is_back(desk, server):
    assert desk.get(desk.link()).status == 200
    before = set(desk.processes())
    server.stop()
    page = until("an error page", lambda: (answer := desk.get(desk.link())).status == 503 and answer)
    assert "cannot reach its database" in page.text
    assert page.headers["Retry-After"]
    health = desk.get("/health/ready")
    assert health.status == 503
    assert "the database does not answer" in health.text
    assert desk.get("/health/live").status == 200
    doctor = desk.command("doctor", "--json")
    assert doctor.returncode == 2
    assert "KLARDESK_DATABASE_URL" in doctor.stdout
    server.start()
    until("the page is back", lambda: desk.status(desk.link()) == 200, 20)
    until("worker and fetcher are back", lambda: desk.get("/health/ready").status == 200, 90)
    assert set(desk.processes()) == before, "no process had to be started again"
    assert desk.command("verify").returncode == 0
    assert desk.stop() == 0
