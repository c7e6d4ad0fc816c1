"""Permissions, and secrets that lie open."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator

from klardesk.otrs.inspect.catalogue import found
from klardesk.otrs.inspect.checks import READ, check
from klardesk.otrs.inspect.findings import Finding, Level, Place
from klardesk.otrs.inspect.inspection import Inspection
from klardesk.otrs.source.home import Entry, Home
from klardesk.otrs.source.problems import CannotRead

WEB = "var/httpd/htdocs/"
_RUNS = ("Kernel/", "bin/", "scripts/", "Custom/", "var/cron/", WEB)
_DUMP = re.compile(
    r"\.(?:sql|dump|dmp)(?:\.(?:gz|bz2|xz|zst|zip))?$|(?:DatabaseBackup|Application|Config|DataDir)\.(?:sql|tar)(?:\.\w+)?$"
)
_ARCHIVE = re.compile(r"\.(?:tar|tgz|tbz2?|zip|7z|rar|bak)(?:\.(?:gz|bz2|xz|zst))?$")
_COPY = re.compile(r"(?:^|/)(?:Config\.pm|ZZZA?Auto\.pm)(?:[.~_-].*|~)$|/\.Config\.pm\.sw\w$")
_SECRET = re.compile(r"^Kernel/Config\.pm$|(?:^|/)\.(?:fetchmailrc|pgpass|my\.cnf|netrc|msmtprc|mailfilter)$")
_KEY = re.compile(
    r"\.(?:pem|key|p12|pfx|P)$|(?:^|/)(?:id_rsa|id_ed25519|id_ecdsa|secring\.gpg)$|/private-keys-v1\.d/|/private/"
)
_OPEN = re.compile(r"(?:^|/)\.git/|\.(?:pm|pl\.bak|key|p12|log|old|orig|swp)$|~$")
_MARK = re.compile(rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY|-----BEGIN PGP PRIVATE")
SMALL = 64 * 1024


@check("permissions", order=READ, needs=["home"])
def permissions(inspection: Inspection) -> Iterator[Finding]:
    """Look at the mode of every file and folder, and at what lies where."""
    home = inspection.home
    assert home is not None
    for folder in home.directories.values():
        sticky = folder.mode & stat.S_ISVTX
        if folder.others_may_write and not sticky:
            yield _finding("writable", folder, Level.HIGH if _runs(f"{folder.path}/") else Level.MEDIUM)
    for entry in home.files.values():
        if entry.others_may_write:
            yield _finding("writable", entry, Level.HIGH if _runs(entry.path) else Level.MEDIUM)
        if entry.mode & (stat.S_ISUID | stat.S_ISGID):
            yield _finding("setid", entry)
        yield from _lying_open(inspection, home, entry)


def _runs(path: str) -> bool:
    return path.startswith(_RUNS)


def _lying_open(inspection: Inspection, home: Home, entry: Entry) -> Iterator[Finding]:
    path = entry.path
    if inspection.releases.knows(path):
        return
    if path.startswith(WEB) and any(pattern.search(path) for pattern in (_DUMP, _ARCHIVE, _COPY, _OPEN)):
        yield _finding("web-copy", entry)
    elif _is_key(home, entry):
        if path.startswith(WEB):
            yield _finding("web-copy", entry)
        elif entry.others_may_read:
            yield _finding("key", entry)
    elif _SECRET.search(path):
        if entry.others_may_read:
            yield _finding("secret", entry)
    elif _COPY.search(path):
        yield _finding("copy", entry)
    elif _DUMP.search(path):
        yield _finding("dump", entry)


def _is_key(home: Home, entry: Entry) -> bool:
    """Whether it is a private key: by its content, of small files whose name or place suggests it."""
    if entry.size > SMALL or not _KEY.search(f"/{entry.path}"):
        return False
    try:
        return bool(_MARK.search(home.read(entry.path))) or entry.path.endswith((".p12", ".pfx", ".gpg"))
    except CannotRead:
        return False


def _finding(what: str, entry: Entry, level: Level | None = None) -> Finding:
    return found(f"permissions.{what}", Place(file=entry.path), level=level, path=entry.path, mode=f"{entry.mode:04o}")
