"""A live MySQL or MariaDB, within one read-only transaction; nothing is ever written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pymysql
from pymysql.converters import encoders
from pymysql.cursors import SSCursor

from klardesk.otrs.source import mysqlaccounts, mysqlddl
from klardesk.otrs.source.address import Address
from klardesk.otrs.source.model import SIZE, Batch, Code, Column, Engine, Schema, Table, Value, Wanted, chosen
from klardesk.otrs.source.opening import Progress
from klardesk.otrs.source.problems import CannotRead

ROWS = 2000
CONVERSIONS: dict[Any, Any] = {**encoders}
"""Values go out as ever, and come in as the server sends them: zero dates and damaged bytes are what is looked for."""
DENIED = {1044, 1045, 1142, 1143, 1227, 1370, 1698}
SESSION = (
    "SET SESSION sql_mode = ''",
    "SET SESSION time_zone = '+00:00'",
    "SET SESSION TRANSACTION READ ONLY",
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT",
)


class Mysql:
    """See `klardesk.otrs.source.model.Database`."""

    engine: Engine = "mysql"

    def __init__(self, address: Address, progress: Progress) -> None:
        self.schema = Schema()
        self.problems: list[tuple[str, CannotRead]] = []
        self._address = address
        self._progress = progress
        self._connection = _connect(address)
        try:
            self._version = self._ask("SELECT VERSION()")[0][0]
            self._read_schema()
        except pymysql.MySQLError as error:
            self.close()
            raise _problem(error, "") from None
        except CannotRead:
            self.close()
            raise
        if "mariadb" in self._version.lower():
            self.engine = "mariadb"

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
            try:
                yield from self._read(table, chosen(table, wanted))
            except pymysql.MySQLError as error:
                table.complete = False
                self.problems.append((name, _problem(error, name)))

    def _read(self, table: Table, names: tuple[str, ...]) -> Iterator[Batch]:
        quoted = _quote(self._written[table.name])
        if not names:
            table.rows = int(self._ask(f"SELECT COUNT(*) FROM {quoted}")[0][0])  # noqa: S608 (the name is quoted)
            return
        columns = [table.columns[name.removesuffix(SIZE)] for name in names]
        wish = ", ".join(_wish(column, name) for column, name in zip(columns, names, strict=True))
        with self._connection.cursor(SSCursor) as cursor:
            cursor.execute(f"SELECT {wish} FROM {quoted}")  # noqa: S608
            while rows := cursor.fetchmany(ROWS):
                table.rows += len(rows)
                yield Batch(table, len(rows), _by_column(rows, names, columns))

    def _ask(self, statement: str, values: Sequence[str] = ()) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return [tuple(_decoded(value) for value in row) for row in cursor.fetchall()]

    def _read_schema(self) -> None:
        name = self._address.name
        kinds = self._ask(
            "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = %s", (name,)
        )
        self._written = {str(table).lower(): str(table) for table, kind in kinds if "VIEW" not in str(kind)}
        if not self._written:
            raise CannotRead("db-no-tables", address=self._address.shown)
        for lower, written in self._written.items():
            self._read_table(lower, written)
        charset = self._ask(
            "SELECT default_character_set_name FROM information_schema.schemata WHERE schema_name = %s", (name,)
        )
        self.schema.charset = mysqlddl.charset_of(f"CHARSET={charset[0][0]}") if charset else ""
        self._read_code()
        self.schema.accounts = mysqlaccounts.accounts(self._ask, name)

    def _read_table(self, lower: str, written: str) -> None:
        try:
            statement = self._ask(f"SHOW CREATE TABLE {_quote(written)}")[0][1]
        except pymysql.MySQLError as error:
            self.problems.append((lower, _problem(error, lower)))
            return
        table = mysqlddl.table_of(statement)
        if table is not None:
            self.schema.tables[lower] = table

    def _read_code(self) -> None:
        name, code = self._address.name, self.schema.code
        for kind, statement in CODE.items():
            try:
                rows = self._ask(statement, (name,))
            except pymysql.MySQLError as error:
                self.problems.append((kind, _problem(error, kind)))
                continue
            code.extend(_code(kind, *row) for row in rows)
        code.extend(self._routines())

    def _routines(self) -> Iterator[Code]:
        for kind, *row in self._ask(ROUTINES, (self._address.name,)):
            yield _code(str(kind).lower(), *row)


def _code(kind: str, name: Any, table: Any, definer: Any, body: Any) -> Code:
    return Code(
        kind, str(name).lower(), str(table or "").lower(), str(definer or ""), " ".join(str(body or "").split())
    )


ROUTINES = (
    "SELECT routine_type, routine_name, NULL, definer, routine_definition FROM information_schema.routines"
    " WHERE routine_schema = %s"
)
CODE = {
    "trigger": "SELECT trigger_name, event_object_table, definer,"
    " CONCAT(action_timing, ' ', event_manipulation, ' ', action_statement)"
    " FROM information_schema.triggers WHERE trigger_schema = %s",
    "view": "SELECT table_name, NULL, definer, view_definition FROM information_schema.views WHERE table_schema = %s",
    "event": "SELECT event_name, NULL, definer, event_definition FROM information_schema.events WHERE event_schema = %s",
}


def _connect(address: Address) -> pymysql.Connection[Any]:
    socket = address.options.get("unix_socket")
    try:
        connection = pymysql.connect(
            host=address.host,
            port=address.port,
            user=address.user,
            password=address.password,
            database=address.name,
            unix_socket=socket,
            charset="utf8mb4",
            use_unicode=False,
            conv=CONVERSIONS,
            connect_timeout=10,
            ssl_ca=address.options.get("ssl_ca"),
        )
        with connection.cursor() as cursor:
            for statement in SESSION:
                cursor.execute(statement)
    except (pymysql.MySQLError, OSError, UnicodeError) as error:
        raise _problem(error, "", address.shown) from None
    return connection


def _problem(error: Exception, what: str, address: str = "") -> CannotRead:
    number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    if address:
        code = "db-refused" if number in DENIED else "db-no-such" if number == 1049 else "db-unreachable"
        return CannotRead(code, address=address, error=f"{type(error).__name__} {number}")
    code = "db-no-right" if number in DENIED else "db-failed"
    return CannotRead(code, table=what, error=f"{type(error).__name__} {number}")


def _quote(name: str) -> str:
    return "`" + name.replace("`", "``").replace("%", "%%") + "`"


def _wish(column: Column, name: str) -> str:
    quoted = "`" + column.name.replace("`", "``") + "`"
    return f"OCTET_LENGTH({quoted})" if name.endswith(SIZE) else quoted


def _by_column(rows: Sequence[Any], names: Sequence[str], columns: Sequence[Column]) -> dict[str, list[Value]]:
    result: dict[str, list[Value]] = {}
    for name, column, raw in zip(names, columns, zip(*rows, strict=True), strict=True):
        if column.is_integer or name.endswith(SIZE):
            result[name] = [None if value is None else int(value) for value in raw]
        elif column.is_binary:
            result[name] = list(raw)
        else:
            result[name] = [_decoded(value) for value in raw]
    return result


def _decoded(value: Any) -> Any:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value
