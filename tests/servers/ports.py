"""Free ports on loopback, and waiting until somebody listens there."""

from __future__ import annotations

import socket
import time


def free_ports(count: int) -> list[int]:
    """So many different ports that are free at this moment."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(port: int, seconds: float = 15) -> None:
    """Until somebody listens; raises TimeoutError."""
    end = time.monotonic() + seconds
    while not listens(port):
        if time.monotonic() > end:
            raise TimeoutError(f"nobody listens on 127.0.0.1:{port} after {seconds} seconds")
        time.sleep(0.05)
