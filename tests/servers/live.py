"""A real `klardesk live` on this test run's own database, and what a page hears from it."""

from __future__ import annotations

import email
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from threading import Thread
from typing import Any, Self

from django.conf import settings
from django.db import connection
from django.test import Client

from klardesk.people.models import Person
from tests.servers.desk import ROOT, until
from tests.servers.ports import free_ports

QUIET = 2.5
"""Seconds after which what was not said will not be said: a look is made every half second."""


def database_url() -> str:
    """The address of the test database."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{values['NAME']}"
    place = f"{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}"
    return f"postgresql://{place}/{values['NAME']}"


class LiveServer:
    """The process; `start` and `kill` it as often as needed."""

    def __init__(self, desk_url: str) -> None:
        [self.port] = free_ports(1)
        self.address = f"http://127.0.0.1:{self.port}/live/"
        self.desk_url = desk_url
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> LiveServer:
        """Run it and wait until it answers."""
        environment = os.environ | {
            "KLARDESK_DATABASE_URL": database_url(),
            "KLARDESK_URL": self.desk_url,
            "PYTHONPATH": str(ROOT / "src"),
        }
        command = [sys.executable, "-P", "-m", "klardesk", "live", "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
        until("the live server answers", lambda: self.streams() >= 0)
        return self

    def streams(self) -> int:
        """How many streams it holds; -1 while it does not answer."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asked.request("GET", "/live/health")
            return int(asked.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError):
            return -1
        finally:
            asked.close()

    def stop(self) -> None:
        """Have it end as its owner would; at once if it does not."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
                raise


@contextmanager
def live_server(desk_url: str = "http://testserver") -> Iterator[LiveServer]:
    """A running live server."""
    server = LiveServer(desk_url)
    try:
        yield server.start()
    finally:
        server.stop()


def session_of(person: Person) -> str:
    """The session of somebody who just logged in."""
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


class Ear:
    """Listens to a stream as a browser would, in a thread of its own."""

    def __init__(self, server: LiveServer, session: str, **headers: str) -> None:
        self.raw = ""
        self.over = False
        self._socket = socket.create_connection(("127.0.0.1", server.port), 10)
        asked = {"Host": "localhost", "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}", **headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in asked.items())
        self._socket.sendall(f"GET /live/ HTTP/1.1\r\n{lines}\r\n".encode())
        self._file = self._socket.makefile("rb")
        self.status = int(self._file.readline().split()[1])
        self.headers = email.message_from_bytes(b"".join(iter(self._file.readline, b"\r\n")))
        self._thread = Thread(target=self._listen, daemon=True)
        if self.status != HTTPStatus.OK:
            self.close()
            return
        self._socket.settimeout(60)
        self._thread.start()
        until("the stream says hello", lambda: "event: hello" in self.raw)

    def _listen(self) -> None:
        try:
            while line := self._file.readline():
                if line == b"0\r\n":  # the last chunk
                    break
                self.raw += line.decode()
        except (OSError, ValueError):
            pass
        self.over = True

    def messages(self) -> list[dict[str, Any]]:
        """What it was told so far, but for the greeting."""
        lines = [line for line in self.raw.splitlines() if line.startswith("data: ")]
        return [json.loads(line[6:]) for line in lines[1:]]

    def last_id(self) -> str:
        """The number of the last event."""
        return [line[4:] for line in self.raw.splitlines() if line.startswith("id: ")][-1]

    def hears(self, **said: Any) -> dict[str, Any]:
        """Wait for a message that says this at least."""

        def found() -> dict[str, Any] | None:
            return next((one for one in self.messages() if said.items() <= one.items()), None)

        return until(f"a message with {said}, so far {self.messages()}", found, 10)

    def stays_silent(self) -> bool:
        """Whether nothing is said for a while."""
        before = self.messages()
        time.sleep(QUIET)
        return self.messages() == before

    def close(self) -> None:
        """Go away, as a browser that is closed."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        if self._thread.is_alive():
            self._thread.join(5)
        self._file.close()
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()
