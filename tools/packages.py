"""The Debian packages whose servers and programs the tests use. Installs those that are missing when it may, and says so.

python3 tools/packages.py
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cluster
import mariadb


@dataclass(frozen=True, slots=True)
class Package:
    """A Debian package, what the tests need it for, and whether it is here."""

    name: str
    purpose: str
    is_here: Callable[[], bool]


ANSWERS = "postfix postfix/main_mailer_type select No configuration"
"""What a package would ask: the tests' Postfix has a configuration of its own, and the machine's is nobody's business."""


def _has_fonts() -> bool:
    return any(Path("/usr/share/fonts").glob("**/*.ttf"))


PACKAGES = (
    Package("postgresql", "every test with PostgreSQL", lambda: cluster.programs() is not None),
    Package("dovecot-imapd", "tests that fetch mail over IMAP", lambda: Path("/usr/lib/dovecot/imap").exists()),
    Package("dovecot-pop3d", "tests that fetch mail over POP3", lambda: Path("/usr/lib/dovecot/pop3").exists()),
    Package("gnupg", "tests of OpenPGP", lambda: bool(shutil.which("gpg") and shutil.which("gpg-agent"))),
    Package("postfix", "the load with faults", lambda: Path("/usr/lib/postfix/sbin/master").exists()),
    Package("mariadb-server", "tests that inspect a MariaDB", lambda: mariadb.program() is not None),
    Package("chromium", "tests in the browser", lambda: shutil.which("chromium") is not None),
    Package("fonts-dejavu-core", "text in the browser's pictures", _has_fonts),
)


def missing() -> list[Package]:
    """The packages that are not installed."""
    return [package for package in PACKAGES if not package.is_here()]


def may_install() -> bool:
    """Whether this user can install Debian packages."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def provide() -> list[Package]:
    """Install what is missing if that is possible; returns what is missing still, after saying what that means."""
    if missing() and may_install():
        _install([package.name for package in missing()])
    rest = missing()
    for package in rest:
        print(f"Missing: the Debian package {package.name}. Without it are skipped: {package.purpose}.", flush=True)
    if rest:
        print(f"Install: apt-get install {' '.join(package.name for package in rest)}", flush=True)
    return rest


def _install(names: list[str]) -> None:
    print(f"Installing the Debian packages {' '.join(names)}.", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
    if "postfix" in names:
        subprocess.run(["debconf-set-selections"], input=ANSWERS, text=True, env=environment, check=False)
    install = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *names]
    result = subprocess.run(
        install, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if result.returncode:
        print(result.stdout, file=sys.stderr)


if __name__ == "__main__":
    provide()
