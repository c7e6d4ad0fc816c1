"""A child process reads the mails; the system ends it if one costs too much, and its parent goes on after that one."""

from __future__ import annotations

import multiprocessing
import resource
import signal
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from time import monotonic, process_time
from typing import Any

from klardesk.mail.parse import Phrases
from klardesk.mail.receive.reader import MEGABYTES, SECONDS, data_size
from klardesk.mail.receive.reading import Read, read
from tests.fuzz.mutate import one

BATCH = 200
MIB = 1024 * 1024


@dataclass(slots=True)
class Outcome:
    """What came of the mails: failures by number; the slowest mail's seconds of computing; the most memory, in MB."""

    seed: int
    first: int
    wanted: int
    begun: float
    mails: int = 0
    slowest: tuple[float, int] = (0, 0)
    memory: int = 0
    failures: list[tuple[int, str]] = field(default_factory=list)

    @property
    def next(self) -> int:
        """The number of the mail to go on with."""
        return self.first + self.mails

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return monotonic() - self.begun


def run(mails: int, seed: int, seconds: float, first: int = 0, tell: Any = lambda outcome: None) -> Outcome:
    """Read `mails` mails from number `first` on, or until `seconds` are over; `tell` hears of each batch."""
    outcome = Outcome(seed, first, mails, begun=monotonic())
    while outcome.mails < mails and outcome.seconds < seconds:
        _with_child(outcome, seconds, tell)
    return outcome


def _with_child(outcome: Outcome, seconds: float, tell: Any) -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    at = context.Value("q", 0)
    child = context.Process(target=_serve, args=(theirs, outcome.seed, at), daemon=True)
    child.start()
    theirs.close()
    try:
        while outcome.mails < outcome.wanted and outcome.seconds < seconds:
            ours.send((outcome.next, min(BATCH, outcome.wanted - outcome.mails)))
            try:
                count, slowest, memory, failures = ours.recv()
            except EOFError:
                child.join()
                outcome.failures.append((at.value, f"it ended the process ({child.exitcode})"))
                outcome.mails = at.value - outcome.first + 1
                return
            outcome.mails += count
            outcome.slowest, outcome.memory = max(outcome.slowest, slowest), max(outcome.memory, memory)
            outcome.failures += failures
            tell(outcome)
    finally:
        child.kill()
        child.join()
        ours.close()


def _serve(parent: Connection, seed: int, at: Synchronized[int]) -> None:
    at_rest = data_size()
    if at_rest:
        most = at_rest + MEGABYTES * MIB
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    before = _resident()
    while True:
        begin, count = parent.recv()
        slowest, failures = (0.0, 0), []
        for number in range(begin, begin + count):
            at.value = number
            took, trouble = _timed(one(seed, number))
            slowest = max(slowest, (took, number))
            if trouble:
                failures.append((number, trouble))
        parent.send((count, slowest, _resident() - before, failures))


def _timed(raw: bytes) -> tuple[float, str]:
    """Seconds of computing, and what is wrong with the reading of this mail; empty if nothing is."""
    begin = process_time()
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        trouble = _trouble(read(raw, len(raw), Phrases()))
    except Exception as error:  # noqa: BLE001 (whatever it is: this is what is looked for)
        trouble = f"{type(error).__name__}: {error}"
    signal.setitimer(signal.ITIMER_PROF, 0)
    return process_time() - begin, trouble


def _trouble(found: Read) -> str:
    """What no mail may make of its reading."""
    mail = found.parsed
    for problem in mail.problems:
        if problem.code == "parser-failed":
            return problem.message
    texts = [mail.subject, mail.text, mail.html, found.html, *(file.name for file in mail.attachments)]
    texts += [part for address in (*mail.from_, *mail.to, *mail.cc) for part in address]
    together = "".join(texts)
    if "\0" in together or not _is_utf8(together):
        return "a text cannot be stored"
    if any("\n" in each for each in (mail.subject, *(file.name for file in mail.attachments))):
        return "a line has two"
    if any(file.size != len(file.content) or not file.name or "/" in file.name for file in mail.attachments):
        return "a file is not what it says"
    return ""


def _is_utf8(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _resident() -> int:
    """The most memory this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
