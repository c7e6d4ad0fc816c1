"""One run: the servers, the desk, the mails, the trouble, and the count."""

from __future__ import annotations

import json
import random
import smtplib
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.load import inside, mails
from tests.load.count import Count, arrived_at, count
from tests.load.trouble import Scene, Trouble, names
from tests.servers import dovecot, faults, postfix
from tests.servers.desk import Desk, until

MAILDIRS = {mails.SUPPORT: "support", mails.BILLING: "billing", f"@{mails.CUSTOMERS}": "customers"}
UNSETTLED = """
SELECT (SELECT count(*) FROM mail_incomingmail WHERE state NOT IN ('processed', 'ignored'))
     + (SELECT count(*) FROM mail_outgoingmail WHERE state IN ('waiting', 'sending'))
"""
MOST = 0.9
"""The share of the mails that must have come in before the faults end."""
LOOK = 0.5
"""Seconds between two looks whether all is settled."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much, how fast and how bad."""

    mails: int
    seed: int
    senders: int = 8
    per_second: float = 16.0
    pause: float = 15.0
    """The longest pause between two pieces of trouble."""
    pieces: int = 200
    """How many there are at most: a slow machine would do nothing but start what was killed."""
    longest_stall: float = 12.0
    longest_lock: float = 8.0
    every_reply: int = 10
    reply_pause: float = 30.0
    """Seconds between two looks of the agent."""
    patience: float = 1800.0
    """Seconds until all must be settled once the faults end."""
    tells: bool = False
    """Whether it says on standard error how far it is."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run ended with; all is well if `count.wrong` is empty."""

    count: Count
    line: str


class Crowd:
    """Many people that write to the desk at once, and an agent that replies to some."""

    def __init__(self, plan: Plan, port: int, past_proxies: Desk) -> None:
        self._plan, self._port, self._desk = plan, port, past_proxies
        self._threads = [
            threading.Thread(target=self._guarded, args=(self._write, each)) for each in range(plan.senders)
        ]
        self._agent = threading.Thread(target=self._guarded, args=(self._reply, 0))
        self._written = threading.Event()
        self.errors: list[BaseException] = []

    def start(self) -> None:
        """Begin to write."""
        for thread in (*self._threads, self._agent):
            thread.daemon = True
            thread.start()

    def finish(self) -> None:
        """Until all is written and nearly all of it has come in."""
        for thread in self._threads:
            thread.join()
        self._written.set()
        self._agent.join()
        if self.errors:
            raise self.errors[0]

    def _guarded(self, work: Callable[[int], None], number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            self.errors.append(error)
            raise

    def _write(self, sender: int) -> None:
        plan = self._plan
        chance = random.Random(f"{plan.seed} {sender}")
        pause = 2 * plan.senders / plan.per_second
        with smtplib.SMTP("127.0.0.1", self._port, "load.example", timeout=60) as server:
            for number in range(sender, plan.mails, plan.senders):
                one = mails.mail(number, plan.seed)
                server.sendmail(one.sender, one.recipients, one.content, mail_options=["BODY=8BITMIME"])
                time.sleep(chance.uniform(0, pause))

    def _reply(self, _number: int) -> None:
        """Until all is written and most of it has become articles, so that the faults last as long as the work; or until the
        patience ends: a mailbox that failed often waits minutes for its next try, into which a fault may fall again.
        """
        plan, after, seen = self._plan, 0, 0
        most, end = MOST * len(mails.expected(plan.mails)), time.monotonic() + plan.patience
        while not (self._written.is_set() and (seen >= most or time.monotonic() > end)):
            time.sleep(plan.reply_pause)
            words = (str(plan.every_reply), str(after))
            said = self._desk.python(inside.REPLY, *words, patience=plan.patience)
            after, seen = (int(word) for word in said.split())
            _say(plan, f"{seen} articles")


def run(plan: Plan, folder: Path, database: str = "", restart: Callable[[], None] | None = None) -> Outcome:
    """A desk on SQLite, or on the PostgreSQL of this address, in this empty folder."""
    with ExitStack() as stack:
        imap = stack.enter_context(dovecot.running())
        mail_server = stack.enter_context(postfix.running(MAILDIRS, imap.folder / "mail"))
        storm = stack.enter_context(faults.storm(plan.seed, plan.longest_stall))
        proxies = {
            "imap": storm.proxy(faults.IMAP, imap.imap),
            "pop3": storm.proxy(faults.POP3, imap.pop3),
            "smtp": storm.proxy(faults.SMTP, mail_server.port),
        }
        proxied = database
        if database:
            proxies["postgresql"] = storm.proxy(faults.POSTGRESQL, urlsplit(database).port or 5432)
            proxied = _by_port(database, proxies["postgresql"].port)
        smtp_url = f"smtp://127.0.0.1:{proxies['smtp'].port}"
        past_proxies = Desk(folder, database, KLARDESK_SMTP_URL=smtp_url)
        assert past_proxies.command("prepare", patience=plan.patience).returncode == 0
        past_proxies.python(
            inside.SET_UP,
            str(proxies["imap"].port),
            str(proxies["pop3"].port),
            dovecot.PASSWORD,
            patience=plan.patience,
        )
        desk = Desk(folder, proxied, KLARDESK_SMTP_URL=smtp_url, KLARDESK_WEB_PROCESSES="1")
        stack.callback(desk.clean_up)
        scene = Scene(desk, storm, proxies, database, restart, plan.longest_lock)
        return _weather(plan, scene, past_proxies, mail_server, imap.folder / "mail")


def _weather(plan: Plan, scene: Scene, past_proxies: Desk, mail_server: postfix.Postfix, maildirs: Path) -> Outcome:
    began = time.monotonic()
    scene.desk.start(ready=False)
    crowd, trouble = Crowd(plan, mail_server.port, past_proxies), Trouble(scene, plan.seed, plan.pause, plan.pieces)
    crowd.start()
    trouble.start()
    crowd.finish()
    trouble.finish()
    scene.storm.calm = True
    _say(plan, "the faults are over")
    stormy = time.monotonic() - began
    _settle(plan, scene, past_proxies, mail_server, maildirs)
    figures = json.loads(past_proxies.python(inside.FIGURES, patience=plan.patience))
    result = count(plan.mails, figures, arrived_at(maildirs / "customers"), scene.proxies["smtp"].unacknowledged)
    verified = past_proxies.command("verify", patience=plan.patience)
    if verified.returncode:
        result.wrong.append(f"klardesk verify: {verified.stdout}{verified.stderr}")
    if scene.desk.stop(patience=60) != 0:
        result.wrong.append("klardesk up did not end in order")
    times = f"{stormy:.0f} s of faults, settled after {time.monotonic() - began - stormy:.0f} s more"
    return Outcome(result, _line(result, scene.storm.counts + trouble.counts, times))


def _settle(plan: Plan, scene: Scene, past_proxies: Desk, mail_server: postfix.Postfix, maildirs: Path) -> None:
    """The faults are over: all that waits gets its turn. What waits for its next try by the clock gets it at once."""
    until("the desk is ready", lambda: scene.desk.status("/health/ready") == 200, plan.patience, LOOK)
    until("Postfix has delivered all", lambda: not mail_server.waiting(), plan.patience, LOOK)
    scene.desk.kill("fetcher")  # the next one tries every mailbox at once
    until(
        "the mailboxes are empty",
        lambda: not any(_files(maildirs / name) for name in ("support", "billing")),
        plan.patience,
        LOOK,
    )
    for statement in inside.HURRY:
        past_proxies.rows(statement)
    try:
        until("all is settled", lambda: past_proxies.rows(UNSETTLED) == [(0,)], plan.patience, LOOK)
    except AssertionError:
        return  # the count tells what is missing
    until("Postfix has delivered all", lambda: not mail_server.waiting(), plan.patience, LOOK)


def _files(maildir: Path) -> int:
    return sum(1 for name in ("new", "cur") for _file in (maildir / name).glob("*"))


def _by_port(database: str, port: int) -> str:
    parts = urlsplit(database)
    return urlunsplit(parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{port}"))


def _say(plan: Plan, line: str) -> None:
    if plan.tells:
        print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


def _line(result: Count, counts: Counter[str], times: str) -> str:
    return (
        f"faults: {result.incoming} mails in ({result.articles} articles), {result.lost} lost, {result.doubled} doubled; "
        f"{result.outgoing} out ({result.answers} automatic), {result.out_lost} lost, {result.out_doubled} doubled "
        f"({result.out_repeated} repeated with a lost acknowledgement); {names(counts)}; {times}"
    )
