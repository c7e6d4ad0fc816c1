"""Whether the desk can serve: what `/health/live` and `/health/ready` answer. For machines, so in English alone."""

from __future__ import annotations

import tempfile

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from klardesk.base import blobs
from klardesk.jobs import queries
from klardesk.jobs.models import Role

_needed: set[tuple[str, str]] = set()


def reasons_not_ready() -> list[str]:
    """One sentence for each thing that keeps the desk from working; none if it is ready."""
    return [*_database_trouble(), *_store_trouble()]


def _database_trouble() -> list[str]:
    try:
        lacking = _steps_of_program() - set(MigrationRecorder(connection).applied_migrations())
        if lacking:
            return [f"the database lacks {len(lacking)} migrations: run klardesk prepare"]
        worker_lives = queries.alive().filter(role=Role.WORKER).exists()
    except Error as error:
        connection.close()
        return [f"the database does not answer ({type(error).__name__})"]
    return [] if worker_lives else ["no worker was seen within a minute: start klardesk worker"]


def _steps_of_program() -> set[tuple[str, str]]:
    """The migrations this program comes with; read from disk once."""
    if not _needed:
        _needed.update(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)
    return _needed


def _store_trouble() -> list[str]:
    try:
        blobs.root().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=blobs.root()) as draft:
            draft.write(b"x")
    except OSError as error:
        return [f"the blob store cannot be written ({error.strerror})"]
    return []
