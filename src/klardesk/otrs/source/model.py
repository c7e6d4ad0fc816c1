"""A database as its readers show it: tables, code inside it, accounts, and batches of rows. Names are lower-case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from klardesk.otrs.source.problems import CannotRead

Engine = Literal["mysql", "mariadb", "postgresql"]

Value = int | str | bytes | None
"""Integers are int; MySQL's blobs are bytes; all else, times too, is the text the server prints. Undecodable bytes of a
text are lone surrogates (`surrogateescape`)."""

BASE64 = frozenset({
    "article_data_mime_attachment.content", "article_attachment.content", "article_data_mime_plain.body", "article_plain.body",
    "standard_attachment.content", "virtual_fs_db.content", "web_upload_cache.content", "package_repository.content",
    "form_draft.content", "mail_queue.raw_message", "faq_attachment.content", "change_template.content",
})  # fmt: skip
"""The columns whose bytes PostgreSQL holds as base64 text."""

SIZE = ":size"
"""`content:size` asks for the number of bytes of a column (of what base64 stands for, where PostgreSQL holds that), an int."""


@dataclass(frozen=True, slots=True)
class Column:
    """`type` as the engine names it, without display widths: `int`, `varchar(200)`, `timestamp(0)`."""

    name: str
    type: str
    nullable: bool = True
    default: str | None = None
    """The literal's text without quotes, or an expression; None if there is none (or NULL)."""
    automatic: bool = False
    """Numbered by the engine."""
    charset: str = ""
    """Only where it differs from the table's."""

    @property
    def is_integer(self) -> bool:
        """Whether its values are int."""
        return self.type.split(" ")[0] in {"int", "integer", "bigint", "smallint", "tinyint", "mediumint"}

    @property
    def is_binary(self) -> bool:
        """Whether its values are bytes."""
        return self.type.endswith("blob") or self.type.startswith(("binary", "varbinary"))


@dataclass(frozen=True, slots=True)
class Index:
    """An index, or a unique one, or the primary key."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key that the engine watches."""

    name: str
    columns: tuple[str, ...]
    table: str
    to: tuple[str, ...]


@dataclass
class Table:
    """A table; `key` is its primary key's columns."""

    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    indexes: list[Index] = field(default_factory=list)
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    engine: str = ""
    charset: str = ""
    rows: int = 0
    """Known after the rows were read."""
    complete: bool = True
    """False if not all of its rows could be read."""


@dataclass(frozen=True, slots=True, order=True)
class Code:
    """Something in the database that runs: a trigger, view, procedure, function, event or rule."""

    kind: str
    name: str
    table: str = ""
    definer: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """Somebody who may log in to the database, and what the server says this account may do there."""

    name: str
    host: str = ""
    rights: tuple[str, ...] = ()
    is_superuser: bool = False
    has_password: bool | None = None
    """None where the server does not tell."""


@dataclass
class Schema:
    """All tables and code of a database."""

    tables: dict[str, Table] = field(default_factory=dict)
    code: list[Code] = field(default_factory=list)
    accounts: list[Account] | None = None
    """None where nothing tells."""
    charset: str = ""
    """The database's own default."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a table, by column: `columns["id"][n]` is the nth row's. All lists have the same length `size`."""

    table: Table
    size: int
    columns: Mapping[str, Sequence[Value]]


Wanted = Callable[[Table], Iterable[str]]
"""Given a table, the columns (or `column:size`) whose values are wanted; none: its rows are only counted."""


class Database(Protocol):
    """What each reader gives. A dump's `schema` is complete once `stream` came to its end."""

    engine: Engine
    schema: Schema
    problems: list[tuple[str, CannotRead]]
    """What could not be read: the table (or empty), and why."""

    def stream(self, wanted: Wanted) -> Iterator[Batch]:
        """All tables, once, in batches; memory is bounded by the largest row. Sets each table's `rows`."""
        ...

    def describe(self) -> Mapping[str, str | int]:
        """What it is, without secrets: `engine`, `version`, `name`, `source` (`live` or `dump`)."""
        ...

    def close(self) -> None:
        """Let go of connections and files."""
        ...


def chosen(table: Table, wanted: Wanted) -> tuple[str, ...]:
    """Those of the wanted columns that the table has, each once, in the wish's order."""
    return tuple(dict.fromkeys(name for name in wanted(table) if name.removesuffix(SIZE) in table.columns))


def holds_base64(engine: Engine, table: str, column: str) -> bool:
    """Whether the column's text stands for bytes."""
    return engine == "postgresql" and f"{table}.{column}" in BASE64


def text_of(value: Value) -> str:
    """Any value as text; bytes as UTF-8, what is none of it as lone surrogates."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    return "" if value is None else str(value)
