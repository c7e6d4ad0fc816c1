"""Measure one engine: fill it, then print one JSON line per figure. Run by `python -m tests.bench`."""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from klardesk.calendars.worktime import WorkCalendar, add_working  # noqa: E402
from klardesk.ledger.verify import verify  # noqa: E402
from klardesk.mail.actions import save_setting  # noqa: E402
from klardesk.mail.models import SystemAddress  # noqa: E402
from klardesk.people.models import Person  # noqa: E402
from klardesk.sla import index  # noqa: E402
from klardesk.sla.actions import save_setting as save_promise  # noqa: E402
from klardesk.sla.models import QueueTargets  # noqa: E402
from klardesk.tickets.models import Article, Ticket  # noqa: E402
from tests import world as worlds  # noqa: E402
from tests.bench.fill import Filled, Words, fill  # noqa: E402
from tests.bench.intake import intake, mixed  # noqa: E402
from tests.bench.live import live  # noqa: E402

ROUNDS = 60


class Bench:
    """The figures of one engine at one size."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.engine = connection.vendor
        self.ticks = os.sysconf("SC_CLK_TCK")

    def tell(self, name: str, value: float, unit: str, budget: float | None = None) -> None:
        """Print one figure."""
        line = {
            "name": name,
            "engine": self.engine,
            "size": self.size,
            "value": round(value, 2),
            "unit": unit,
            "budget": budget,
        }
        print(json.dumps(line), flush=True)

    def database_seconds(self) -> float:
        """CPU seconds of the database server's process for this connection; on SQLite they are in our own."""
        if self.engine != "postgresql":
            return 0.0
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            [pid] = cursor.fetchone()
        values = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(values[11]) + int(values[12])) / self.ticks

    def request(self, name: str, call: Callable[[], Any], budget: float, rounds: int = ROUNDS) -> None:
        """Median CPU milliseconds of the desk per call, the database's share beside it, and the number of queries."""
        for _warm in range(5):
            call()
        with CaptureQueriesContext(connection) as captured:
            call()
        queries = len(captured)
        samples, before = [], self.database_seconds()
        for _round in range(rounds):
            start = time.process_time()
            call()
            samples.append(time.process_time() - start)
        self.tell(name, statistics.median(samples) * 1000, "ms CPU/request", budget)
        if self.engine == "postgresql":
            spent = (self.database_seconds() - before) / rounds * 1000
            self.tell(f"{name}, PostgreSQL's own share", spent, "ms CPU/request")
        self.tell(f"{name}, queries", queries, "queries")


class Browser:
    """A logged-in agent's requests, given to the WSGI application as the server gives them: no test client in between."""

    def __init__(self, person: Person) -> None:
        client = Client()
        client.force_login(person)
        client.get("/tickets/")  # leaves the cookie of the forms' token, as in a browser
        self.cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        self.application = get_wsgi_application()

    def get(self, address: str, **headers: str) -> None:
        """Read a page to its end; RuntimeError unless it is answered with 200."""
        path, _mark, words = address.partition("?")
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": words, "SERVER_PROTOCOL": "HTTP/1.1",
            "SERVER_NAME": "testserver", "SERVER_PORT": "80", "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "testserver",
            "HTTP_COOKIE": self.cookie, "HTTP_ACCEPT_LANGUAGE": "de", "wsgi.input": BytesIO(), "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http", "wsgi.version": (1, 0), "wsgi.multithread": True, "wsgi.multiprocess": True,
            "wsgi.run_once": False, **headers,
        }  # fmt: skip
        statuses: list[str] = []
        answer = self.application(environ, lambda status, *_rest: statuses.append(status))
        b"".join(answer)
        answer.close()
        if not statuses[0].startswith("200"):
            raise RuntimeError(f"{address} answered {statuses[0]}")


def pages(bench: Bench, world: worlds.World, filled: Filled) -> None:
    """What an agent opens all day."""
    browser = Browser(world.anna)
    get = browser.get
    alone = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "tickets"}
    bench.request("start page", lambda: get("/"), 5)
    for widget in ("counters", "mine", "reminded", "calendar", "owners", "queues"):
        fragment = f"/dashboard/widgets/{widget}/"
        bench.request(f"start page, {widget} alone (fragment)", lambda: get(fragment, HTTP_HX_REQUEST="true"), 3)  # noqa: B023
    bench.request("ticket list", lambda: get("/tickets/"), 5)
    bench.request("ticket list, page 10 of all by age", lambda: get("/tickets/?state=all&sort=-age&page=10"), 5)
    bench.request("ticket list by what is due first", lambda: get("/tickets/?sort=due"), 5)
    bench.request("ticket list, one queue", lambda: get(f"/tickets/?queue={world.hardware.pk}"), 5)
    bench.request("ticket list, table alone (fragment)", lambda: get("/tickets/", **alone), 3)
    bench.request("due list", lambda: get("/tickets/due/"), 5)
    bench.request("notifications", lambda: get("/notifications/"), 5)
    bench.request("ticket page, 20 articles", lambda: get(f"/tickets/{filled.long_ticket}/"), 10)
    further = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "further"}
    huge = f"/tickets/{filled.huge_ticket}/"
    bench.request("ticket page, 2,000 articles", lambda: get(huge), 10)
    bench.request("ticket page, the next 50 of 2,000 articles", lambda: get(f"{huge}?page=20", **further), 10)
    bench.request("ticket page, 2,000 articles as a table", lambda: get(f"{huge}?articles=table"), 10)
    get(f"{huge}?articles=stream")
    words = Words().vocabulary
    bench.request("search, a frequent word", lambda: get(f"/search/?q={words[0]}"), 20)
    bench.request("search, two words", lambda: get(f"/search/?q={words[3]}+{words[900]}"), 20)
    bench.request("search, a rare word", lambda: get(f"/search/?q={words[-1]}"), 20)
    bench.request("search, the beginning of very many words", lambda: get("/search/?q=netz"), 20)
    bench.request("search, a part of very many words", lambda: get("/search/?q=cker"), 20)
    bench.request("search, nothing found", lambda: get("/search/?q=unauffindbar"), 20)


def archived(bench: Bench, world: worlds.World) -> None:
    """Lists and search while three quarters of the closed tickets lie in the archive, and it is full of old ones."""
    closed, words = Ticket.all_rows.filter(state__name="closed successful"), Words().vocabulary
    closed.exclude(pk__in=closed.order_by("-pk").values("pk")[: bench.size // 5]).update(archived=True)
    _analyze()
    get = Browser(world.anna).get
    bench.request("ticket list, closed ones beside an archive", lambda: get("/tickets/?state=closed"), 5)
    bench.request("ticket list, all but the archive", lambda: get("/tickets/?state=all&page=10"), 5)
    bench.request("ticket list, the archive alone", lambda: get("/tickets/?archived=yes"), 5)
    bench.request("ticket list, the archive too", lambda: get("/tickets/?state=all&archived=all&sort=-age"), 5)
    bench.request(
        "ticket list, closed ones by what is due first beside an archive",
        lambda: get("/tickets/?state=closed&sort=due"),
        5,
    )
    bench.request("search, a frequent word beside an archive", lambda: get(f"/search/?q={words[0]}"), 20)
    bench.request("search, a rare word in the archive", lambda: get(f"/search/?q={words[-1]}&archived=all"), 20)
    bench.request("customer's page beside an archive", lambda: get(f"/customers/{world.dora.pk}/"), 5)
    closed.update(archived=False)
    _analyze()


def _analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tickets_ticket")


def due_times(bench: Bench, world: worlds.World) -> None:
    """All due times made from nothing, and compared while they are in line: tickets per CPU second."""
    for queue in (world.support, world.hardware, world.sales):
        promise = QueueTargets(
            queue=queue, response_minutes=60, response_notify=75, update_minutes=240, solution_minutes=960
        )
        save_promise(promise, by=worlds.SYSTEM)
    for name, expected in (("sla rebuild, from nothing", bench.size), ("sla rebuild, in line", 0)):
        start, database = time.process_time(), bench.database_seconds()
        changed = sum(len(part) for part in index.rebuild())
        spent = time.process_time() - start
        bench.tell(name, bench.size / spent, "tickets/s of CPU", 10_000)
        shared = bench.database_seconds() - database
        bench.tell(f"{name}, with the database's CPU", bench.size / (spent + shared), "tickets/s of CPU")
        if changed != expected:
            raise RuntimeError(f"{changed} tickets were not in line, {expected} should be")


def working_time(bench: Bench) -> None:
    """Additions of working time per CPU second: two stretches a day, holidays, a zone whose clocks change."""
    week = (((480, 720), (780, 1080)),) * 5 + ((), ())
    fixed = {(1, 1): "New Year", (5, 1): "Labour Day", (10, 3): "Unity", (12, 25): "Christmas", (12, 26): "Christmas"}
    calendar = WorkCalendar("Europe/Berlin", week, fixed)
    first = datetime(2024, 1, 1, tzinfo=UTC)
    cases = [(first + timedelta(minutes=977 * number), 300 + 7919 * number % 600_000) for number in range(200_000)]
    start = time.process_time()
    for at, seconds in cases:
        add_working(calendar, at, seconds)
    bench.tell("working time: additions", len(cases) / (time.process_time() - start), "additions/s CPU", 100_000)


def reply(bench: Bench, world: worlds.World) -> None:
    """Writing and queueing an answer, as the form sends it."""
    save_setting(SystemAddress(address="desk@desk.example", queue=world.support), by=worlds.SYSTEM)
    client = Client()
    client.force_login(world.anna)
    tickets = iter(Ticket.all_rows.filter(state__name="open", queue=world.support).order_by("pk")[1:200])

    def answer() -> None:
        ticket = next(tickets)
        article = Article.all_rows.filter(ticket=ticket).order_by("pk").first()
        client.get(f"/tickets/{ticket.pk}/articles/{article.pk if article else 0}/reply/")
        data = {"to": "dora@nordlicht.example", "subject": f"Re: [Ticket#{ticket.number}] {ticket.title}"}
        data |= {"text": "Guten Tag,\n\nes geht wieder.\n", "revision": str(ticket.revision)}
        sent = client.post(f"/tickets/{ticket.pk}/articles/{article.pk if article else 0}/reply/", data)
        if sent.status_code not in (302, 303):
            raise RuntimeError(f"the reply answered {sent.status_code}")

    bench.request("reply: the form and its sending", answer, 20, rounds=40)


def main(size: int, mails: int, wanted: list[str]) -> int:
    """Fill and measure the wanted parts."""
    bench = Bench(size)
    call_command("migrate", verbosity=0)
    world = worlds.build()
    start = time.perf_counter()
    filled = fill(world, size)
    bench.tell("fill: events written", filled.events / (time.perf_counter() - start), "events/s")
    if bench.engine == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    parts: dict[str, Callable[[], None]] = {
        "sla": lambda: due_times(bench, world), "pages": lambda: pages(bench, world, filled),
        "intake": lambda: intake(bench), "time": lambda: working_time(bench),
        "mixed": lambda: mixed(bench, mails), "verify": lambda: verified(bench), "reply": lambda: reply(bench, world),
        "live": lambda: live(bench, world, filled), "archive": lambda: archived(bench, world),
    }  # fmt: skip
    for name, measure in parts.items():
        if name in wanted:
            measure()
    return 0


def verified(bench: Bench) -> None:
    """All that was filled and taken in, proven."""
    report = verify()
    bench.tell("verify", report.events / report.seconds, "events/s", 50_000)
    if report.findings:
        raise RuntimeError(f"verify found {len(report.findings)} faults, first: {report.findings[0]}")


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
