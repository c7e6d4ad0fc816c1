"""A plain dump by pg_dump, read once from its beginning to its end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from klardesk.otrs.source import pgddl
from klardesk.otrs.source.chunks import Chunks
from klardesk.otrs.source.model import SIZE, Batch, Column, Engine, Schema, Table, Value, Wanted, chosen, holds_base64
from klardesk.otrs.source.opening import Progress
from klardesk.otrs.source.problems import CannotRead

ROWS, BYTES, LOOK = 2000, 4 << 20, 1 << 16
QUOTED = rb"(?:[eE]'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'|'[^']*+(?:''[^']*+)*+')"
FIELD = rb"(?:[^'(),;]*+" + QUOTED + rb"[^'(),;]*+|[^'(),;]*+)"
COPY = re.compile(rb'COPY\s+((?:"[^"]+"|[\w.])+)\s*\(([^)]*)\)\s+FROM\s+stdin;\r?\n', re.IGNORECASE)
INSERT = re.compile(
    rb'INSERT INTO\s+((?:"[^"]+"|[\w.])+)\s*(?:\(([^)]*)\)\s*)?(?:OVERRIDING SYSTEM VALUE\s*)?VALUES\s*', re.IGNORECASE
)
NEXT = re.compile(rb"\s*+(?:([,;])|ON CONFLICT DO NOTHING\s*(;))")
BLANK = re.compile(rb"(?:\s++|--[^\n]*+(?:\n|\Z)|/\*(?:[^*]|\*(?!/))*+\*/|\\(?!\.)[^\n]*+\n)++")
STATEMENT = re.compile(
    rb"(?:[^;'\"$-]++|" + QUOTED + rb'|"(?:[^"]|"")*+"|\$(\w*)\$.*?\$\1\$|--[^\n]*+\n|[-$])*?;', re.DOTALL
)
ESCAPE = re.compile(rb"\\([0-7]{1,3}|x[0-9A-Fa-f]{1,2}|.)", re.DOTALL)
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"v": b"\v"}
END_OF_COPY = b"\\."
CHARSETS = {"utf8": "utf-8", "latin1": "latin-1", "latin9": "iso8859-15", "win1252": "cp1252", "sql_ascii": "utf-8"}


class PostgresDump:
    """See `klardesk.otrs.source.model.Database`."""

    engine: Engine = "postgresql"

    def __init__(self, path: Path, progress: Progress) -> None:
        self.schema = Schema()
        self.problems: list[tuple[str, CannotRead]] = []
        self._chunks = Chunks(path, progress)
        self._path = path
        self._charset = "utf-8"
        self._is_complete = False
        self._last = ""
        self._chunks.ensure(LOOK)
        version = re.search(rb"Dumped from database version ([^\n]+)", self._chunks.buffer[:LOOK])
        self._version = version[1].decode("ascii", "replace").strip() if version else ""
        self._has_comments = b"-- PostgreSQL database dump" in self._chunks.buffer[:LOOK]

    def describe(self) -> Mapping[str, str | int]:
        """Engine, version, and the kind of source; a dump does not tell the database's name."""
        return {"engine": self.engine, "version": self._version, "name": "", "source": "dump"}

    def close(self) -> None:
        """Close the file."""
        self._chunks.close()

    def stream(self, wanted: Wanted) -> Iterator[Batch]:
        """All rows, in the dump's order."""
        chunks = self._chunks
        while self._skip_blank():
            if head := COPY.match(chunks.buffer, chunks.position):
                chunks.position = head.end()
                yield from self._rows_of(head, wanted, self._copied)
            elif head := INSERT.match(chunks.buffer, chunks.position):
                chunks.position = head.end()
                yield from self._rows_of(head, wanted, self._inserted)
            elif statement := self._statement():
                self._obey(statement)
        self._finish()

    def _skip_blank(self) -> bool:
        chunks = self._chunks
        while True:
            chunks.ensure(LOOK)
            blank = BLANK.match(chunks.buffer, chunks.position)
            if blank is None:
                return chunks.position < len(chunks.buffer)
            if b"-- PostgreSQL database dump complete" in blank[0]:
                self._is_complete = True
            chunks.position = blank.end()

    def _statement(self) -> str:
        chunks = self._chunks
        while (found := STATEMENT.match(chunks.buffer, chunks.position)) is None:
            if not chunks.more():
                self._complain("", "dump-cut", path=str(self._path), after=self._last)
                chunks.position = len(chunks.buffer)
                return ""
        chunks.position = found.end()
        return found[0][:-1].decode(self._charset, "surrogateescape")

    def _obey(self, statement: str) -> None:
        if found := re.match(r"SET client_encoding\s*=\s*'([^']+)'", statement):
            name = found[1].lower().replace("-", "")
            self._charset = CHARSETS.get(name, self._charset)
            if name not in CHARSETS:
                self._complain("", "dump-charset", path=str(self._path), charset=name)
        elif statement.startswith(("CREATE ", "ALTER TABLE")):
            pgddl.obey(statement, self.schema)

    def _rows_of(
        self, head: re.Match[bytes], wanted: Wanted, rows_of: Callable[..., Iterator[list[Sequence[bytes]]]]
    ) -> Iterator[Batch]:
        name = pgddl.name_of(head[1].decode(self._charset, "replace"))
        self._last = name
        table = self.schema.tables.get(name)
        if table is None:
            table = self.schema.tables[name] = Table(name, complete=False)
            self._complain(name, "dump-no-table")
        written = head[2].decode(self._charset, "replace").split(",") if head[2] is not None else []
        order = [pgddl.name_of(word.strip()) for word in written] or list(table.columns)
        names = chosen(table, wanted)
        is_copy = rows_of == self._copied
        read = [_reader(table, name, self._charset, is_copy=is_copy) for name in names]
        places = [order.index(bare) if (bare := name.removesuffix(SIZE)) in order else -1 for name in names]
        for rows in rows_of(table, order):
            table.rows += len(rows)
            if names:
                raw = list(zip(*rows, strict=True))
                columns = {
                    name: [None] * len(rows) if place < 0 else [each(token) for token in raw[place]]
                    for name, place, each in zip(names, places, read, strict=True)
                }
                yield Batch(table, len(rows), columns)

    def _copied(self, table: Table, order: list[str]) -> Iterator[list[Sequence[bytes]]]:
        rows, size, width = list[Sequence[bytes]](), 0, len(order)
        while True:
            line = self._chunks.line()
            bare = line.rstrip(b"\r\n")
            if bare == END_OF_COPY:
                break
            if not line.endswith(b"\n"):
                table.complete = False
                self._complain(table.name, "dump-cut", path=str(self._path), after=table.name)
                break
            fields = line[:-1].split(b"\t")
            if len(fields) == width:
                rows.append(fields)
                size += len(line)
            elif width:
                table.complete = False
                self._complain(table.name, "dump-odd-row", number=table.rows + len(rows))
            else:
                table.rows += 1
            if len(rows) >= ROWS or size >= BYTES:
                yield rows
                rows, size = [], 0
        if rows:
            yield rows

    def _inserted(self, table: Table, order: list[str]) -> Iterator[list[Sequence[bytes]]]:
        chunks, rows = self._chunks, list[Sequence[bytes]]()
        pattern = re.compile(rb"\s*+\(" + rb",".join([b"(" + FIELD + b")"] * len(order)) + rb"\)", re.DOTALL)
        while True:
            found = pattern.match(chunks.buffer, chunks.position)
            after = NEXT.match(chunks.buffer, found.end()) if found else None
            if found is None or after is None:
                if chunks.more():
                    continue
                table.complete = False
                self._complain(table.name, "dump-cut", path=str(self._path), after=table.name)
                chunks.position = len(chunks.buffer)
                break
            rows.append(found.groups())
            chunks.position = after.end()
            if after[1] != b",":
                break
            if len(rows) >= ROWS:
                yield rows
                rows = []
        if rows:
            yield rows

    def _complain(self, table: str, code: str, **values: str | int) -> None:
        if not any(name == table and problem.code == code for name, problem in self.problems):
            self.problems.append((table, CannotRead(code, table=table, **values)))

    def _finish(self) -> None:
        codes = {problem.code for _table, problem in self.problems}
        if "dump-cut" not in codes and (self._chunks.cut or (self._has_comments and not self._is_complete)):
            code = "dump-cut" if self._chunks.cut else "dump-unfinished"
            self._complain("", code, path=str(self._path), after=self._last)
        if not self.schema.tables:
            raise CannotRead("dump-empty", path=str(self._path))


def _reader(table: Table, name: str, charset: str, *, is_copy: bool) -> Callable[[bytes], Value]:
    """What makes a value from its field in a COPY, or from its literal."""
    column: Column = table.columns[name.removesuffix(SIZE)]
    bytes_of = _from_copy if is_copy else _from_literal
    if name.endswith(SIZE):
        is_base64 = holds_base64("postgresql", table.name, column.name)
        return lambda token: None if (value := bytes_of(token)) is None else size_of(value, is_base64=is_base64)
    if column.is_integer:
        return lambda token: None if (value := bytes_of(token)) is None else int(value)
    return lambda token: None if (value := bytes_of(token)) is None else value.decode(charset, "surrogateescape")


def size_of(value: bytes, *, is_base64: bool) -> int:
    """How many bytes a text stands for."""
    if not is_base64:
        return len(value)
    return (len(value) - value.count(b"\n") - value.count(b"\r") - value.count(b"=")) * 3 // 4


def _from_copy(field: bytes) -> bytes | None:
    if b"\\" not in field:
        return field
    return None if field == b"\\N" else ESCAPE.sub(_unescape, field)


def _from_literal(token: bytes) -> bytes | None:
    token = token.strip()
    quote = token.find(b"'")
    if quote < 0:
        return None if token.upper() == b"NULL" else token
    inner = token[quote + 1 : token.rfind(b"'")].replace(b"''", b"'")
    return ESCAPE.sub(_unescape, inner) if token[:1] in b"eE" else inner


def _unescape(found: re.Match[bytes]) -> bytes:
    word: bytes = found[1]
    if word[:1] == b"x" and len(word) > 1:
        return bytes([int(word[1:], 16)])
    if word[:1].isdigit():
        return bytes([int(word, 8) & 255]) if word[:1] < b"8" else word
    return ESCAPES.get(word, word)
