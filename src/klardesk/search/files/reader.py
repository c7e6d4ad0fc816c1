"""`python -m klardesk.search.files.reader KIND`: reads the file on standard input and writes its text, and may cost only so much.

It knows neither database nor settings, opens no file and no connection. The exit code is one of `Code`; the system ends the
process (SIGPROF, SIGALRM) when the time is over, and what was written until then counts.
"""

from __future__ import annotations

import enum
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from klardesk.search.files.office import Locked, Unreadable

SECONDS = 20.0
"""Of computing that one file may take."""
WALL_SECONDS = 120.0
"""For a machine so busy that computing hardly proceeds."""
MEGABYTES = 400
"""That reading one file may take beyond what the process has at rest."""
MOST = 200_000
"""Characters of one file's text; the index takes no more of a text."""
_MIB = 1024 * 1024


class Code(enum.IntEnum):
    """How it ended."""

    READ = 0
    UNREADABLE = 3
    LOCKED = 4
    MEMORY = 5


def main() -> int:
    """Read one file; the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells everybody; the parent decides when this ends
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    texts = _reader_of(sys.argv[1])
    _limit()
    code = Code.READ
    try:
        _write(texts(sys.stdin.buffer))
    except Unreadable:
        code = Code.UNREADABLE
    except Locked:
        code = Code.LOCKED
    except (MemoryError, RecursionError):
        code = Code.MEMORY
    sys.stdout.buffer.flush()
    return code


def _reader_of(kind: str) -> Callable[[BinaryIO], Iterator[str]]:
    """Imports what the kind needs, before the limits count."""
    if kind == "pdf":
        from klardesk.search.files import portable

        return portable.texts
    if kind == "office":
        from klardesk.search.files import office

        return office.texts
    from klardesk.search.files import plain

    return plain.html_texts if kind == "html" else plain.texts


def _write(texts: Iterator[str]) -> None:
    """Write each piece as soon as it is there, MOST characters at most."""
    left = MOST
    for text in texts:
        piece = text[:left].encode("utf-8", "replace").replace(b"\x00", b" ")
        sys.stdout.buffer.write(piece)
        if len(piece) > 1000:
            sys.stdout.buffer.flush()
        left -= len(text)
        if left <= 0:
            return


def _limit() -> None:
    """Nothing in Python hears these alarms: their default is that the system ends the process, in the midst of C too."""
    at_rest = _data_size()
    if at_rest:
        most = at_rest + MEGABYTES * _MIB
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.setitimer(signal.ITIMER_REAL, WALL_SECONDS)


def _data_size() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[5])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    sys.exit(main())
