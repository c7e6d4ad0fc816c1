"""The database engine of `settings.DATABASES` on PostgreSQL: Django's, whose moments are read by psycopg's own C code.

Django reads them by a class in Python, so that each connection may have a time zone of its own: a tenth of the time that a
list of tickets takes. The desk's connections are in UTC, always, which is what the C code then gives.
"""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from django.db.backends.postgresql import base
from psycopg import adapters
from psycopg.adapt import AdaptersMap, Loader
from psycopg.pq import Format


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection, as Django's."""

    def get_connection_params(self) -> dict[str, Any]:
        """As Django's, with psycopg's own reader of moments."""
        params: dict[str, Any] = super().get_connection_params()
        return params | {"context": _adapters(params["context"])}

    def create_cursor(self, name: str | None = None) -> Any:
        """As Django's, which would put its reader back."""
        if name is None:
            return self.connection.cursor()
        of_server: Any = base.ServerSideCursor  # a class of psycopg's, which Django's stubs do not know
        return of_server(self.connection, name=name, scrollable=False, withhold=self.connection.autocommit)


@cache
def _adapters(of_django: AdaptersMap) -> AdaptersMap:
    found = AdaptersMap(of_django)
    found.register_loader("timestamptz", cast(type[Loader], adapters.get_loader(base.TIMESTAMPTZ_OID, Format.TEXT)))
    return found
