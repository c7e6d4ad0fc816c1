"""`klardesk up` from its first check to its clean end."""

from __future__ import annotations

import http.client
import json
import os
import sys
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from klardesk import __version__
from klardesk.access.actor import Actor
from klardesk.admin.demo import NotEmpty, fill
from klardesk.admin.up.checks import check_port, is_loopback, live_port
from klardesk.admin.up.errors import CannotStart
from klardesk.admin.up.prepare import prepare
from klardesk.admin.up.programs import klardesk, programs
from klardesk.admin.up.supervisor import Supervisor

ASK_SECONDS = 0.3
PATIENCE_SECONDS = 30.0


def take_own_address(host: str, port: int) -> None:
    """Where nobody set KLARDESK_URL, let it be the address served here: start this process again with it set."""
    if os.environ.get("KLARDESK_URL", "").strip():
        return
    name = "localhost" if is_loopback(host) or host in {"0.0.0.0", "::"} else host  # noqa: S104  (compared, not bound)
    os.environ["KLARDESK_URL"] = f"http://{name}:{port}"
    os.execv(sys.executable, klardesk(*sys.argv[1:]))  # noqa: S606


def up(host: str, port: int, *, demo: bool = False) -> None:
    """Prepare, serve until stopped. Raises CannotStart."""
    if demo and not is_loopback(host):
        raise CannotStart(f"--demo listens on this machine only, since its world is made up: leave out --host {host}.")
    check_port(host, port)
    live = live_port(host, port)
    os.environ["KLARDESK_LIVE_PORT"] = str(live)  # the web processes tell it to their pages
    say(f"Klardesk {__version__}. Data: {settings.KLARDESK_DATA}. Database: {database_name()}.")
    prepared = prepare()
    if prepared.migrations:
        say(f"The database was brought up to date ({prepared.migrations} steps).")
    if demo:
        _tell_demo()
    if not is_loopback(host) and is_loopback(urlsplit(settings.KLARDESK_URL).hostname or ""):
        say("Only this machine may use the desk so far: set KLARDESK_URL to the address that people will type.")
    Supervisor(programs(host, port, live)).run(Announcement(host, port, prepared.administrator_link).look)
    say("Stopped.")


def _tell_demo() -> None:
    """Fill the demo's world if it is not there, and say how to log in. Raises CannotStart on a desk with real work in it."""
    say("Filling the demo's world; this takes half a minute the first time.")
    try:
        logins = fill(Actor.system("demo"))
    except NotEmpty as error:
        raise CannotStart(
            "--demo fills an empty desk, and this one has people or tickets of its own. Nothing was changed. "
            "Leave out --demo, or set KLARDESK_DATA to another directory and KLARDESK_DATABASE_URL to an empty database."
        ) from error
    finally:
        connection.close()
    for login in logins:
        page = f"{settings.KLARDESK_URL.rstrip('/')}/customer/login/"
        who, where = ("agent", "") if login.realm == "agent" else ("customer", f" at {page}")
        say(f"Demo {who}: log in{where} as {login.login} with the password {login.password}")


def database_name() -> str:
    """Engine and name of the database, without secrets."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"SQLite, {values['NAME']}"
    place = values["HOST"] or "local socket"
    return f"PostgreSQL, {values['NAME']} on {place}" + (f":{values['PORT']}" if values["PORT"] else "")


class Announcement:
    """Says once that the desk is ready, and once, if that takes long, what it waits for."""

    def __init__(self, host: str, port: int, link: str | None) -> None:
        self._place = ("127.0.0.1" if host == "0.0.0.0" else "::1" if host == "::" else host, port)  # noqa: S104
        self._link = link
        self._ready = self._complained = False
        self._began, self._next = monotonic(), 0.0

    def look(self) -> None:
        """Ask the desk, until it is ready."""
        if self._ready or monotonic() < self._next:
            return
        reasons = self._ask()
        self._next = monotonic() + ASK_SECONDS
        if reasons is not None and not reasons:
            self._ready = True
            say(f"The desk is ready: {settings.KLARDESK_URL}/")
            if self._link:
                say(f"First administrator: set the password on this page, once, within 24 hours: {self._link}")
            say("Stop it with Ctrl-C.")
        elif not self._complained and monotonic() - self._began > PATIENCE_SECONDS:
            self._complained = True
            say("The desk is not ready yet: " + "; ".join(reasons or ["no answer yet"]))

    def _ask(self) -> list[str] | None:
        """The reasons why it is not ready; none if it is; None if there is no answer."""
        asked = http.client.HTTPConnection(*self._place, timeout=5)
        try:
            asked.request("GET", "/health/ready")
            return [str(reason) for reason in json.load(asked.getresponse())["reasons"]]
        except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
            return None
        finally:
            asked.close()


def say(line: str) -> None:
    """One line to whoever started the desk."""
    print(line, flush=True)
