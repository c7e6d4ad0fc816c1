"""A dump file, of whichever engine."""

from __future__ import annotations

import re
from pathlib import Path

from klardesk.otrs.source.chunks import Chunks
from klardesk.otrs.source.mysqldump import MysqlDump
from klardesk.otrs.source.opening import Progress, register_opener
from klardesk.otrs.source.pgdump import PostgresDump
from klardesk.otrs.source.problems import CannotRead

POSTGRES = re.compile(rb"PostgreSQL database dump|^SET client_encoding|^COPY \S+ \(|^SELECT pg_catalog\.", re.MULTILINE)
MYSQL = re.compile(rb"MySQL dump|MariaDB dump|phpMyAdmin|/\*!\d{5}|/\*M!|`", re.MULTILINE)
SQL = re.compile(rb"^(CREATE TABLE|INSERT INTO) ", re.MULTILINE)


def open_dump(name: str, progress: Progress) -> MysqlDump | PostgresDump:
    """The reader for this file. Raises CannotRead if it is no dump in plain SQL."""
    path = Path(name)
    chunks = Chunks(path, lambda _step, _done, _total: None)
    try:
        head = chunks.buffer[: 1 << 18]
    finally:
        chunks.close()
    if POSTGRES.search(head):
        return PostgresDump(path, progress)
    if MYSQL.search(head) or SQL.search(head):
        return MysqlDump(path, progress)
    raise CannotRead("no-dump", path=name)


register_opener("dump", open_dump)
