"""Everything that must be there before the desk serves: shape of the database, keys, first data, first administrator."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from klardesk.access.actions import first_administrator
from klardesk.admin.setup import create_first_data
from klardesk.admin.up import checks, schema
from klardesk.admin.up.errors import CannotStart
from klardesk.ledger.keys import KeyProblem, ensure_key


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the preparation did: migrations applied, and the one-time address if no administrator has a password yet."""

    migrations: int
    administrator_link: str | None


def prepare() -> Prepared:
    """Prepare the installation. Safe to repeat, and to run on several machines at once. Raises CannotStart."""
    checks.check_data()
    checks.check_database()
    try:
        with schema.alone():
            schema.refuse_newer()
            migrations = schema.migrate()
            ensure_key()
            link = first_administrator()
            create_first_data()
    except KeyProblem as error:
        raise CannotStart(str(error)) from error
    finally:
        connection.close()
    return Prepared(migrations, link)
