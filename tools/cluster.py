"""A throw-away PostgreSQL cluster for tests. Standard library only, since it runs before anything is installed.

The cluster listens on a free port of 127.0.0.1 with a random password and writes nothing through to the disk: fast,
and of no use for anything but tests. Started by root, its processes run as `postgres` or `nobody`.
"""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_min_messages": "fatal",
    "logging_collector": "off",
}


class NoPostgres(Exception):
    """PostgreSQL's programs are not on this machine, or a cluster did not start; the message says which and the mend."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running cluster: `url` is the address of its empty database `klardesk`, `folder` holds everything of it."""

    folder: Path
    url: str

    def stop(self) -> None:
        """Stop the cluster and remove its folder; nothing happens if it is gone already."""
        if (self.folder / "data" / "postmaster.pid").exists():
            _run("pg_ctl", "stop", "-s", "-w", "-m", "immediate", "-D", str(self.folder / "data"), check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def restart(self) -> None:
        """Stop the cluster without a shutdown, as a crash would, and start it again on its port."""
        _run("pg_ctl", "restart", "-s", "-w", "-m", "immediate", "-D", str(self.folder / "data"))

    def is_running(self) -> bool:
        """Whether its server process is alive."""
        return _run("pg_ctl", "status", "-D", str(self.folder / "data"), check=False).returncode == 0


def programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl` of the newest PostgreSQL here, or None."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    found = str(versions[-1]) if versions else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def start(folder: Path) -> Cluster:
    """Make a cluster in `folder` (made here, or empty) and start it. Raises NoPostgres."""
    if programs() is None:
        raise NoPostgres("PostgreSQL's initdb was not found. Install the package postgresql.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    password = secrets.token_urlsafe(16)
    (folder / "password").write_text(password)
    (folder / "password").chmod(0o600)
    _hand_over(folder)
    try:
        _create(folder)
        port = _serve(folder)
    except NoPostgres:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Cluster(folder, f"postgresql://klardesk:{password}@127.0.0.1:{port}/klardesk")


def _create(folder: Path) -> None:
    data = folder / "data"
    words = ("-U", "klardesk", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")
    _run("initdb", *words, "--auth=scram-sha-256", f"--pwfile={folder / 'password'}", "-D", str(data))
    lines = [f"{name} = '{value}'" for name, value in (SETTINGS | {"unix_socket_directories": str(folder)}).items()]
    with (data / "postgresql.conf").open("a") as file:
        file.write("\n".join(["", *lines, ""]))


def _serve(folder: Path, attempts: int = 5) -> int:
    """Start the server on a free port and make its database; somebody else may take the port meanwhile, so try again."""
    data, log = folder / "data", folder / "log"
    for attempt in range(1, attempts + 1):
        port = _free_port()
        started = _run("pg_ctl", "start", "-s", "-w", "-D", str(data), "-l", str(log), "-o", f"-p {port}", check=False)
        if started.returncode == 0:
            break
        if attempt == attempts:
            raise NoPostgres(f"PostgreSQL did not start: {log.read_text() if log.exists() else started.stderr}")
    secret = (folder / "password").read_text()
    words = ("-h", "127.0.0.1", "-p", str(port), "-U", "klardesk", "klardesk")
    _run("createdb", *words, environment={"PGPASSWORD": secret})
    return port


def _run(
    program: str, *words: str, check: bool = True, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    folder = programs()
    if folder is None:
        raise NoPostgres(f"PostgreSQL's {program} was not found. Install the package postgresql.")
    quiet = program == "pg_ctl"  # the server inherits pg_ctl's output, and a pipe would never come to its end
    result = subprocess.run(
        [str(folder / program), *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if quiet else subprocess.PIPE,
        stderr=subprocess.DEVNULL if quiet else subprocess.PIPE,
        text=True,
        cwd="/",
        env={**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})},
        check=False,
        **_identity(),
    )
    if check and result.returncode:
        raise NoPostgres(f"{program} failed: {result.stderr}")
    return result


def _identity() -> dict[str, int | list[int]]:
    """For root: whom to run as, since PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise NoPostgres("PostgreSQL refuses to run as root and this machine has neither user postgres nor nobody.")


def _hand_over(folder: Path) -> None:
    identity = _identity()
    for path in (folder, *folder.iterdir()):
        if identity:
            os.chown(path, identity["user"], identity["group"])  # type: ignore[arg-type]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _version(path: Path) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"\d+", path.parent.parent.name))
