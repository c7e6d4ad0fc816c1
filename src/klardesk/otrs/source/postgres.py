"""A live PostgreSQL, within one read-only transaction; nothing is ever written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import psycopg
from psycopg import sql

from klardesk.otrs.source import pgddl
from klardesk.otrs.source.address import Address
from klardesk.otrs.source.model import (
    SIZE,
    Account,
    Batch,
    Column,
    Engine,
    Schema,
    Table,
    Value,
    Wanted,
    chosen,
    holds_base64,
)
from klardesk.otrs.source.opening import Progress
from klardesk.otrs.source.problems import CannotRead

ROWS = 2000
OPTIONS = (
    "-c default_transaction_read_only=on -c DateStyle=ISO,YMD -c TimeZone=UTC -c lock_timeout=10s -c row_security=off"
)
OURS = r"n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'"
TABLES = """SELECT c.oid, n.nspname, c.relname, has_table_privilege(c.oid, 'SELECT') FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'f') AND OURS ORDER BY 2, 3"""
COLUMNS = """SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
    pg_get_expr(x.adbin, x.adrelid), a.attidentity
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attrdef x ON x.adrelid = a.attrelid AND x.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f') AND OURS ORDER BY a.attrelid, a.attnum"""
KEYS = """SELECT k.conrelid, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE k.contype IN ('p', 'u', 'f') AND OURS ORDER BY k.conrelid, k.conname"""
INDEXES = """SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE OURS AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) ORDER BY 1"""
CODE = (
    """SELECT pg_get_triggerdef(t.oid), '' FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND OURS""",
    """SELECT 'CREATE VIEW ' || quote_ident(n.nspname) || '.' || quote_ident(c.relname) || ' AS ' || pg_get_viewdef(c.oid),
        pg_get_userbyid(c.relowner) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('v', 'm') AND OURS
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')""",
    """SELECT pg_get_functiondef(p.oid), pg_get_userbyid(p.proowner) FROM pg_proc p
        JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prokind IN ('f', 'p') AND OURS
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')""",
    """SELECT pg_get_ruledef(r.oid), '' FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE r.rulename <> '_RETURN' AND OURS""",
    """SELECT 'CREATE EVENT TRIGGER ' || quote_ident(evtname) || ' ON ' || evtevent, pg_get_userbyid(evtowner)
        FROM pg_event_trigger""",
)
ACCOUNTS = """SELECT r.rolname, r.rolsuper, has_table_privilege(r.oid, c.oid, 'SELECT'),
    has_table_privilege(r.oid, c.oid, 'INSERT'), has_table_privilege(r.oid, c.oid, 'UPDATE'),
    has_table_privilege(r.oid, c.oid, 'DELETE'), r.rolcreaterole
    FROM pg_roles r, pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE r.rolcanlogin AND c.relname = 'users' AND c.relkind = 'r' AND n.nspname = 'public' ORDER BY 1"""


class Postgres:
    """See `klardesk.otrs.source.model.Database`."""

    engine: Engine = "postgresql"

    def __init__(self, address: Address, progress: Progress) -> None:
        self.schema = Schema()
        self.problems: list[tuple[str, CannotRead]] = []
        self._address = address
        self._progress = progress
        self._connection = _connect(address)
        try:
            self._version = str(self._ask("SELECT current_setting('server_version')")[0][0])
            self._read_schema()
        except psycopg.Error as error:
            self._connection.close()
            raise CannotRead("db-failed", table="", error=type(error).__name__) from None
        except CannotRead:
            self._connection.close()
            raise

    def describe(self) -> Mapping[str, str | int]:
        """Engine, version, the database's name and the kind of source."""
        return {"engine": self.engine, "version": self._version, "name": self._address.name, "source": "live"}

    def close(self) -> None:
        """Leave the server."""
        self._connection.close()

    def stream(self, wanted: Wanted) -> Iterator[Batch]:
        """All tables by name."""
        for number, name in enumerate(sorted(self.schema.tables)):
            self._progress(name, number, len(self.schema.tables))
            table = self.schema.tables[name]
            if not table.complete:
                continue
            try:
                with self._connection.transaction():
                    yield from self._read(table, chosen(table, wanted))
            except psycopg.Error as error:
                table.complete = False
                self.problems.append((name, CannotRead("db-failed", table=name, error=type(error).__name__)))

    def _read(self, table: Table, names: tuple[str, ...]) -> Iterator[Batch]:
        quoted = sql.Identifier(*self._written[table.name])
        if not names:
            table.rows = int(self._ask(sql.SQL("SELECT count(*) FROM {}").format(quoted))[0][0])
            return
        columns = [table.columns[name.removesuffix(SIZE)] for name in names]
        wishes = [self._wish(table, column, name) for column, name in zip(columns, names, strict=True)]
        with self._connection.cursor(name="klardesk") as cursor:
            cursor.execute(sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(wishes), quoted))
            while rows := cursor.fetchmany(ROWS):
                table.rows += len(rows)
                yield Batch(table, len(rows), _by_column(rows, names, columns))

    def _wish(self, table: Table, column: Column, name: str) -> sql.Composable:
        quoted = sql.Identifier(self._columns[table.name, column.name])
        if not name.endswith(SIZE):
            return sql.SQL("{}::text").format(quoted)
        if holds_base64("postgresql", table.name, column.name):
            return sql.SQL("octet_length(translate({}::text, E'\\n\\r=', '')) * 3 / 4").format(quoted)
        return sql.SQL("octet_length({}::text)").format(quoted)

    def _ask(self, statement: str | sql.Composable) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement.replace("OURS", OURS) if isinstance(statement, str) else statement)  # type: ignore[arg-type]
            return cursor.fetchall()

    def _read_schema(self) -> None:
        self._written: dict[str, tuple[str, str]] = {}
        self._columns: dict[tuple[str, str], str] = {}
        tables: dict[int, Table] = {}
        for oid, space, name, may_read in self._ask(TABLES):
            table = Table(name.lower() if space == "public" else f"{space}.{name}".lower(), complete=bool(may_read))
            tables[oid] = self.schema.tables[table.name] = table
            self._written[table.name] = (space, name)
            if not may_read:
                self.problems.append((table.name, CannotRead("db-no-right", table=table.name, error="SELECT")))
        if not tables:
            raise CannotRead("db-no-tables", address=self._address.shown)
        self._read_columns(tables)
        for oid, name, definition in self._ask(KEYS):
            pgddl.constraint(tables[oid], name, definition)
        for (definition,) in self._ask(INDEXES):
            pgddl.obey(definition, self.schema)
        self._read_code()
        self.schema.charset = str(self._ask("SELECT current_setting('server_encoding')")[0][0]).lower()
        self.schema.accounts = self._accounts()

    def _read_columns(self, tables: Mapping[int, Table]) -> None:
        for oid, name, written, is_set, expression, identity in self._ask(COLUMNS):
            default, automatic = pgddl.default_of(expression)
            column = Column(
                name.lower(), pgddl.type_of(written), not is_set, default, automatic or bool(identity.strip())
            )
            tables[oid].columns[column.name] = column
            self._columns[tables[oid].name, column.name] = name

    def _read_code(self) -> None:
        for statement in CODE:
            for definition, owner in self._ask(statement):
                code = pgddl.code_in(definition)
                if code is not None:
                    self.schema.code.append(
                        code if not owner else type(code)(code.kind, code.name, code.table, owner, code.body)
                    )

    def _accounts(self) -> list[Account]:
        words = ("SELECT", "INSERT", "UPDATE", "DELETE", "CREATEROLE")
        found = []
        for name, is_superuser, *has in self._ask(ACCOUNTS):
            rights = tuple(word for word, is_so in zip(words, has, strict=True) if is_so)
            if rights:
                found.append(Account(name, "", rights, is_superuser))
        return found


def _connect(address: Address) -> psycopg.Connection[Any]:
    options: dict[str, Any] = {key: value for key, value in address.options.items() if key.startswith("ssl")}
    try:
        connection = psycopg.connect(
            host=address.host,
            port=address.port,
            user=address.user or None,
            password=address.password or None,
            dbname=address.name,
            connect_timeout=10,
            options=OPTIONS,
            client_encoding="UTF8",
            **options,
        )
    except (psycopg.Error, UnicodeError) as error:
        words = str(error).lower()
        is_refused = "authentication" in words or "permission" in words or "pg_hba" in words or "role" in words
        code = (
            "db-no-such"
            if "database" in words and "does not exist" in words
            else "db-refused"
            if is_refused
            else "db-unreachable"
        )
        raise CannotRead(code, address=address.shown, error=type(error).__name__) from None
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    return connection


def _by_column(rows: Sequence[Any], names: Sequence[str], columns: Sequence[Column]) -> dict[str, list[Value]]:
    result: dict[str, list[Value]] = {}
    for name, column, raw in zip(names, columns, zip(*rows, strict=True), strict=True):
        if column.is_integer or name.endswith(SIZE):
            result[name] = [None if value is None else int(value) for value in raw]
        else:
            result[name] = [
                value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value for value in raw
            ]
    return result
