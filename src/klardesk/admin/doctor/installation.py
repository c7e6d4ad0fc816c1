"""Settings, data directory, keys."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from klardesk.admin.doctor.findings import Finding, check, ok, problem, warning
from klardesk.admin.up.checks import is_loopback
from klardesk.base.env import VARIABLES
from klardesk.jobs.lifeline import PARENT
from klardesk.jobs.serving import MAIN

INTERNAL = {MAIN, PARENT}
LITTLE, VERY_LITTLE = 2 * 2**30, 200 * 2**20
OTHERS = 0o077
PROGRAMS = {"openssl": ("S/MIME", "openssl"), "gpg": ("OpenPGP", "gnupg"), "gpg-agent": ("OpenPGP", "gnupg")}


@check("settings", gettext_lazy("Settings"), needs_database=False)
def check_settings() -> Iterator[Finding]:
    """The environment's values were read at the start; here is what fits together badly."""
    yield from _unknown_variables()
    host = urlsplit(settings.KLARDESK_URL).hostname or ""
    public = not is_loopback(host)
    if settings.DEBUG:
        yield (problem if public else warning)(
            _("KLARDESK_DEBUG is on: error pages show code and settings to everybody."),
            _("Unset KLARDESK_DEBUG, then restart."),
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield warning(
            _("KLARDESK_HOSTS allows every name: links in mails could be made to lead elsewhere."),
            _("Name the hosts under which people reach the desk."),
        )
    yield from _address(public)


def _address(public: bool) -> Iterator[Finding]:
    url = settings.KLARDESK_URL
    if public and url.startswith("http://"):
        yield warning(
            _("KLARDESK_URL is {url}: passwords and tickets cross the network readable.").format(url=url),
            _(
                "Put a reverse proxy with a certificate in front (docs/operate) and set KLARDESK_URL to its https:// address."
            ),
        )
    elif url.startswith("https://") and not settings.KLARDESK_BEHIND_PROXY:
        yield warning(
            _(
                "KLARDESK_URL is {url}, but KLARDESK_BEHIND_PROXY is off: every visitor seems to come from the proxy."
            ).format(url=url),
            _("Set KLARDESK_BEHIND_PROXY=yes if the proxy sets X-Forwarded-For and X-Forwarded-Proto."),
        )
    else:
        yield ok(_("The desk's address is {url}; its time zone is {zone}.").format(url=url, zone=settings.TIME_ZONE))


def _unknown_variables() -> Iterator[Finding]:
    unknown = sorted(
        name for name in os.environ if name.startswith("KLARDESK_") and name not in {*VARIABLES, *INTERNAL}
    )
    if unknown:
        yield warning(
            _("The environment has variables that the desk does not know: {names}.").format(names=", ".join(unknown)),
            _("Look for a misspelling; docs/operate/settings.md lists all of them."),
        )


@check("data_directory", gettext_lazy("Data directory"), needs_database=False)
def check_data_directory() -> Iterator[Finding]:
    """It belongs to us alone and can be written."""
    folder = Path(settings.KLARDESK_DATA)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
        mode = folder.stat().st_mode
    except OSError as error:
        yield problem(
            _("{folder} cannot be written: {reason}.").format(folder=folder, reason=error.strerror),
            _("Give it to the user who runs the desk: chown -R USER {folder}").format(folder=folder),
        )
        return
    if mode & OTHERS:
        yield warning(
            _("Other users of this machine may read {folder}, which holds all mails.").format(folder=folder),
            f"chmod 700 {folder}",
        )
    else:
        yield ok(_("{folder} can be written and belongs to the desk alone.").format(folder=folder))


@check("free_space", gettext_lazy("Free space"), needs_database=False)
def check_free_space() -> Iterator[Finding]:
    """A full disk stops intake; nothing is lost, but nothing comes in."""
    try:
        free = shutil.disk_usage(settings.KLARDESK_DATA).free
    except OSError:
        return  # the data directory's own check says why
    says = _("{size} MB are free in the data directory.").format(size=free // 2**20)
    mend = _(
        "Free some space or enlarge the disk. While it is full, mails stay in their mailboxes and answers in the outbox."
    )
    if free < LITTLE:
        yield (problem if free < VERY_LITTLE else warning)(says, mend)
    else:
        yield ok(says)


@check("keys", gettext_lazy("Keys"), needs_database=False)
def check_keys() -> Iterator[Finding]:
    """The key files can be read by the desk alone."""
    folder = Path(settings.KLARDESK_DATA) / "keys"
    secret = [file for file in folder.glob("*.key") if not file.name.endswith(".public.key")]
    if not (folder / "seal.key").exists():
        yield problem(
            _("There is no key for the seals of the history."),
            _(
                "A fresh desk makes it with klardesk prepare. If it was there before, restore {folder} from the backup."
            ).format(folder=folder),
        )
    exposed = sorted(file.name for file in secret if file.stat().st_mode & OTHERS)
    if exposed:
        yield problem(
            _("Other users of this machine may read keys: {names}.").format(names=", ".join(exposed)),
            f"chmod 700 {folder}; chmod 600 {folder}/*.key",
        )
    elif secret:
        yield ok(
            ngettext(
                "{count} key file is readable by the desk alone.",
                "{count} key files are readable by the desk alone.",
                len(secret),
            ).format(count=len(secret))
        )


@check("programs", gettext_lazy("Programs"), needs_database=False)
def check_programs() -> Iterator[Finding]:
    """Those that signed and encrypted mail needs."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    for name in missing:
        kind, package = PROGRAMS[name]
        yield warning(
            _(
                "The program {name} is missing: mail with {kind} is neither checked nor opened, signed or encrypted."
            ).format(name=name, kind=kind),
            f"apt install {package}",
        )
    if not missing:
        yield ok(_("The programs for signed and encrypted mail are there."))
