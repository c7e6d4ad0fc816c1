"""What every test stands on: a data directory and a database of its own, no way out of the machine, no skipping in CI."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

DATA = Path(tempfile.mkdtemp(prefix="klardesk-test-"))
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
os.environ["KLARDESK_DATA"] = str(DATA)
os.environ["KLARDESK_SECRET_KEY"] = "a key for tests, known to everybody"
os.environ["KLARDESK_URL"] = "http://testserver"
os.environ["KLARDESK_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["KLARDESK_LANGUAGE"] = "en"
os.environ["KLARDESK_TIME_ZONE"] = "Europe/Berlin"
os.environ["DJANGO_SETTINGS_MODULE"] = "klardesk.settings"

import django  # noqa: E402  (the environment comes first)
from django.conf import settings  # noqa: E402

from tests import network  # noqa: E402
from tests.browser import browser, page, served  # noqa: E402, F401 - fixtures of every test

SQLITE = "sqlite" in settings.DATABASES["default"]["ENGINE"]


def _prepare_database() -> None:
    """Each process has a database of its own, so that runs at the same time never meet; SQLite's is a file, for threads."""
    database = settings.DATABASES["default"]
    name = str(DATA / "test.sqlite3") if SQLITE else f"test_klardesk_{os.getpid()}"
    database["TEST"] = {"NAME": name}
    if SQLITE:  # durability is not what these tests are about, and every commit would wait for the disk
        pragmas = database["OPTIONS"]["init_command"]
        database["OPTIONS"]["init_command"] = pragmas.replace("synchronous=FULL", "synchronous=OFF")


PRODUCTION_HASHERS = list(settings.PASSWORD_HASHERS)
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PRODUCTION_HASHERS]
_prepare_database()
django.setup()
network.guard()

hypothesis_settings.register_profile(
    "steady", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile("explore", deadline=None, max_examples=1000, print_blob=True)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

pytest_plugins = ["tests.world"]
IN_CI = bool(os.environ.get("CI"))
WALKS = ("e2e", "live")
"""Folders whose tests in the browser run on both engines always."""
NEVER_SKIPPED_IN_CI = ("server", "browser", "postgres", "sqlite")
FAILED = pytest.StashKey[bool]()


def pytest_report_header() -> str:
    """Say which engine this run is about."""
    return f"database: {'SQLite' if SQLITE else 'PostgreSQL'}"


def pytest_addoption(parser: pytest.Parser) -> None:
    """For a run beside one on the other engine (tools/test)."""
    parser.addoption(
        "--half", choices=("0", "1"), help="one half of what knows no engine: the browser's tests, and those without a database"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that have a meaning on the other engine only, and what another run does."""
    other, half = "postgres" if SQLITE else "sqlite", config.getoption("--half")
    left_out = [item for item in items if item.get_closest_marker(other) or _is_of_other_half(item, half)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        kept = set(items) - set(left_out)
        items[:] = [item for item in items if item in kept]


def _is_of_other_half(item: pytest.Item, half: str | None) -> bool:
    """Whether a test that knows no engine is for the other one: by its name, so that it is always the same."""
    if half is None or not _knows_no_engine(item) or item.path.parent.name in WALKS:
        return False
    return crc32(item.nodeid.encode()) % 2 != int(half)


def _knows_no_engine(item: pytest.Item) -> bool:
    """A test in the browser, and one with neither a database nor a process of its own that may have one."""
    if any(item.get_closest_marker(name) for name in ("sqlite", "postgres")):
        return False
    has_process = any(item.get_closest_marker(name) for name in ("server", "slow"))
    return item.get_closest_marker("browser") is not None or not (has_process or _uses_database(item))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Open loopback to tests that say they need it, before their fixtures start servers."""
    network.allow_loopback(any(item.get_closest_marker(name) for name in ("server", "browser")))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[Any]:
    """In CI a skipped server test is a failure: what it would have shown is then shown by nobody."""
    report = yield
    if report.skipped and IN_CI and not hasattr(report, "wasxfail") and _must_run(item, str(report.longrepr)):
        report.outcome, report.longrepr = "failed", f"skipped in CI, where it must run: {report.longrepr}"
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[Any]:
    """The same for a whole module that skips itself."""
    report = yield
    if report.skipped and IN_CI and "shared" not in str(report.longrepr):
        report.outcome, report.longrepr = "failed", f"skipped in CI, where it must run: {report.longrepr}"
    return report


def _must_run(item: pytest.Item, reason: str) -> bool:
    if item.get_closest_marker("oracles") or "shared" in reason:
        return False
    return any(item.get_closest_marker(name) for name in NEVER_SKIPPED_IN_CI)


@pytest.fixture
def production_hashers(settings: Any) -> None:
    """Argon2 as in production, for tests that are about passwords; the others use a fast and worthless hash."""
    settings.PASSWORD_HASHERS = PRODUCTION_HASHERS


class Clock:
    """The desk's time, standing still until it is moved."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.set(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))

    def set(self, moment: datetime) -> None:
        """From now on it is `moment` (aware)."""
        from klardesk.base import clock

        self._stack.enter_context(clock.at(moment))

    def move(self, **by: float) -> None:
        """Move forward by so many `hours`, `days`, `minutes`, … (as in timedelta)."""
        self.set(self.now() + timedelta(**by))

    def now(self) -> datetime:
        """The present moment, in UTC."""
        from klardesk.base import clock

        return clock.now()


@pytest.fixture
def clock() -> Iterator[Clock]:
    """A Monday, 2 March 2026, 10:00 in Berlin; `clock.move(hours=2)`, `clock.set(moment)`. For this thread alone."""
    with ExitStack() as stack:
        yield Clock(stack)


@pytest.fixture(autouse=True)
def _history_tells_the_tickets(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test that used the database: each ticket is exactly what its history rebuilds (design, rule 3)."""
    if not _uses_database(request.node):
        yield
        return
    request.getfixturevalue("_django_db_helper")  # so that this check runs before the rows are rolled back
    yield
    from django.db import connection

    if request.node.get_closest_marker("tampers") or request.node.stash.get(FAILED, False) or connection.needs_rollback:
        return
    from klardesk.tickets.integrity import differences

    assert list(differences()) == []


def _uses_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}
    return bool(item.get_closest_marker("django_db")) or not fixtures.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session", autouse=True)
def _flush_passes_the_guards() -> Iterator[None]:
    """The ledger's triggers refuse what empties the tables between transactional tests; they let it through here."""
    from klardesk.ledger.testing import flush_allowed

    with flush_allowed():
        yield
