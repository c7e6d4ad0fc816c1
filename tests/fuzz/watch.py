"""A child process reads the mails; its parent ends it if one takes too long, and goes on after that one."""

from __future__ import annotations

import multiprocessing
import resource
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from time import monotonic, process_time

from klardesk.base.html import clean
from klardesk.mail.parse import classify, parse
from tests.fuzz.mutate import one

SECONDS, MEGABYTES = 5.0, 256
BATCH = 200


@dataclass(slots=True)
class Outcome:
    """How many mails were read, how fast, and which failed by their number."""

    mails: int = 0
    rate: float = 0
    failures: list[tuple[int, str]] = field(default_factory=list)


def run(mails: int, seed: int, seconds: float) -> Outcome:
    """Read mails until there are `mails` of them or `seconds` are over."""
    outcome, begin = Outcome(), monotonic()
    while outcome.mails < mails and monotonic() - begin < seconds:
        _with_child(outcome, mails, seed, begin + seconds)
    outcome.rate = outcome.mails / max(monotonic() - begin, 0.001)
    return outcome


def _with_child(outcome: Outcome, mails: int, seed: int, until: float) -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_serve, args=(theirs, seed), daemon=True)
    child.start()
    theirs.close()
    ours.recv()  # it has loaded the parser: that is no mail's time
    try:
        while outcome.mails < mails and monotonic() < until:
            ours.send((outcome.mails, min(BATCH, mails - outcome.mails)))
            if not _batch(ours, outcome):
                return
    finally:
        child.kill()
        child.join()
        ours.close()


def _batch(child: Connection, outcome: Outcome) -> bool:
    """Hear of each mail of a batch; False if the child is lost or hangs: that mail failed, and another child goes on."""
    while True:
        try:
            heard = child.recv() if child.poll(2 * SECONDS) else "it took too long"
        except EOFError:
            heard = "it ended the process"
        if heard is None:
            return True
        if heard:
            outcome.failures.append((outcome.mails, heard))
        outcome.mails += 1
        if heard in {"it took too long", "it ended the process"}:
            return False


def _serve(parent: Connection, seed: int) -> None:
    before = _megabytes()
    parent.send("ready")
    while True:
        begin, count = parent.recv()
        for number in range(begin, begin + count):
            parent.send(_read(one(seed, number), before))
        parent.send(None)


def _read(raw: bytes, before: int) -> str:
    """What is wrong with the reading of this mail; empty if nothing is."""
    begin = process_time()
    try:
        mail = parse(raw)
        classify(mail)
        clean(mail.html)
    except Exception as error:  # noqa: BLE001 (whatever it is: this is what is looked for)
        return f"{type(error).__name__}: {error}"
    if any(each.code == "parser-failed" for each in mail.problems):
        return next(each.message for each in mail.problems if each.code == "parser-failed")
    if (took := process_time() - begin) > SECONDS:
        return f"{took:.1f} s"
    used = _megabytes() - before
    return f"{used} MB" if used > MEGABYTES else ""


def _megabytes() -> int:
    """The most memory this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
