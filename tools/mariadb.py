"""A throw-away MariaDB for tests, on a free port of 127.0.0.1 and in a folder of its own. Standard library only."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

SETTINGS = {
    "bind-address": "127.0.0.1",
    "innodb-flush-log-at-trx-commit": "0",
    "innodb-flush-method": "nosync",
    "innodb-doublewrite": "0",
    "innodb-file-per-table": "0",
    "character-set-server": "utf8mb3",
    "max-allowed-packet": "64M",
    "event-scheduler": "OFF",
}
"""Fast, and of no use for anything but tests."""


class NoMariadb(Exception):
    """MariaDB's programs are not on this machine, or a server did not start; the message says which and the mend."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `password` is root's over TCP, `socket` where root needs none."""

    folder: Path
    port: int
    password: str
    process: subprocess.Popen[bytes]

    @property
    def socket(self) -> Path:
        """The socket in its folder."""
        return self.folder / "socket"

    def url(self, database: str, user: str = "root", password: str | None = None) -> str:
        """The address of a database on it."""
        return f"mysql://{user}:{self.password if password is None else password}@127.0.0.1:{self.port}/{database}"

    def run(self, script: str, database: str = "") -> None:
        """Have it execute these statements. Raises NoMariadb with what it said."""
        words = [
            "mariadb",
            "--no-defaults",
            f"--socket={self.socket}",
            "--user=root",
            "--default-character-set=utf8mb4",
            database,
        ]
        words = [word for word in words if word]
        result = subprocess.run(words, input=script.encode(), capture_output=True, check=False)
        if result.returncode:
            raise NoMariadb(result.stderr.decode("utf-8", "replace"))

    def stop(self) -> None:
        """Stop it and remove its folder."""
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def program() -> str | None:
    """The server's program, or None."""
    return shutil.which("mariadbd", path=os.environ.get("PATH", "") + ":/usr/sbin")


def start(folder: Path) -> Server:
    """Make a data directory in `folder` and start a server on it. Raises NoMariadb."""
    server, install = program(), shutil.which("mariadb-install-db")
    if server is None or install is None:
        raise NoMariadb("MariaDB's mariadbd was not found. Install the package mariadb-server.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    user = pwd.getpwuid(os.geteuid()).pw_name
    data = folder / "data"
    words = [
        install,
        "--no-defaults",
        f"--datadir={data}",
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        f"--user={user}",
    ]
    made = subprocess.run(words, capture_output=True, check=False)
    if made.returncode:
        raise NoMariadb(f"mariadb-install-db failed: {made.stderr.decode('utf-8', 'replace')}")
    port = _free_port()
    options = {
        **SETTINGS,
        "datadir": data,
        "socket": folder / "socket",
        "pid-file": folder / "pid",
        "log-error": folder / "log",
    }
    words = [f"--{name}={value}" for name, value in {**options, "port": port, "user": user}.items()]
    process = subprocess.Popen(
        [server, "--no-defaults", "--skip-name-resolve", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    started = Server(folder, port, secrets.token_urlsafe(16), process)
    _wait(started)
    started.run(
        f"CREATE OR REPLACE USER root@'127.0.0.1' IDENTIFIED BY '{started.password}';"
        "GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION"
    )
    return started


def _wait(server: Server, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.process.poll() is None:
        try:
            server.run("SELECT 1")
        except NoMariadb:
            time.sleep(0.1)
        else:
            return
    log = server.folder / "log"
    said = log.read_text(errors="replace")[-2000:] if log.exists() else ""
    server.stop()
    raise NoMariadb(f"MariaDB did not start: {said}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
