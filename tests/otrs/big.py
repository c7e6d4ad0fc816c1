"""The BIG sample from its dump, a live MariaDB and a live PostgreSQL: same findings, and what each cost.

    python -m tests.otrs.big [postgresql://user:password@host:port/database-to-connect-to]

Not a test of the suite: it takes minutes. The dump is MySQL's alone; into PostgreSQL its rows are copied under the schema of
the SMALL sample, which is of the same release.
"""

from __future__ import annotations

import base64
import gzip
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg
from psycopg import sql

from klardesk.otrs.source.live import open_live
from tests.otrs.databases import samples
from tests.otrs.databases.inspected import alarms, inspected
from tests.otrs.databases.test_same_findings import content, sheets, told
from tests.servers import mariadb

BIG = samples.SAMPLES / "big-znuny654-mysql.sql.gz"
Found = tuple[list[object], list[object]]


def measured(name: str, database: Callable[[], Any]) -> Found:
    """Inspect, and print what it cost: seconds of the clock and of our CPU, and the most memory so far."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = inspected(database())
    line = {
        "name": name, "findings": len(found.findings), "alarms": len(alarms(found)),
        "seconds": round(time.perf_counter() - wall, 1), "cpu": round(time.process_time() - cpu, 1),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip
    print(json.dumps(line), flush=True)
    return told(found), sheets(found)


BASE64 = {
    "article_data_mime_attachment", "article_data_mime_plain", "mail_queue", "standard_attachment", "virtual_fs_db",
    "web_upload_cache", "package_repository",
}  # fmt: skip
"""Tables whose bytes stand as base64 in PostgreSQL, as the SMALL sample has them; elsewhere they are text."""


def value_of(table: str, value: Any) -> Any:
    """A value as PostgreSQL holds it."""
    if not isinstance(value, bytes):
        return value
    return base64.encodebytes(value).decode() if table in BASE64 else value.decode("utf-8", "replace")


def copy_into(url: str) -> None:
    """BIG's rows under SMALL's schema."""
    schema = content(samples.SMALL_POSTGRES).encode()
    subprocess.run(["psql", "-q", url], input=schema, capture_output=True, check=True)
    with psycopg.connect(url) as connection, closing(samples.dump(BIG)) as dump:
        connection.execute("SET session_replication_role = replica")
        names = [name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        for name in names:
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        for batch in dump.stream(lambda table: list(table.columns)):
            columns = list(batch.table.columns)
            target = sql.SQL("COPY {} ({}) FROM STDIN").format(
                sql.Identifier(batch.table.name), sql.SQL(", ").join(map(sql.Identifier, columns))
            )
            with connection.cursor().copy(target) as copy:
                for row in zip(*(batch.columns[name] for name in columns), strict=True):
                    copy.write_row([value_of(batch.table.name, value) for value in row])


def main(base: str) -> int:
    """0 if all ways gave the same."""
    dump = measured("dump", lambda: samples.dump(BIG))
    with mariadb.running() as server:
        server.run("CREATE DATABASE big CHARACTER SET utf8mb3")
        server.run(gzip.decompress(BIG.read_bytes()).decode(), "big")
        live = measured("MariaDB", lambda: open_live(server.url("big"), samples.quiet))
    same = live == dump
    if base:
        with psycopg.connect(base, autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS inspected_big")
            connection.execute("CREATE DATABASE inspected_big")
        url = f"{base.rpartition('/')[0]}/inspected_big"
        copy_into(url)
        postgres = measured("PostgreSQL", lambda: open_live(url, samples.quiet))
        for ours, theirs in zip(postgres, dump, strict=True):
            print([each for each in ours if each not in theirs][:5], [each for each in theirs if each not in ours][:5])
        same = same and postgres == dump
    print("the same findings" if same else "DIFFERENT findings")
    return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
