"""The database's shape: brought up to date by one starter at a time, never touched if it is newer than the program."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from klardesk.admin.up.errors import CannotStart

_LOCK = 0x6B6C6172  # "klar": the number of the advisory lock, one for all who start on this database
Step = tuple[str, str]


@contextmanager
def alone() -> Iterator[None]:
    """Only one starter of this database is inside at a time, on any machine; the others wait."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        return
    file = Path(connection.settings_dict["NAME"])
    with file.with_name(f"{file.name}.starting").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def missing_steps() -> list[Step]:
    """The migrations that the database lacks, as (app, name), in no order."""
    loader = MigrationLoader(connection)
    return sorted(set(loader.graph.nodes) - set(loader.applied_migrations))


def unknown_steps() -> list[Step]:
    """The migrations that the database has and this program does not know: a newer program was at work."""
    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations)
    for step in loader.disk_migrations.values():
        known.update((app, name) for app, name in step.replaces)
    return sorted(set(loader.applied_migrations) - known)


def refuse_newer() -> None:
    """Raise CannotStart if the database was migrated by a newer program."""
    unknown = unknown_steps()
    if unknown:
        names = ", ".join(f"{app}.{name}" for app, name in unknown[:3]) + (" …" if len(unknown) > 3 else "")
        raise CannotStart(
            f"The database was brought to a newer version of Klardesk than this program ({names}). "
            "Nothing was changed. Install that version again, or restore the backup made before the upgrade."
        )


def migrate() -> int:
    """Bring the database up to date; returns how many steps that took."""
    missing = missing_steps()
    if missing:
        call_command("migrate", verbosity=0, interactive=False)
    return len(missing)
