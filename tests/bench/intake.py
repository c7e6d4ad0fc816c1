"""Mails per CPU second, from bytes to ticket: stored, committed, parsed, cleaned, recorded, indexed."""

from __future__ import annotations

import contextlib
import os
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from klardesk.mail.models import IncomingMail, IncomingState
from klardesk.mail.receive.process import process_received
from klardesk.mail.receive.store import store_raw
from klardesk.tickets.models import Article
from tests.bench.fill import Words
from tests.bench.mails import corpus

if TYPE_CHECKING:
    from tests.bench.measure import Bench

MAILS = 1000
ROUND = 100
"""Mails that wait when a round of the sweep begins."""


@dataclass(slots=True)
class Spent:
    """What the mails cost so far: CPU seconds of the process and its reader, of the database, and seconds by the clock."""

    mails: int = 0
    process: float = 0
    database: float = 0
    clock: float = 0

    def take_in(self, bench: Bench, mails: Sequence[bytes]) -> None:
        """Store them and let one round of the sweep make tickets of them."""
        begin, clock, database = _cpu_seconds(), time.perf_counter(), bench.database_seconds()
        for mail in mails:
            store_raw(mail)
        process_received()
        self.process += _cpu_seconds() - begin
        self.database += bench.database_seconds() - database
        self.clock += time.perf_counter() - clock
        self.mails += len(mails)

    def tell(self, bench: Bench, name: str) -> None:
        """Print the figures."""
        bench.tell(name, self.mails / self.process, "mails/s of CPU", 100)
        if bench.engine == "postgresql":
            bench.tell(
                f"{name}, with the database's CPU", self.mails / (self.process + self.database), "mails/s of CPU"
            )
        bench.tell(f"{name}, by the clock", self.mails / self.clock, "mails/s")


def intake(bench: Bench) -> None:
    """Small mails alike."""
    words, spent = Words(11), Spent()
    spent.take_in(bench, [_mail(number, words) for number in range(MAILS)])
    spent.tell(bench, "mail intake")
    if Article.all_rows.filter(message_id__endswith="@intake.example>").count() != MAILS:
        raise RuntimeError("not every mail became an article")


def mixed(bench: Bench, count: int) -> None:
    """A mixed corpus, and whether the process grows with it."""
    spent, before, memory = Spent(), IncomingMail.objects.count(), []
    mails = corpus(count)
    while batch := list(islice(mails, ROUND)):
        spent.take_in(bench, batch)
        memory.append(_resident())
    spent.tell(bench, "mail intake, mixed")
    for name, value in (("start", memory[0]), ("middle", memory[len(memory) // 2]), ("end", memory[-1])):
        bench.tell(f"mail intake, mixed, memory at the {name}", value, "MB")
    lost = IncomingMail.objects.exclude(state__in=(IncomingState.PROCESSED, IncomingState.IGNORED)).count()
    kept = IncomingMail.objects.count() - before
    if lost or kept != count:
        raise RuntimeError(f"{kept} of {count} mails are kept, {lost} wait or failed")


def _cpu_seconds() -> float:
    """CPU seconds of this process and of those it started, such as the one that reads mails; ended ones too."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    ticks = sum(int(values[11]) + int(values[12]) for values in _children())
    return time.process_time() + ended.ru_utime + ended.ru_stime + ticks / os.sysconf("SC_CLK_TCK")


def _resident() -> float:
    """Megabytes of memory that this process and those it started hold."""
    own = int(Path("/proc/self/statm").read_text().split()[1])
    pages = own + sum(int(values[21]) for values in _children())
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def _children() -> list[list[str]]:
    """What the system tells of the running processes that this one started, from their state on (proc(5))."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            found.append(file.read_text().rpartition(")")[2].split())
    return [values for values in found if int(values[1]) == os.getpid()]


def _mail(number: int, words: Words) -> bytes:
    """Every third answers the one before; every tenth has an attachment, every fourth HTML beside the text."""
    mail = EmailMessage()
    mail["From"] = f"Kunde {number} <kunde{number % 97}@kunden.example>"
    mail["To"] = "desk@desk.example"
    mail["Subject"] = words.text(6)
    mail["Message-ID"] = f"<{number}@intake.example>"
    if number % 3 == 2:
        mail["In-Reply-To"] = mail["References"] = f"<{number - 1}@intake.example>"
    text = words.text(120)
    mail.set_content(text)
    if number % 4 == 0:
        mail.add_alternative(f"<p>{text}</p>", subtype="html")
    if number % 10 == 0:
        mail.add_attachment(
            words.text(2000).encode(), maintype="application", subtype="octet-stream", filename="log.bin"
        )
    return mail.as_bytes()
