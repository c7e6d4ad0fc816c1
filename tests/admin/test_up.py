"""`klardesk up`, with real processes: starts, stops, survives, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.desk import Desk, own_database, until

pytestmark = [pytest.mark.server, pytest.mark.slow]


@pytest.fixture
def database() -> Iterator[str]:
    """An empty database of its own."""
    with own_database() as url:
        yield url


@pytest.fixture
def desk(tmp_path: Path, database: str) -> Iterator[Desk]:
    """An installation that was never started."""
    one = Desk(tmp_path, database)
    yield one
    one.clean_up()


def counts(desk: Desk) -> list[int]:
    """How many queues, states, priorities, groups and people there are."""
    tables = ("tickets_queue", "tickets_state", "tickets_priority", "access_group", "people_person")
    return [desk.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables]


def test_an_empty_directory_becomes_a_desk_and_starts_again(desk):
    (desk.folder / "random.py").write_text("raise SystemExit('a file of the working directory was run')")
    desk.start()
    assert desk.get("/health/ready").status == 200
    assert desk.get("/login/").status == 200
    assert desk.get("/").status == 302
    assert desk.get(desk.link()).status == 200
    assert desk.command("verify").returncode == 0
    assert f"http://localhost:{desk.port}/password/" in desk.said(), "the link bears the address that is served"
    before, first_link = counts(desk), desk.link()
    assert before == [4, 9, 5, 2, 1]
    began = time.monotonic()
    assert desk.stop() == 0
    assert time.monotonic() - began < 10
    assert desk.processes() == {}
    desk.start()
    assert counts(desk) == before
    assert desk.link() != first_link
    assert desk.get(first_link).status == 410
    assert desk.stop() == 0


def test_what_is_killed_is_started_again(desk):
    desk.environment["KLARDESK_WEB_PROCESSES"] = "2"
    desk.start()
    main, *served = desk.pids("web")
    assert len(served) == 2
    for word, pid in (
        ("worker", desk.pids("worker")[0]),
        ("fetcher", desk.pids("fetcher")[0]),
        ("live", desk.pids("live")[0]),
        ("web", served[0]),
    ):
        os.kill(pid, signal.SIGKILL)
        until(f"another {word}", lambda word=word, pid=pid: pid not in desk.processes() and desk.pids(word))
    until("two pages served again", lambda: len(desk.pids("web")) == 3)
    assert desk.pids("web")[0] == main
    os.kill(main, signal.SIGKILL)
    until("another web server", lambda: main not in desk.processes() and desk.status("/health/ready") == 200)
    until("those of the killed server end", lambda: not set(desk.processes()) & set(served))
    assert desk.stop() == 0


def test_nothing_outlives_a_killed_parent(desk):
    desk.start()
    assert len(desk.processes()) >= 5
    desk.signal(signal.SIGKILL)
    desk.process.wait(5)
    until("all processes end", lambda: not desk.processes(), 30)
    desk.start()
    assert desk.stop() == 0


def test_sigterm_stops_cleanly_too(desk):
    desk.start()
    desk.signal(signal.SIGTERM)
    assert desk.process.wait(15) == 0
    assert desk.processes() == {}
    assert "Stopped." in desk.said()


def test_two_starts_at_once_make_one_desk(desk, tmp_path, database):
    other = Desk(tmp_path / "other", database, KLARDESK_DATA=str(desk.data))
    other.folder.mkdir()
    other.data = desk.data
    try:
        desk.start(ready=False)
        other.start(ready=False)
        until("both are ready", lambda: desk._is_ready() and other._is_ready())
        assert counts(desk) == [4, 9, 5, 2, 1]
        assert (desk.get("/login/").status, other.get("/login/").status) == (200, 200)
        assert desk.command("verify").returncode == 0
        assert (desk.stop(), other.stop()) == (0, 0)
    finally:
        other.clean_up()


def refused(desk: Desk, *words: str) -> str:
    """The one line that `klardesk up` says when it cannot start."""
    result = desk.command("up", "--port", str(desk.port), *words)
    assert result.returncode == 2, result.stderr
    lines = [line for line in result.stderr.splitlines() if line]
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("klardesk: ")
    return lines[0]


def test_a_busy_port_is_said(desk, tmp_path):
    desk.start()
    second = Desk(tmp_path / "second")
    second.folder.mkdir()
    second.port = desk.port
    assert re.search(rf"Port {desk.port} on 127\.0\.0\.1 is in use .* --port {desk.port + 1}", refused(second))
    assert not (second.data / "klardesk.sqlite3").exists()
    assert desk.stop() == 0


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("KLARDESK_DATABASE_URL", "mysql://root:geheim@localhost/x", "expected postgresql://"),
        ("KLARDESK_DATABASE_URL", "postgresql://nobody:geheim@127.0.0.1:1/x", "Start the database server"),
        ("KLARDESK_TIME_ZONE", "Mars/Base", "such as Europe/Berlin"),
        ("KLARDESK_LANGUAGE", "fr", "expected one of de, en"),
        ("KLARDESK_LOG_FORMAT", "xml", "expected one of auto, json, text"),
        ("KLARDESK_DEBUG", "maybe", "expected yes or no"),
        ("KLARDESK_URL", "desk.example", "expected http:// or https://"),
        ("KLARDESK_WEB_PROCESSES", "many", "expected a whole number from 0 to 64"),
        ("KLARDESK_DATA", "{folder}/a-file", "cannot be written"),
    ],
)
def test_a_wrong_setting_stops_the_start_by_its_name(tmp_path, name, value, says):
    (tmp_path / "a-file").write_text("")
    desk = Desk(tmp_path, **{name: value.format(folder=tmp_path)})
    line = refused(desk)
    assert line.startswith(f"klardesk: {name}: ")
    assert says in line
    assert "geheim" not in line


def test_a_newer_database_is_left_alone(desk):
    assert desk.command("prepare").returncode == 0
    desk.rows("INSERT INTO django_migrations (app, name, applied) VALUES ('tickets', '9999_later', CURRENT_TIMESTAMP)")
    line = refused(desk)
    assert "newer version of Klardesk" in line
    assert "tickets.9999_later" in line


def test_the_demo_stays_on_this_machine(tmp_path):
    assert "this machine only" in refused(Desk(tmp_path), "--demo", "--host", "0.0.0.0")


def test_an_address_that_is_not_ours_is_said(tmp_path):
    assert "--host" in refused(Desk(tmp_path), "--host", "192.0.2.1")


def test_a_command_on_a_desk_that_was_never_prepared_says_so(desk):
    result = desk.command("user", "list")
    assert result.returncode == 2
    assert "klardesk prepare" in result.stderr
    assert "Traceback" not in result.stderr
