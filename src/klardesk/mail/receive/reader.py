"""`python -m klardesk.mail.receive.reader`: a process that reads mails and may cost only so much (see `bounded`).

A mail comes on standard input, what is read goes to standard output; both end with the parent. It knows no database.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import sys
from dataclasses import replace
from pathlib import Path

from klardesk.mail.receive.reading import read, receive, send

SECONDS = 5.0
"""Of computing that one mail may take: the system itself ends the process then, whatever it is at."""
WALL_SECONDS = 300.0
"""For a machine so busy that computing hardly proceeds."""
MEGABYTES = 256
"""That reading one mail may take beyond what the process has at rest."""
_MIB = 1024 * 1024
_WORN = 64 * _MIB


def main() -> None:
    """Read mails until the parent closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells everybody; the parent decides when this ends
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    at_rest = data_size()
    if at_rest:
        most = at_rest + MEGABYTES * _MIB
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while (asked := receive(source)) is not None:
        answer = _answer(asked)
        worn = data_size() > at_rest + _WORN
        send(target, [*answer, b"worn" if worn else b""])
        if worn:
            return


def _answer(asked: list[bytes]) -> list[bytes]:
    """What was read as one pickle, its files' contents aside: a copy less of each. Empty if the memory ran out."""
    _set_alarms(SECONDS, WALL_SECONDS)
    try:
        result = read(asked.pop(0), *pickle.loads(asked.pop()))  # noqa: S301 (of the parent)
        contents = [file.content for file in result.parsed.attachments]
        files = tuple(replace(file, content=b"") for file in result.parsed.attachments)
        bare = replace(result, parsed=replace(result.parsed, attachments=files))
        answer = [pickle.dumps(bare, protocol=5), *contents]
    except MemoryError:
        answer = []
    finally:
        _set_alarms(0, 0)
    return answer


def _set_alarms(seconds: float, wall: float) -> None:
    """Nothing in Python hears these alarms: their default is that the system ends the process, in the midst of C too."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, wall)


def data_size() -> int:
    """Bytes of memory this process has for its data, as RLIMIT_DATA counts them; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[5])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
