"""Which process is which, over restarts, containers and machines; and whether one surely is dead."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

_NONCE = secrets.token_hex(4)


def of_this_process() -> str:
    """`boot:namespace:pid:start`, never the same for two processes; random words where the system tells none of it."""
    start = _start_of(os.getpid())
    return f"{_place()}:{os.getpid()}:{start or _NONCE}"


def is_dead(process: str) -> bool:
    """Whether the process surely lives no more; only one of this boot and PID namespace can be judged from here."""
    boot, namespace, pid, start = (process.split(":") + [""] * 4)[:4]
    if f"{boot}:{namespace}" != _place() or not pid.isdigit() or not start.isdigit():
        return False
    return _start_of(int(pid)) != start


def _place() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}:{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return f"{_NONCE}:0"


def _start_of(pid: int) -> str:
    """The moment the process started, in clock ticks since boot; empty if there is none or it is a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]
