"""The statements that make a PostgreSQL schema, as pg_dump and the server's own catalogue functions write them."""

from __future__ import annotations

import re

from klardesk.otrs.source.model import Code, Column, ForeignKey, Index, Schema, Table
from klardesk.otrs.source.mysqlddl import parts

WORD = r'(?:"(?:[^"]|"")+"|\w+)'
NAME = rf"((?:{WORD}\.)?{WORD})"
_TABLE = re.compile(rf"CREATE\s+(?:UNLOGGED\s+|FOREIGN\s+)?TABLE\s+(?:IF NOT EXISTS\s+)?{NAME}\s*\((.*)\)", re.DOTALL)
_ALTER = re.compile(rf"ALTER TABLE\s+(?:ONLY\s+)?{NAME}\s+(.*)", re.DOTALL)
_CONSTRAINT = re.compile(rf"ADD CONSTRAINT\s+{NAME}\s+(.*)", re.DOTALL)
_INDEX = re.compile(
    rf"CREATE\s+(UNIQUE\s+)?INDEX\s+{NAME}\s+ON\s+(?:ONLY\s+)?{NAME}(?:\s+USING\s+\w+)?\s*\((.*)\)", re.DOTALL
)
_FOREIGN = re.compile(rf"FOREIGN KEY\s*\(([^)]*)\)\s*REFERENCES\s+{NAME}\s*\(([^)]*)\)", re.DOTALL)
_KEY = re.compile(r"(PRIMARY KEY|UNIQUE)\s*\(([^)]*)\)", re.DOTALL)
_COLUMN = re.compile(
    rf"({WORD})\s+(.+?)((?:\s+(?:COLLATE|DEFAULT|NOT NULL|NULL|GENERATED|CONSTRAINT|PRIMARY KEY|UNIQUE|REFERENCES|CHECK)\b.*)?)$",
    re.DOTALL,
)
_DEFAULT = re.compile(r"\bDEFAULT\s+(.+?)(?=\s+NOT NULL\b|\s+NULL\b|\s+CONSTRAINT\b|$)", re.DOTALL)
_SET_DEFAULT = re.compile(rf"ALTER COLUMN\s+({WORD})\s+(SET DEFAULT|ADD GENERATED)\s*(.*)", re.DOTALL)
_CODE = re.compile(
    r"CREATE\s+(?:OR REPLACE\s+)?(?:CONSTRAINT\s+|MATERIALIZED\s+|RECURSIVE\s+)?"
    rf"(TRIGGER|VIEW|FUNCTION|PROCEDURE|RULE|EVENT TRIGGER)\s+{NAME}(.*)",
    re.DOTALL,
)
_ON = re.compile(rf"\b(?:ON|TO)\s+{NAME}")
_TYPES = (
    (r"^character varying", "varchar"), (r"^character\(", "char("), (r" without time zone$", ""), (r"^numeric", "decimal"),
    (r"^double precision$", "double"), (r"^int4$", "integer"), (r"^int8$", "bigint"), (r"^int2$", "smallint"),
    (r"^serial$", "integer"), (r"^bigserial$", "bigint"), (r"^smallserial$", "smallint"),
)  # fmt: skip


def name_of(written: str) -> str:
    """A name without quotes in lower case; of the schema `public` without it."""
    words = [word.strip('"').replace('""', '"').lower() for word in re.findall(WORD, written)]
    return ".".join(words[1:] if words[0] == "public" and len(words) > 1 else words)


def type_of(written: str) -> str:
    """`character varying(200)` is `varchar(200)`, as the schemas of the releases have it."""
    text = " ".join(written.lower().split()).replace(" (", "(").replace(", ", ",")
    for pattern, replacement in _TYPES:
        text = re.sub(pattern, replacement, text)
    return text


def column_of(item: str) -> Column | None:
    """The column that one line of a CREATE TABLE declares."""
    found = _COLUMN.match(item.strip())
    if found is None:
        return None
    rest = found[3]
    default = _DEFAULT.search(rest)
    value, automatic = default_of(default[1] if default else None)
    written = type_of(found[2])
    automatic = automatic or "GENERATED" in rest or "serial" in found[2].lower()
    nullable = not re.search(r"\bNOT NULL\b|\bPRIMARY KEY\b", rest)
    return Column(name_of(found[1]), written, nullable, value, automatic)


def default_of(expression: str | None) -> tuple[str | None, bool]:
    """A default's text without quotes and cast, and whether the engine numbers the column."""
    if expression is None or expression.strip().upper().startswith("NULL"):
        return None, False
    text = expression.strip()
    if "nextval(" in text:
        return None, True
    literal = re.match(r"'((?:[^']|'')*)'(?:::.*)?$", text, re.DOTALL)
    return (literal[1].replace("''", "'") if literal else text.strip("()")), False


def obey(statement: str, schema: Schema) -> None:
    """Do to the schema what this statement does, as far as it concerns tables, keys and code."""
    text = statement.strip()
    if found := _TABLE.match(text):
        table = Table(name_of(found[1]))
        for item in parts(found[2]):
            _add(table, item)
        schema.tables.setdefault(table.name, table)
    elif found := _INDEX.match(text):
        table_name = name_of(found[3])
        if table_name in schema.tables:
            schema.tables[table_name].indexes.append(index_of(found[2], found[4], is_unique=bool(found[1])))
    elif found := _CODE.match(text):
        schema.code.append(code_of(found))
    elif (found := _ALTER.match(text)) and name_of(found[1]) in schema.tables:
        _alter(schema.tables[name_of(found[1])], found[2].strip())


def index_of(name: str, columns: str, *, is_unique: bool) -> Index:
    """An index from the columns as they are written."""
    return Index(name_of(name).split(".")[-1], _names(columns), is_unique)


def code_of(found: re.Match[str]) -> Code:
    """The code that a CREATE statement makes."""
    kind, rest = found[1].lower(), " ".join(found[3].split())
    on = _ON.search(rest) if kind in {"trigger", "rule"} else None
    return Code(kind, name_of(found[2]), name_of(on[1]) if on else "", "", rest)


def code_in(statement: str) -> Code | None:
    """The same, of any statement."""
    found = _CODE.match(statement.strip())
    return code_of(found) if found else None


def constraint(table: Table, name: str, definition: str) -> None:
    """Add a key as `pg_get_constraintdef` writes it."""
    if found := _FOREIGN.match(definition):
        table.foreign_keys.append(ForeignKey(name_of(name), _names(found[1]), name_of(found[2]), _names(found[3])))
    elif found := _KEY.match(definition):
        if found[1] == "UNIQUE":
            table.indexes.append(Index(name_of(name), _names(found[2]), unique=True))
        else:
            table.key = _names(found[2])


def _add(table: Table, item: str) -> None:
    if found := re.match(rf"CONSTRAINT\s+{NAME}\s+(.*)", item, re.DOTALL):
        constraint(table, found[1], found[2])
    elif re.match(r"PRIMARY KEY|UNIQUE|FOREIGN KEY", item):
        constraint(table, "", item)
    elif column := column_of(item):
        table.columns[column.name] = column


def _alter(table: Table, change: str) -> None:
    if found := _CONSTRAINT.match(change):
        constraint(table, found[1], found[2])
    elif (found := _SET_DEFAULT.match(change)) and name_of(found[1]) in table.columns:
        old = table.columns[name_of(found[1])]
        value, automatic = default_of(found[3]) if found[2] == "SET DEFAULT" else (None, True)
        table.columns[old.name] = Column(old.name, old.type, old.nullable, value, automatic)


def _names(written: str) -> tuple[str, ...]:
    return tuple(
        name_of(re.split(r"\s", part.strip())[0]) if re.match(WORD + r"(\s|$)", part.strip()) else part
        for part in parts(written)
    )
