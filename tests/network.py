"""No test reaches another machine; only tests marked `server` or `browser` reach this one."""

from __future__ import annotations

import socket
from typing import Any

LOOPBACK = ("127.", "::1", "localhost")


class NetworkRefused(RuntimeError):
    """A test opened a connection that it may not open; the message says where to, and the mend."""


class _Rule:
    loopback = False


def allow_loopback(allowed: bool) -> None:
    """Whether the running test may connect to this machine."""
    _Rule.loopback = allowed


def guard() -> None:
    """Watch every connection that Python code opens, for the rest of this process."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _check(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _check(self, address)
        return connect_ex(self, address)

    socket.socket.connect = guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded_connect_ex  # type: ignore[method-assign]


def _check(connecting: socket.socket, address: Any) -> None:
    local = connecting.family == socket.AF_UNIX or str(address[0]).startswith(LOOPBACK)
    if local and _Rule.loopback:
        return
    connecting.close()  # the caller expects no such exception and would leave it open
    if local:
        raise NetworkRefused(f"A test connected to {address!r}. Mark it `server` or `browser` if it has to.")
    raise NetworkRefused(f"A test must not connect to {address!r}. Start a server on 127.0.0.1 instead.")
