"""What must be in order before a desk starts; each check raises CannotStart with the mend."""

from __future__ import annotations

import errno
import ipaddress
import os
import shutil
import socket
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import Error, connection

from klardesk.admin.up.errors import CannotStart

LEAST_FREE = 50 * 1024 * 1024
"""Bytes that must be free in the data directory; below, SQLite and the blob store would fail at once."""

FURTHER_PORTS = 50


def check_data() -> None:
    """The data directory can be written and has some room."""
    folder = Path(settings.KLARDESK_DATA)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder) as draft:
            draft.write(b"x")
            draft.flush()
            os.fsync(draft.fileno())
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise CannotStart(
            f"KLARDESK_DATA: {folder} cannot be written ({error.strerror}). "
            "Give it to the user who runs klardesk, or name another directory."
        ) from error
    if free < LEAST_FREE:
        raise CannotStart(
            f"KLARDESK_DATA: only {free // 2**20} MB are free in {folder}. "
            f"Free at least {LEAST_FREE // 2**20} MB, then start again."
        )


def check_database() -> None:
    """The database answers."""
    try:
        connection.ensure_connection()
    except Error as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        if connection.vendor == "sqlite":
            name = connection.settings_dict["NAME"]
            raise CannotStart(
                f"The database {name} cannot be opened ({reason}). Look at the rights of this file and of its directory."
            ) from error
        raise CannotStart(
            f"KLARDESK_DATABASE_URL: {reason}. Start the database server, or correct host, port, name, user or password."
        ) from error


def live_port(host: str, port: int) -> int:
    """The port of the live server: as set, else the first free one above the desk's. Raises CannotStart."""
    if settings.KLARDESK_LIVE_PORT:
        check_port(host, settings.KLARDESK_LIVE_PORT)
        return int(settings.KLARDESK_LIVE_PORT)
    for candidate in range(port + 1, min(port + FURTHER_PORTS, 65535) + 1):
        try:
            check_port(host, candidate)
        except CannotStart:
            continue
        return candidate
    raise CannotStart(f"No port above {port} is free for the live server. Set KLARDESK_LIVE_PORT to one that is.")


def check_port(host: str, port: int) -> None:
    """The port can be listened on."""
    try:
        family, kind, _protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except OSError as error:
        raise CannotStart(_port_trouble(host, port, error)) from error


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine reach the host."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _port_trouble(host: str, port: int, error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return f"--host {host}: this machine knows no such address. Give an address of its own, such as 127.0.0.1 or 0.0.0.0."
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is in use by another program, perhaps by another desk. "
            f"Stop that one, or choose another port: klardesk up --port {port + 1}"
        )
    if error.errno == errno.EACCES:
        return f"Port {port} may only be used by root. Choose one above 1023 and put a reverse proxy in front (docs/operate)."
    return f"Port {port} on {host} cannot be used ({error.strerror}). Choose another --host or --port."
