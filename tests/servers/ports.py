"""Free ports on loopback, and waiting until somebody listens there."""

from __future__ import annotations

import secrets
import socket
import time

BELOW_THE_SYSTEMS_OWN = range(20_000, 32_000)
"""Outgoing connections get their ports above. A port from there could be taken by one while its server restarts."""


def free_ports(count: int) -> list[int]:
    """So many different ports that are free at this moment, and that no outgoing connection takes later."""
    found = set[int]()
    while len(found) < count:
        port = secrets.choice(BELOW_THE_SYSTEMS_OWN)
        if _is_free(port):
            found.add(port)
    return list(found)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(port: int, seconds: float = 60) -> None:
    """Until somebody listens; raises TimeoutError."""
    end = time.monotonic() + seconds
    while not listens(port):
        if time.monotonic() > end:
            raise TimeoutError(f"nobody listens on 127.0.0.1:{port} after {seconds} seconds")
        time.sleep(0.05)
