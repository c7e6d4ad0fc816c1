"""Which process is which, over restarts, containers and machines; and whether one surely is dead."""

from __future__ import annotations

import hashlib
import os
import secrets
from functools import cache
from pathlib import Path

_NONCE = secrets.token_hex(4)


def of_this_process() -> str:
    """`place:pid:start` in at most 33 characters, never the same for two processes; the place is a digest of boot and PID
    namespace. Random words where the system tells none of it.
    """
    start = _start_of(os.getpid())
    return f"{_place()}:{os.getpid()}:{start or _NONCE}"


def is_dead(process: str) -> bool:
    """Whether the process surely lives no more; only one of this boot and PID namespace can be judged from here."""
    place, pid, start = (process.split(":") + [""] * 3)[:3]
    if place != _place() or not pid.isdigit() or not start.isdigit():
        return False
    return _start_of(int(pid)) != start


@cache
def _place() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        namespace = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return _NONCE
    return hashlib.sha256(f"{boot}:{namespace}".encode()).hexdigest()[:12]


def _start_of(pid: int) -> str:
    """The moment the process started, in clock ticks since boot; empty if there is none or it is a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]
