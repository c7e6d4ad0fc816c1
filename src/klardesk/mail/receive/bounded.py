"""Reading a stranger's mail for a bounded price: a process of its own reads it, and the system ends that one beyond
5 seconds of computing or 256 MB. The desk stays up, and the mail is listed with its reason.

The process is started once and kept for the mails to come; threads that read at the same time have one each. It is a
bound of cost, not of trust: what runs in it is the desk's own program.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from contextlib import suppress
from dataclasses import replace

from klardesk.mail.parse import DEFAULT_LIMITS, Phrases
from klardesk.mail.receive import reader
from klardesk.mail.receive.reading import Read, receive, send

COMMAND = [sys.executable, "-P", "-m", "klardesk.mail.receive.reader"]
_MOST_WAITING = 4
_ALARMS = (-signal.SIGPROF, -signal.SIGALRM, -signal.SIGXCPU)
_waiting: deque[_Reader] = deque()
"""Processes that wait for a mail; whoever takes one has it alone."""


class TooCostly(Exception):
    """The mail was not read: it takes more time or memory than one mail may. The message says which."""


def read_bounded(raw: bytes, phrases: Phrases) -> Read:
    """Read a mail. Raises TooCostly; OSError if no process can be started now."""
    process = _take()
    try:
        answer = process.ask(raw, phrases)
    except BaseException:
        process.end()
        raise
    if process.worn or len(_waiting) >= _MOST_WAITING:
        process.end()
    else:
        _waiting.append(process)
    return answer


@atexit.register
def end_waiting() -> None:
    """End the processes that wait."""
    while _waiting:
        _waiting.pop().end()


def _forget_waiting() -> None:
    """In a fork: they are its parent's, who is at the other end of their pipes."""
    while _waiting:
        _waiting.pop().let_go()


os.register_at_fork(after_in_child=_forget_waiting)


def _take() -> _Reader:
    """A process that lives: one that waits, else a new one."""
    with suppress(IndexError):
        while True:
            process = _waiting.pop()
            if process.is_alive:
                return process
            process.end()
    return _Reader()


class _Reader:
    """A process that reads, and both ends of the talk with it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        self.worn = False

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def ask(self, raw: bytes, phrases: Phrases) -> Read:
        """Have one mail read. Raises TooCostly; afterwards, or after any other failure, the process is of no use."""
        source, target = self._process.stdout, self._process.stdin
        assert source is not None
        assert target is not None
        head = raw[: DEFAULT_LIMITS.header_total * 2] if len(raw) > DEFAULT_LIMITS.size else raw
        with suppress(BrokenPipeError):  # it ended in the midst of the mail; how is told below
            send(target, [head, pickle.dumps((len(raw), phrases))])
        answer = receive(source)
        if answer is None:
            raise TooCostly(self._why_ended())
        *pieces, worn = answer
        if not pieces:
            raise TooCostly(f"reading it takes more than {reader.MEGABYTES} MB of memory")
        self.worn = bool(worn)
        return _complete(pieces)

    def _why_ended(self) -> str:
        code = self._process.wait()
        if code in _ALARMS:
            return f"reading it takes more than {reader.SECONDS:.0f} seconds"
        return f"the program that read it ended ({code}), most likely for lack of memory"

    def end(self) -> None:
        """End it, whatever it is at."""
        self._process.kill()
        self._process.wait()
        self.let_go()

    def let_go(self) -> None:
        """Close this end of the pipes: with the last one closed, it ends by itself."""
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        self._process.returncode = self._process.returncode or 0


def _complete(pieces: list[bytes]) -> Read:
    found: Read = pickle.loads(pieces[0])  # noqa: S301 (of our own process)
    files = zip(found.parsed.attachments, pieces[1:], strict=True)
    parsed = replace(found.parsed, attachments=tuple(replace(file, content=content) for file, content in files))
    return replace(found, parsed=parsed)
