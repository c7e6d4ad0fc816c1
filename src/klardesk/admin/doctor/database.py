"""The database: reached, whole, safe."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from klardesk.admin.doctor.findings import Finding, check, ok, problem, warning
from klardesk.admin.up import schema
from klardesk.base import clock
from klardesk.ledger.guards import missing
from klardesk.ledger.models import Event, Seal

SQLITE_WANTED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
POSTGRESQL_WANTED = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "server_encoding": "UTF8"}
CLOCK_TOLERANCE = timedelta(minutes=2)
SEAL_AGE = timedelta(days=2)
QUICK_CHECK_LIMIT = 2 * 2**30


@check("database", gettext_lazy("Database"))
def check_database() -> Iterator[Finding]:
    """Engine, version, and the settings that keep what was committed."""
    wanted, found = (SQLITE_WANTED, _pragmas()) if connection.vendor == "sqlite" else (POSTGRESQL_WANTED, _parameters())
    wrong = {name: found[name] for name, value in wanted.items() if found[name] != value}
    for name, value in wrong.items():
        yield problem(
            _("The database runs with {name} = {value}: what was saved could be lost in a power cut.").format(
                name=name, value=value
            ),
            _("Set it to {value}.").format(value=wanted[name]),
        )
    if not wrong:
        yield ok(_("{engine} answers, with durable commits.").format(engine=_engine()))


def _engine() -> str:
    if connection.vendor == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0]}"


def _pragmas() -> dict[str, object]:
    with connection.cursor() as cursor:
        return {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in SQLITE_WANTED}


def _parameters() -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(POSTGRESQL_WANTED)])
        return dict(cursor.fetchall())


@check("integrity", gettext_lazy("Integrity of the database file"))
def check_integrity() -> Iterator[Finding]:
    """SQLite's own quick check; PostgreSQL looks after its files by itself."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        pages, size = (cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        if pages * size > QUICK_CHECK_LIMIT:
            return
        answer = cursor.execute("PRAGMA quick_check(1)").fetchone()[0]
    if answer == "ok":
        yield ok(_("The database file is whole ({size} MB).").format(size=pages * size // 2**20))
    else:
        yield problem(
            _("The database file is damaged: {reason}").format(reason=answer),
            _("Stop the desk, keep a copy of the file, and restore the latest backup."),
        )


@check("migrations", gettext_lazy("Version of the database"))
def check_migrations() -> Iterator[Finding]:
    """Database and program fit together."""
    lacking, unknown = schema.missing_steps(), schema.unknown_steps()
    if unknown:
        yield problem(
            _("A newer program has changed the database: {steps}.").format(steps=_names(unknown)),
            _("Install that version again, or restore the backup made before the upgrade."),
        )
    if lacking:
        yield problem(
            ngettext(
                "The database lacks {count} step of this program.",
                "The database lacks {count} steps of this program.",
                len(lacking),
            ).format(count=len(lacking)),
            "klardesk prepare",
        )
    if not lacking and not unknown:
        yield ok(_("Database and program are of the same version."))


def _names(steps: list[schema.Step]) -> str:
    return ", ".join(f"{app}.{name}" for app, name in steps[:5])


@check("guards", gettext_lazy("Guards of the history"))
def check_guards() -> Iterator[Finding]:
    """The triggers that refuse changes to the ledger are in place."""
    gone = missing(connection)
    if gone:
        yield problem(
            _("The database no longer protects the history: {names} are missing or changed.").format(
                names=", ".join(gone)
            ),
            _("Somebody with access to the database removed them. Run klardesk verify, and find out who it was."),
        )
    else:
        yield ok(_("The database refuses changes to the history."))


@check("seals", gettext_lazy("Seals"))
def check_seals() -> Iterator[Finding]:
    """A seal is made daily."""
    latest = Seal.objects.order_by("-number").values_list("at", flat=True).first()
    if latest is None:
        if Event.objects.filter(at__lt=clock.now() - SEAL_AGE).exists():
            yield warning(
                _("The history was never sealed."),
                _("Start the worker, which seals daily, or run klardesk ledger seal."),
            )
        else:
            yield ok(_("The history is young; its first seal comes within a day."))
    elif latest < clock.now() - SEAL_AGE:
        yield warning(
            _("The last seal of the history is of {day}.").format(day=latest.date().isoformat()),
            _("Start the worker, which seals daily, or run klardesk ledger seal."),
        )
    else:
        yield ok(_("The history was sealed within two days."))


@check("clock", gettext_lazy("Clock"))
def check_clock() -> Iterator[Finding]:
    """The machine's clock agrees with the history and with the database server."""
    now = clock.now()
    latest = Event.objects.order_by("-pk").values_list("at", flat=True).first()
    if latest is not None and latest > now + CLOCK_TOLERANCE:
        yield problem(
            _("The history's last event is of {latest}, but this machine's clock says {now} (UTC).").format(
                latest=f"{latest:%Y-%m-%d %H:%M}", now=f"{now:%Y-%m-%d %H:%M}"
            ),
            _("Set the clock (timedatectl set-ntp true). Until then due times and the order of events are wrong."),
        )
    elif (apart := _apart_from_server()) > CLOCK_TOLERANCE:
        yield warning(
            ngettext(
                "The clocks of this machine and of the database server are {seconds} second apart.",
                "The clocks of this machine and of the database server are {seconds} seconds apart.",
                round(apart.total_seconds()),
            ).format(seconds=round(apart.total_seconds())),
            _("Let both machines follow a time server (timedatectl set-ntp true)."),
        )
    else:
        yield ok(_("The clock agrees with the history."))


def _apart_from_server() -> timedelta:
    if connection.vendor != "postgresql":
        return timedelta(0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        apart: timedelta = abs(cursor.fetchone()[0] - clock.now())
    return apart
