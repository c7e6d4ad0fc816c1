"""A live server shows exactly what its dump shows, is never written to, and says clearly what it does not let us see."""

from __future__ import annotations

import gzip
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest
from django.conf import settings

from klardesk.otrs.source.live import open_live
from klardesk.otrs.source.model import Code
from klardesk.otrs.source.problems import CannotRead
from tests.otrs.databases import samples
from tests.servers import mariadb

SECRET = "a-password-nobody-sees"


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    with mariadb.running() as running:
        yield running


@pytest.mark.server
@pytest.mark.oracles
@samples.needed
def test_a_live_mariadb_shows_what_its_dump_shows(server: Any) -> None:
    server.run("CREATE DATABASE small CHARACTER SET utf8mb3")
    server.run(gzip.decompress(samples.SMALL_MYSQL.read_bytes()).decode(), "small")
    live, dump = open_live(server.url("small"), samples.quiet), samples.dump(samples.SMALL_MYSQL)
    live_rows, dump_rows = samples.all_rows(live), samples.all_rows(dump)
    assert {name: sorted(map(repr, rows)) for name, rows in live_rows.items()} == {
        name: sorted(map(repr, rows)) for name, rows in dump_rows.items()
    }
    assert samples.comparable(live.schema) == samples.comparable(dump.schema)
    assert live.problems == dump.problems == []


@pytest.mark.server
@pytest.mark.postgres
@pytest.mark.oracles
@samples.needed
def test_a_live_postgresql_shows_what_its_dump_shows(postgres: str) -> None:
    content = gzip.decompress(samples.SMALL_POSTGRES.read_bytes())
    content = b"\n".join(line for line in content.split(b"\n") if not line.startswith(b"\\restrict"))
    subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=0", postgres], input=content, capture_output=True, check=True)
    live, dump = open_live(postgres, samples.quiet), samples.dump(samples.SMALL_POSTGRES)
    live_rows, dump_rows = samples.all_rows(live), samples.all_rows(dump)
    assert {name: sorted(map(repr, rows)) for name, rows in live_rows.items()} == {
        name: sorted(map(repr, rows)) for name, rows in dump_rows.items()
    }
    assert samples.comparable(live.schema) == samples.comparable(dump.schema)


@pytest.mark.server
@pytest.mark.oracles
@samples.needed
def test_dumps_of_both_engines_show_the_same_rows() -> None:
    mysql, postgres = samples.dump(samples.SMALL_MYSQL), samples.dump(samples.SMALL_POSTGRES)
    assert {name: len(rows) for name, rows in samples.all_rows(mysql).items()} == {
        name: len(rows) for name, rows in samples.all_rows(postgres).items()
    }
    assert list(mysql.schema.tables) == list(postgres.schema.tables)


@pytest.mark.server
def test_a_mariadb_is_not_written_to_and_shows_its_code_and_accounts(server: Any) -> None:
    server.run(
        "CREATE DATABASE own; USE own; CREATE TABLE users (id INT PRIMARY KEY, pw TEXT); INSERT INTO users VALUES (1, 'x');"
        "CREATE TRIGGER keeps AFTER INSERT ON users FOR EACH ROW SET @x = NEW.pw;"
        "CREATE VIEW sees AS SELECT id FROM users; CREATE EVENT runs ON SCHEDULE EVERY 1 DAY DO DELETE FROM users;"
        "CREATE PROCEDURE does() SELECT 1; CREATE USER reader@'%'; GRANT SELECT, UPDATE ON own.* TO reader@'%';"
    )
    live = open_live(server.url("own"), samples.quiet)
    assert sorted((code.kind, code.name, code.table) for code in live.schema.code) == [
        ("event", "runs", ""),
        ("procedure", "does", ""),
        ("trigger", "keeps", "users"),
        ("view", "sees", ""),
    ]
    reader = next(account for account in live.schema.accounts or () if account.name == "reader")
    assert (reader.rights, reader.is_superuser, reader.has_password) == (("SELECT", "UPDATE"), False, False)
    with pytest.raises(pymysql.MySQLError, match="READ ONLY"):
        live._ask("DELETE FROM users")
    live.close()


@pytest.mark.server
def test_without_rights_a_mariadb_says_so_and_never_the_password(server: Any) -> None:
    server.run(
        "CREATE DATABASE closed; CREATE TABLE closed.a (id INT); CREATE TABLE closed.b (id INT); CREATE TABLE closed.c (x INT);"
        f"CREATE USER little@'%' IDENTIFIED BY '{SECRET}';"
        "GRANT SELECT ON closed.a TO little@'%'; GRANT INSERT ON closed.b TO little@'%';"
        f"CREATE USER nothing@'%' IDENTIFIED BY '{SECRET}'; GRANT CREATE TEMPORARY TABLES ON closed.* TO nothing@'%'"
    )
    live = open_live(server.url("closed", "little", SECRET), samples.quiet)
    samples.all_rows(live)
    assert [(table, problem.code) for table, problem in live.problems] == [("b", "db-no-right")]
    for user, password, code in (("nothing", SECRET, "db-no-tables"), ("little", SECRET + "!", "db-refused")):
        with pytest.raises(CannotRead) as refused:
            open_live(server.url("closed", user, password), samples.quiet)
        assert refused.value.code == code
        assert SECRET not in str(refused.value)
    with pytest.raises(CannotRead, match=r"db-no-such|db-refused"):
        open_live(server.url("absent"), samples.quiet)


@pytest.fixture
def postgres() -> Iterator[str]:
    """The address of an empty database on the tests' PostgreSQL."""
    default = settings.DATABASES["default"]
    base = f"postgresql://{default['USER']}:{default['PASSWORD']}@{default['HOST']}:{default['PORT']}"
    with psycopg.connect(f"{base}/postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS inspected")
        connection.execute("CREATE DATABASE inspected")
        yield f"{base}/inspected"
        connection.execute("DROP DATABASE inspected WITH (FORCE)")


@pytest.mark.server
@pytest.mark.postgres
def test_a_postgresql_is_not_written_to_and_shows_its_code(postgres: str) -> None:
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE users (id serial PRIMARY KEY, pw text DEFAULT 'x'); INSERT INTO users DEFAULT VALUES"
        )
        connection.execute("CREATE FUNCTION does() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$")
        connection.execute("CREATE TRIGGER keeps AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION does()")
        connection.execute(
            "CREATE VIEW sees AS SELECT id FROM users; CREATE SCHEMA other; CREATE TABLE other.hidden (id int)"
        )
    live = open_live(postgres, samples.quiet)
    found = {(code.kind, code.name, code.table) for code in live.schema.code}
    assert found == {("function", "does", ""), ("trigger", "keeps", "users"), ("view", "sees", "")}
    assert sorted(live.schema.tables) == ["other.hidden", "users"]
    assert samples.all_rows(open_live(postgres, samples.quiet))["users"] == [(1, "x")]
    with pytest.raises(psycopg.Error, match="read-only"):
        live._ask("DELETE FROM users")
    live.close()


@pytest.mark.server
@pytest.mark.postgres
def test_a_postgresql_that_refuses_says_so_without_the_password(postgres: str) -> None:
    wrong = postgres.replace("@", f"{SECRET}@")
    with pytest.raises(CannotRead) as refused:
        open_live(wrong, samples.quiet)
    assert refused.value.code == "db-refused"
    assert SECRET not in str(refused.value)
    with pytest.raises(CannotRead, match="db-no-tables"):
        open_live(postgres, samples.quiet)


@pytest.mark.parametrize(
    "url", [f"mysql://u:{SECRET}@host:port/x", f"oracle://u:{SECRET}@h/x", f"mysql://u:{SECRET}@h", "nonsense"]
)
def test_what_is_no_address_is_refused_without_the_password(url: str) -> None:
    with pytest.raises(CannotRead) as refused:
        open_live(url, samples.quiet)
    assert refused.value.code == "db-address"
    assert SECRET not in repr(refused.value)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PGDMP\1\16", "dump-kind"),
        (b"\xff\xfe-\0-\0", "dump-kind"),
        (b"hello", "no-dump"),
        (b"-- MySQL dump 10\n", "dump-empty"),
        (b"", "no-dump"),
    ],
)
def test_a_file_that_is_no_dump_says_what_it_is(content: bytes, code: str, tmp_path: Path) -> None:
    (tmp_path / "dump.sql").write_bytes(content)
    with pytest.raises(CannotRead) as refused:
        samples.all_rows(samples.dump(tmp_path / "dump.sql"))
    assert refused.value.code == code


def test_code_compares_by_its_fields() -> None:
    assert Code("view", "a") < Code("view", "b")
