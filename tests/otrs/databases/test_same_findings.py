"""The same database gives the same findings in the same order, from either engine's dump and live."""

from __future__ import annotations

import gzip
import subprocess
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings

from klardesk.otrs.inspect.inspection import Inspection
from klardesk.otrs.source.live import open_live
from tests.otrs.databases import samples
from tests.otrs.databases.inspected import alarms, inspected
from tests.servers import mariadb

pytestmark = [pytest.mark.oracles, pytest.mark.slow, samples.needed]
SEEDED = """
DELETE FROM article_data_mime WHERE article_id = 600;
UPDATE ticket SET ticket_state_id = 7 WHERE id = 95;
UPDATE ticket SET create_time = '2031-01-01 00:00:00' WHERE id = 50;
UPDATE users SET pw = 'geheim!' WHERE id = 3;
CREATE TABLE crm_contract (id INT NOT NULL PRIMARY KEY, ticket_id INT, mail VARCHAR(100));
INSERT INTO crm_contract VALUES (1, 5, 'a@example.com'), (2, 6, 'b@example.com');
ALTER TABLE ticket ADD COLUMN vendor_state VARCHAR(20);
UPDATE ticket SET vendor_state = 'x' WHERE id < 100;
ALTER TABLE queue DROP COLUMN unlock_timeout;
"""


def told(inspection: Inspection) -> list[object]:
    """What a report would say of the database itself; a dump does not know who may log in to the server."""
    return [
        (each.code, each.level, each.place, sorted(each.evidence.items()))
        for each in inspection.findings
        if not each.code.startswith("schema.account")
    ]


def sheets(inspection: Inspection) -> list[object]:
    """The tables of facts."""
    return [(each.code, each.rows) for each in inspection.sheets if each.code != "database.accounts"]


def content(path: Any) -> str:
    return "\n".join(
        line for line in gzip.decompress(path.read_bytes()).decode().split("\n") if not line.startswith("\\restrict")
    )


def test_dumps_of_both_engines_give_the_same_findings() -> None:
    mysql, postgres = (inspected(samples.dump(path)) for path in (samples.SMALL_MYSQL, samples.SMALL_POSTGRES))
    assert told(mysql) == told(postgres)
    assert sheets(mysql) == sheets(postgres)
    assert mysql.facts == postgres.facts
    assert alarms(mysql) == alarms(postgres) == []


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    with mariadb.running() as running:
        yield running


@pytest.mark.server
def test_a_live_mariadb_gives_the_findings_of_its_dump(server: Any) -> None:
    server.run("CREATE DATABASE small CHARACTER SET utf8mb3")
    server.run(content(samples.SMALL_MYSQL), "small")
    live, dump = inspected(open_live(server.url("small"), samples.quiet)), inspected(samples.dump(samples.SMALL_MYSQL))
    assert told(live) == told(dump)
    assert sheets(live) == sheets(dump)
    assert alarms(live) == []
    server.run("SET FOREIGN_KEY_CHECKS = 0;" + SEEDED, "small")
    assert seeded(inspected(open_live(server.url("small"), samples.quiet)))


def seeded(inspection: Inspection) -> bool:
    """Whether everything of SEEDED was found at its place."""
    found = {(each.code, each.place.table, each.place.column, each.place.row) for each in inspection.findings}
    wanted = {
        ("data.article.empty", "article_data_mime", "article_id", "600"),
        ("data.history.state", "ticket", "ticket_state_id", "95"),
        ("data.time.future", "ticket", "create_time", "50"),
        ("people.password.plain", "users", "pw", "jgross"),
        ("schema.table.unknown", "crm_contract", "", ""),
        ("schema.column.unknown", "ticket", "vendor_state", ""),
        ("schema.column.missing", "queue", "unlock_timeout", ""),
        ("takeover.loss", "ticket", "vendor_state", ""),
    }
    assert wanted - found == set()
    contract = next(
        each for each in inspection.findings if each.place.table == "crm_contract" and each.code.startswith("schema")
    )
    assert contract.evidence["points_at"] == ("ticket.id", "…@…")
    assert contract.evidence["rows"] == 2
    return True


@pytest.mark.server
@pytest.mark.postgres
def test_a_live_postgresql_gives_the_findings_of_its_dump() -> None:
    default = settings.DATABASES["default"]
    base = f"postgresql://{default['USER']}:{default['PASSWORD']}@{default['HOST']}:{default['PORT']}"
    with psycopg.connect(f"{base}/postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS inspected_small")
        connection.execute("CREATE DATABASE inspected_small")
        try:
            url = f"{base}/inspected_small"
            subprocess.run(
                ["psql", "-q", url], input=content(samples.SMALL_POSTGRES).encode(), capture_output=True, check=True
            )
            live, dump = inspected(open_live(url, samples.quiet)), inspected(samples.dump(samples.SMALL_POSTGRES))
            assert told(live) == told(dump)
            assert sheets(live) == sheets(dump)
            assert alarms(live) == []
            with psycopg.connect(url, autocommit=True) as altered:
                altered.execute("SET session_replication_role = replica")
                altered.execute(SEEDED)
            assert seeded(inspected(open_live(url, samples.quiet)))
        finally:
            connection.execute("DROP DATABASE inspected_small WITH (FORCE)")
