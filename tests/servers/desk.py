"""A whole desk, started with `klardesk up` as its owner would, on a directory and a database of its own."""

from __future__ import annotations

import http.client
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from tests.servers.ports import free_ports

PATIENCE = 60.0
ROOT = Path(__file__).resolve().parent.parent.parent


def until(what: str, true: Any, patience: float = PATIENCE, every: float = 0.05) -> Any:
    """Wait until `true()`, asked `every` so many seconds, gives something true, and return it."""
    end = time.monotonic() + patience
    while not (found := true()):
        assert time.monotonic() < end, f"waited in vain for: {what}"
        time.sleep(every)
    return found


class Desk:
    """One installation; `start` and `stop` it as often as needed."""

    def __init__(self, folder: Path, database_url: str = "", **environment: str) -> None:
        self.folder = folder
        [self.port] = free_ports(1)
        self.data = folder / "data"
        self.output = folder / "output"
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("KLARDESK_", "DJANGO_", "CI"))
        }
        self.environment = kept | {
            "KLARDESK_DATA": str(self.data),
            "KLARDESK_DATABASE_URL": database_url,
            "KLARDESK_WEB_PROCESSES": "1",
            "KLARDESK_LOG_FORMAT": "json",
            "PYTHONPATH": str(ROOT / "src"),
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *words: str, ready: bool = True) -> Desk:
        """Run `klardesk up`; wait until it says that the desk is ready."""
        if self.output.exists():
            self.output.rename(self.folder / f"output before {time.time_ns()}")
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "klardesk", "up", "--port", str(self.port), *words],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if ready:
            until("the desk is ready", self._is_ready)
        return self

    def _is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"klardesk up ended: {self.said()}"
        return "The desk is ready" in self.said()

    def said(self) -> str:
        """Everything it printed and logged since its start."""
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    def link(self) -> str:
        """The path of the first administrator's one-time page."""
        found = re.search(r"http://localhost:\d+(/password/\S+)", self.said())
        assert found, f"no link in: {self.said()}"
        return found[1]

    def command(self, *words: str, text: str = "", patience: float = PATIENCE) -> subprocess.CompletedProcess[str]:
        """Run one `klardesk` command on this installation."""
        return subprocess.run(
            [sys.executable, "-P", "-m", "klardesk", *words],
            cwd=self.folder,
            env=self.environment,
            input=text,
            capture_output=True,
            text=True,
            timeout=patience,
            check=False,
        )

    def python(self, code: str, *words: str, patience: float = PATIENCE) -> str:
        """Run Python code inside this installation; what it prints. `words` are its arguments."""
        head = "import sys, django\ndjango.setup()\n"
        environment = self.environment | {"DJANGO_SETTINGS_MODULE": "klardesk.settings"}
        done = subprocess.run(
            [sys.executable, "-c", head + code, *words],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=patience,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the installation's database, behind the desk's back."""
        url = self.environment["KLARDESK_DATABASE_URL"]
        if url:
            with psycopg.connect(url) as server:
                done = server.execute(sql)
                return done.fetchall() if done.description else []
        file = sqlite3.connect(self.data / "klardesk.sqlite3", timeout=10)
        try:
            with file:
                return file.execute(sql).fetchall()
        finally:
            file.close()

    def get(self, path: str, **headers: str) -> http.client.HTTPResponse:
        """Ask the running desk for a page; the body is read, in `.text`. Raises OSError if it cannot be reached."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            asked.request("GET", path, headers={"Host": f"localhost:{self.port}", **headers})
            answer = asked.getresponse()
            answer.text = answer.read().decode(errors="replace")  # type: ignore[attr-defined]
            return answer
        finally:
            asked.close()

    def status(self, path: str) -> int:
        """The status of a page, 0 while it cannot be reached."""
        try:
            return self.get(path).status
        except (OSError, http.client.HTTPException):
            return 0

    def processes(self) -> dict[int, str]:
        """The running processes of this installation: PID and command line."""
        mark, found = f"KLARDESK_DATA={self.data}\0".encode(), {}
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                if (
                    mark in (folder / "environ").read_bytes()
                    and (folder / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
                ):
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
        return found

    def pids(self, word: str) -> list[int]:
        """The PIDs of the processes that were started as `klardesk <word>`, the oldest first."""
        return sorted(pid for pid, line in self.processes().items() if f"klardesk {word} " in f"{line} ")

    def signal(self, number: int) -> None:
        """Send a signal to `klardesk up` alone."""
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self, word: str, *, last: bool = False) -> bool:
        """SIGKILL the first process started as `klardesk <word>`, or the last; False if there was none to kill."""
        found = self.pids(word)
        if not found:
            return False
        try:
            os.kill(found[-1 if last else 0], signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def kill_up(self) -> None:
        """SIGKILL the parent of all, wait for its children's end, and start it again as its owner would."""
        assert self.process is not None
        self.signal(signal.SIGKILL)
        self.process.wait(10)
        until("the orphans end", lambda: not any(self.pids(word) for word in ("web", "worker", "fetcher", "live")), 40)
        self.start(ready=False)

    def stop(self, patience: float = 15) -> int:
        """Press Ctrl-C and wait for the end; the exit code."""
        assert self.process is not None
        self.signal(signal.SIGINT)
        return self.process.wait(patience)

    def clean_up(self) -> None:
        """Leave no process behind, however the test went."""
        for _round in range(5):
            for pid in self.processes():
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
        if self.process is not None:
            self.process.wait(5)


@contextmanager
def own_database() -> Iterator[str]:
    """The address of an empty database on the engine of this test run: none for SQLite, a new one on PostgreSQL."""
    values = settings.DATABASES["default"]
    if "sqlite" in values["ENGINE"]:
        yield ""
        return
    server = {"host": values["HOST"], "port": values["PORT"], "user": values["USER"], "password": values["PASSWORD"]}
    name = f"desk_{os.getpid()}_{time.monotonic_ns()}"
    with psycopg.connect(**server, dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"postgresql://{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
