"""A dump by mysqldump, mariadb-dump or the like, read once from its beginning to its end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from klardesk.otrs.source import mysqlddl
from klardesk.otrs.source.chunks import Chunks
from klardesk.otrs.source.model import SIZE, Batch, Column, Engine, Schema, Table, Value, Wanted, chosen
from klardesk.otrs.source.opening import Progress
from klardesk.otrs.source.problems import CannotRead

QUOTED = rb"'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'"
FIELD = rb"[^'(),;]*+(?:" + QUOTED + rb")?+"
ANY_ROW = re.compile(rb"\s*+\((?:[^'()]++|" + QUOTED + rb"|\([^()]*+\))*+\)", re.DOTALL)
NEXT = re.compile(rb"\s*+([,;])")
HEAD = re.compile(
    rb"(?:INSERT|REPLACE)\s+(?:(?:IGNORE|DELAYED|LOW_PRIORITY)\s+)*(?:INTO\s+)?(?:(`[^`]+`|\w+)\.)?(`[^`]+`|\w+)\s*"
    rb"(?:\(([^()]*)\)\s*)?VALUES?\s*",
    re.IGNORECASE,
)
BLANK = re.compile(rb"(?:\s++|--(?:[ \t][^\n]*+)?+(?=\n)|#[^\n]*+\n|/\*(?![!M])(?:[^*]|\*(?!/))*+\*/)++")
RESYNC = re.compile(
    rb"\n(?:UNLOCK TABLES;|/\*!40000 ALTER TABLE |INSERT INTO [`\w]|CREATE TABLE |DROP TABLE |-- Dump completed)"
)
DELIMITER = re.compile(rb"DELIMITER[ \t]+(\S+)[^\n]*\n?", re.IGNORECASE)
ESCAPE = re.compile(rb"\\(.)|''", re.DOTALL)
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"0": b"\0", b"b": b"\b", b"Z": b"\x1a", b"%": b"\\%", b"_": b"\\_"}
CHARSETS = {
    "utf8": "utf-8",
    "utf8mb3": "utf-8",
    "utf8mb4": "utf-8",
    "latin1": "cp1252",
    "binary": "utf-8",
    "ascii": "ascii",
}
SYSTEM = {"mysql", "sys", "information_schema", "performance_schema"}
ROWS, BYTES = 2000, 4 << 20
LOOK = 1 << 16


class MysqlDump:
    """See `klardesk.otrs.source.model.Database`."""

    engine: Engine = "mysql"

    def __init__(self, path: Path, progress: Progress) -> None:
        self.schema = Schema()
        self.problems: list[tuple[str, CannotRead]] = []
        self._chunks = Chunks(path, progress)
        self._path = path
        self._charset = "utf-8"
        self._delimiter = b";"
        self._database = self._first = ""
        self._is_complete = False
        self._chunks.ensure(LOOK)
        self._read_head(self._chunks.buffer[:LOOK])

    def describe(self) -> Mapping[str, str | int]:
        """Engine, version, the database's name and the kind of source."""
        return {"engine": self.engine, "version": self._version, "name": self._name, "source": "dump"}

    def close(self) -> None:
        """Close the file."""
        self._chunks.close()

    def stream(self, wanted: Wanted) -> Iterator[Batch]:
        """All rows, in the dump's order."""
        chunks = self._chunks
        while self._skip_blank():
            chunks.ensure(LOOK)
            if head := HEAD.match(chunks.buffer, chunks.position):
                chunks.position = head.end()
                yield from self._insert(head, wanted)
            elif found := DELIMITER.match(chunks.buffer, chunks.position):
                chunks.position, self._delimiter = found.end(), found[1]
            elif statement := self._statement():
                self._obey(statement)
        self._finish()

    def _read_head(self, head: bytes) -> None:
        version = re.search(rb"Server version\s+(\S+)", head)
        name = re.search(rb"Database:[ \t]*(\S+)", head)
        self._version = version[1].decode("ascii", "replace") if version else ""
        self._name = name[1].decode("utf-8", "replace") if name else ""
        if b"mariadb" in head[:4096].lower():
            self.engine = "mariadb"
        self._has_comments = b"-- Server version" in head or b"-- Host:" in head

    def _skip_blank(self) -> bool:
        """Go to the next statement; False at the end of the file."""
        chunks = self._chunks
        while True:
            chunks.ensure(LOOK)
            blank = BLANK.match(chunks.buffer, chunks.position)
            if blank is None or blank.end() == chunks.position:
                return chunks.position < len(chunks.buffer)
            if b"-- Dump completed" in chunks.buffer[chunks.position : blank.end()]:
                self._is_complete = True
            chunks.position = blank.end()

    def _statement(self) -> str:
        """The next statement that adds no rows, up to its delimiter; empty if the file ends within it."""
        chunks = self._chunks
        end = re.escape(self._delimiter)
        pattern = re.compile(
            rb"(?:(?!"
            + end
            + rb")(?:"
            + QUOTED
            + rb"|`[^`]*+`|\"(?:[^\"\\]|\\.)*+\"|--[ \t][^\n]*+\n|[^'`\"]))*+"
            + end,
            re.DOTALL,
        )
        while (found := pattern.match(chunks.buffer, chunks.position)) is None:
            if not chunks.more():
                self.problems.append(("", CannotRead("dump-cut", path=str(self._path), after=self._last_table())))
                chunks.position = len(chunks.buffer)
                return ""
        chunks.position = found.end()
        return found[0][: -len(self._delimiter)].decode(self._charset, "surrogateescape")

    def _obey(self, statement: str) -> None:
        text = mysqlddl.plain(statement)
        word = text[:12].upper()
        if word.startswith("SET NAMES"):
            name = text[9:].strip().strip("'\"").split()[0].lower()
            self._charset = CHARSETS.get(name, self._charset)
            if name not in CHARSETS:
                self.problems.append(("", CannotRead("dump-charset", path=str(self._path), charset=name)))
        elif word.startswith("USE "):
            self._database = mysqlddl.name_of(text[4:].strip())
            self._first = self._first or (self._database if self._database not in SYSTEM else "")
        elif word.startswith("CREATE DATABA"[:12]):
            self.schema.charset = self.schema.charset or mysqlddl.charset_of(text)
        elif self._database in SYSTEM:
            return
        elif word.startswith("CREATE TABLE") and (table := mysqlddl.table_of(text)):
            self._add_table(table)
        elif word.startswith("CREATE") and (code := mysqlddl.code_of(text)):
            self.schema.tables.pop(code.name, None) if code.kind == "view" else None
            known = [each for each in self.schema.code if (each.kind, each.name) != (code.kind, code.name)]
            self.schema.code = [*known, code]
        elif word.startswith("ALTER TABLE"):
            mysqlddl.alter(text, self.schema.tables)

    def _add_table(self, table: Table) -> None:
        if self._database and self._database != self._first:
            table.name = f"{self._database}.{table.name}"
        self.schema.tables.setdefault(table.name, table)

    def _last_table(self) -> str:
        return next(reversed(self.schema.tables), "")

    def _insert(self, head: re.Match[bytes], wanted: Wanted) -> Iterator[Batch]:
        name = mysqlddl.name_of((head[2] or b"").decode("utf-8", "replace"))
        if self._database and self._database != self._first:
            name = f"{self._database}.{name}"
        table = self.schema.tables.get(name)
        if table is None:
            table = Table(name, complete=False)
            if self._database not in SYSTEM:
                self.schema.tables[name] = table
                self.problems.append((name, CannotRead("dump-no-table", table=name)))
        order = _written(head[3], table, self._charset)
        names = chosen(table, wanted)
        pick = Picker(table, order, names, self._charset)
        for rows in self._rows(table, pick.pattern):
            table.rows += len(rows)
            if names:
                yield Batch(table, len(rows), pick.columns(rows))

    def _rows(self, table: Table, pattern: re.Pattern[bytes]) -> Iterator[list[tuple[bytes, ...]]]:
        """The rows of one INSERT as the values of the wanted columns, some thousand at a time."""
        chunks, rows, size = self._chunks, list[tuple[bytes, ...]](), 0
        while True:
            found = pattern.match(chunks.buffer, chunks.position) if chunks.ended or self._is_near() else None
            after = NEXT.match(chunks.buffer, found.end()) if found else None
            if found is None or after is None:
                step = self._stuck(table)
                if step == "again":
                    continue
                break
            rows.append(found.groups())
            size += found.end() - found.start()
            chunks.position = after.end()
            if after[1] == b";":
                break
            if len(rows) >= ROWS or size >= BYTES:
                yield rows
                rows, size = [], 0
        if rows:
            yield rows

    def _is_near(self) -> bool:
        return self._chunks.position < len(self._chunks.buffer)

    def _stuck(self, table: Table) -> str:
        """No row of the expected form stands here: read on, pass over a row of another form, or go to the next statement."""
        chunks = self._chunks
        resync = RESYNC.search(chunks.buffer, chunks.position)
        if resync is None and chunks.more():
            return "again"
        other = ANY_ROW.match(chunks.buffer, chunks.position)
        after = NEXT.match(chunks.buffer, other.end()) if other else None
        table.complete = False
        if after is not None and (resync is None or after.end() <= resync.start() + 1):
            self._complain(table, "dump-odd-row", number=table.rows)
            chunks.position = after.end()
            return "again" if after[1] == b"," else "over"
        cut = resync is None
        self._complain(table, "dump-cut" if cut else "dump-broken", path=str(self._path), after=table.name)
        chunks.position = len(chunks.buffer) if resync is None else resync.start() + 1
        return "over"

    def _complain(self, table: Table, code: str, **values: str | int) -> None:
        if not any(name == table.name and problem.code == code for name, problem in self.problems):
            self.problems.append((table.name, CannotRead(code, table=table.name, **values)))

    def _finish(self) -> None:
        codes = {problem.code for _table, problem in self.problems}
        if "dump-cut" not in codes and (self._chunks.cut or (self._has_comments and not self._is_complete)):
            code = "dump-cut" if self._chunks.cut else "dump-unfinished"
            self.problems.append(("", CannotRead(code, path=str(self._path), after=self._last_table())))
        if not self.schema.tables:
            raise CannotRead("dump-empty", path=str(self._path))


def _written(names: bytes | None, table: Table, charset: str) -> list[str]:
    """The order in which an INSERT gives its values."""
    if names is None:
        return list(table.columns)
    return [mysqlddl.name_of(name.strip()) for name in names.decode(charset, "replace").split(",")]


class Picker:
    """Takes the wanted columns out of rows of a table by a pattern made for it."""

    def __init__(self, table: Table, order: Sequence[str], names: Sequence[str], charset: str) -> None:
        self.names = names
        bare = [name.removesuffix(SIZE) for name in names]
        fields = [b"(" + FIELD + b")" if name in bare else FIELD for name in order]
        self.pattern = re.compile(rb"\s*+\(" + rb",".join(fields) + rb"\)", re.DOTALL)
        captured = [name for name in order if name in bare]
        self._places = [captured.index(name) if name in captured else -1 for name in bare]
        self._readers = [
            reader(table.columns[b], name.endswith(SIZE), charset) for b, name in zip(bare, names, strict=True)
        ]

    def columns(self, rows: list[tuple[bytes, ...]]) -> dict[str, list[Value]]:
        """The rows' values by column, as Python has them."""
        raw = list(zip(*rows, strict=True)) if rows and rows[0] else []
        result: dict[str, list[Value]] = {}
        for name, place, read in zip(self.names, self._places, self._readers, strict=True):
            result[name] = [None] * len(rows) if place < 0 else [read(token) for token in raw[place]]
        return result


def reader(column: Column, is_size: bool, charset: str) -> Callable[[bytes], Value]:
    """What makes a value of this column from its literal."""
    if is_size:
        return _size
    if column.is_integer:
        return _integer
    if column.is_binary:
        return _bytes

    def text(token: bytes) -> Value:
        if token.startswith(b"'"):
            inner = token[1:-1]
            if b"\\" in inner or b"'" in inner:
                inner = ESCAPE.sub(_unescape, inner)
            return inner.decode(charset, "surrogateescape")
        value = _bytes(token)
        return value.decode(charset, "surrogateescape") if isinstance(value, bytes) else value

    return text


def _unescape(found: re.Match[bytes]) -> bytes:
    letter: bytes | None = found[1]
    return b"'" if letter is None else ESCAPES.get(letter, letter)


def _integer(token: bytes) -> Value:
    try:
        return int(token)
    except ValueError:
        value = _bytes(token)
        text = value.decode("ascii", "replace") if isinstance(value, bytes) else ""
        return None if value is None else int(text) if re.fullmatch(r"-?\d+", text) else text


def _bytes(token: bytes) -> bytes | None:
    token = token.strip()
    if token[:2] in {b"0x", b"0X"}:
        return bytes.fromhex(token[2:].decode("ascii"))
    quote = token.find(b"'")
    if quote < 0:
        return None if token.upper() == b"NULL" else token
    inner = token[quote + 1 : -1]
    prefix = token[:quote].strip().lower()
    if prefix == b"x":
        return bytes.fromhex(inner.decode("ascii"))
    if prefix == b"b":
        return int(inner or b"0", 2).to_bytes(max(1, (len(inner) + 7) // 8), "big")
    return ESCAPE.sub(_unescape, inner) if b"\\" in inner or b"'" in inner else inner


def _size(token: bytes) -> Value:
    if token[:2] == b"0x":
        return (len(token) - 2) // 2
    value = _bytes(token)
    return None if value is None else len(value)
