"""A live server, of whichever engine."""

from __future__ import annotations

from klardesk.otrs.source import address
from klardesk.otrs.source.model import Database
from klardesk.otrs.source.opening import Progress, register_opener


def open_live(url: str, progress: Progress) -> Database:
    """The reader for the server at this address. Raises CannotRead; a password is in no error."""
    where = address.parse(url)
    if where.scheme in {"mysql", "mariadb"}:
        from klardesk.otrs.source.mysql import Mysql

        return Mysql(where, progress)
    from klardesk.otrs.source.postgres import Postgres

    return Postgres(where, progress)


register_opener("db", open_live)
