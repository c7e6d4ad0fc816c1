"""The statements that make a MySQL or MariaDB schema, as `SHOW CREATE TABLE` and mysqldump write them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from klardesk.otrs.source.model import Code, Column, ForeignKey, Index, Table

NAME = r"(`(?:[^`]|``)+`|\w+)"
_VERSION = re.compile(r"/\*[!M]+\d*|\*/")
_TABLE = re.compile(rf"CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:{NAME}\s*\.\s*)?{NAME}\s*\(", re.IGNORECASE)
_ALTER = re.compile(rf"ALTER\s+TABLE\s+(?:IGNORE\s+)?(?:{NAME}\s*\.\s*)?{NAME}\s+", re.IGNORECASE)
_COLUMN = re.compile(
    rf"{NAME}\s+((?:[a-z]+(?:\s+precision)?)(?:\s*\((?:[^()']|'(?:[^']|'')*')*\))?(?:\s+unsigned)?(?:\s+zerofill)?)(.*)",
    re.IGNORECASE | re.DOTALL,
)
_DEFAULT = re.compile(r"\bDEFAULT\s+(?:'((?:[^']|'')*)'|\(?([^\s,]+))", re.IGNORECASE)
_CHARSET = re.compile(r"\b(?:CHARACTER\s+SET|CHARSET)\s*=?\s*(\w+)", re.IGNORECASE)
_COLLATE = re.compile(r"\bCOLLATE\s*=?\s*(\w+)", re.IGNORECASE)
_ENGINE = re.compile(r"\bENGINE\s*=\s*(\w+)", re.IGNORECASE)
_KEY = re.compile(
    rf"(PRIMARY|UNIQUE|FULLTEXT|SPATIAL)?\s*(?:KEY|INDEX)?\s*{NAME}?\s*(?:USING\s+\w+\s*)?\((.*)\)",
    re.IGNORECASE | re.DOTALL,
)
_FOREIGN = re.compile(
    rf"(?:CONSTRAINT\s+{NAME}\s+)?FOREIGN\s+KEY\s*{NAME}?\s*\(([^)]*)\)\s*REFERENCES\s+(?:{NAME}\s*\.\s*)?{NAME}\s*\(([^)]*)\)",
    re.IGNORECASE,
)
_CODE = re.compile(
    rf"CREATE\s+(?:OR\s+REPLACE\s+)?(?:ALGORITHM\s*=\s*\w+\s+)?(?:DEFINER\s*=\s*(\S+)\s+)?(?:SQL\s+SECURITY\s+\w+\s+)?"
    rf"(?:AGGREGATE\s+)?(TRIGGER|VIEW|PROCEDURE|FUNCTION|EVENT)\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:{NAME}\s*\.\s*)?{NAME}(.*)",
    re.IGNORECASE | re.DOTALL,
)
_TRIGGERED = re.compile(rf"\s(?:INSERT|UPDATE|DELETE)\s+ON\s+(?:{NAME}\s*\.\s*)?{NAME}", re.IGNORECASE)
_ALIASES = {
    "integer": "int",
    "numeric": "decimal",
    "dec": "decimal",
    "utf8": "utf8mb3",
    "boolean": "tinyint",
    "bool": "tinyint",
}


def plain(statement: str) -> str:
    """The statement with the brackets of its conditional comments taken away."""
    return _VERSION.sub(" ", statement).strip()


def name_of(quoted: str | None) -> str:
    """A name without its quotes, in lower case."""
    text = quoted or ""
    return (text[1:-1].replace("``", "`") if text.startswith("`") else text).lower()


def type_of(written: str) -> str:
    """`int(11)` is `int`; `VARCHAR (20)` is `varchar(20)`."""
    text = re.sub(r"\s*\(\s*", "(", " ".join(written.lower().split()))
    base, bracket, rest = text.partition("(")
    base = _ALIASES.get(base.split(" ")[0], base)
    if base.rstrip() in {"int", "bigint", "smallint", "tinyint", "mediumint"}:
        return " ".join([base, *re.findall(r"unsigned|zerofill", rest)])
    return base + bracket + rest.replace(", ", ",")


def table_of(statement: str) -> Table | None:
    """The table a CREATE TABLE makes; None if it is another statement."""
    start = _TABLE.match(statement)
    if start is None:
        return None
    body, options = _bracketed(statement, start.end())
    table = Table(name_of(start[2]))
    for item in parts(body):
        _add(table, item)
    engine, charset = _ENGINE.search(options), charset_of(options)
    table.engine, table.charset = (engine[1].lower() if engine else ""), charset
    for name, column in table.columns.items():
        if column.charset == charset:
            table.columns[name] = Column(column.name, column.type, column.nullable, column.default, column.automatic)
    return table


def alter(statement: str, tables: dict[str, Table]) -> None:
    """What an ALTER TABLE adds to a table that is known: keys, as phpMyAdmin writes them after the rows."""
    start = _ALTER.match(statement)
    table = tables.get(name_of(start[2])) if start else None
    if start is None or table is None:
        return
    for item in parts(statement[start.end() :].rstrip().rstrip(";")):
        added = re.match(r"\s*ADD\s+", item, re.IGNORECASE)
        changed = re.match(r"\s*MODIFY\s+(?:COLUMN\s+)?", item, re.IGNORECASE)
        if begin := added or changed:
            _add(table, item[begin.end() :])


def code_of(statement: str) -> Code | None:
    """The trigger, view, procedure, function or event that this statement makes; None if it is another."""
    found = _CODE.match(plain(statement))
    if found is None:
        return None
    kind, rest = found[2].lower(), found[5]
    on = _TRIGGERED.search(rest) if kind == "trigger" else None
    definer = (found[1] or "").replace("`", "").replace("'", "")
    return Code(kind, name_of(found[4]), name_of(on[2]) if on else "", definer, " ".join(rest.split()))


def charset_of(options: str) -> str:
    """The character set that these options name, by itself or by its collation."""
    charset, collation = _CHARSET.search(options), _COLLATE.search(options)
    name = charset[1] if charset else collation[1].partition("_")[0] if collation else ""
    return _ALIASES.get(name.lower(), name.lower())


def parts(body: str) -> Iterator[str]:
    """What commas separate, brackets and quotes heeded."""
    depth, start = 0, 0
    for token in re.finditer(r"'(?:[^'\\]|\\.|'')*'|`[^`]*`|[(),]", body, re.DOTALL):
        if token[0] == "(":
            depth += 1
        elif token[0] == ")":
            depth -= 1
        elif token[0] == "," and depth == 0:
            yield body[start : token.start()].strip()
            start = token.end()
    if rest := body[start:].strip():
        yield rest


def _bracketed(text: str, start: int) -> tuple[str, str]:
    """What stands before the bracket that closes, and after it."""
    depth = 1
    for token in re.finditer(r"'(?:[^'\\]|\\.|'')*'|`[^`]*`|[()]", text[start:], re.DOTALL):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth == 0:
            return text[start : start + token.start()], text[start + token.end() :]
    return text[start:], ""


def _add(table: Table, item: str) -> None:
    """Add what one line between the brackets says."""
    if re.match(r"(CONSTRAINT\s.*)?FOREIGN\s+KEY", item, re.IGNORECASE | re.DOTALL):
        if found := _FOREIGN.match(item):
            key = ForeignKey(name_of(found[1]), _names(found[3]), name_of(found[5]), _names(found[6]))
            table.foreign_keys.append(key)
    elif re.match(r"PRIMARY|UNIQUE\s|FULLTEXT\s|SPATIAL\s|(KEY|INDEX)\b|CONSTRAINT\s|CHECK\b", item, re.IGNORECASE):
        _add_key(table, re.sub(rf"^CONSTRAINT\s+{NAME}?\s*", "", item, flags=re.IGNORECASE))
    elif found := _COLUMN.match(item):
        column = _column(found)
        table.columns[column.name] = column
        if re.search(r"\bPRIMARY\s+KEY\b", found[3], re.IGNORECASE):
            table.key = (column.name,)


def _add_key(table: Table, item: str) -> None:
    found = _KEY.match(item)
    if found is None or item.upper().startswith("CHECK"):
        return
    columns = _names(found[3])
    if (found[1] or "").upper() == "PRIMARY":
        table.key = columns
    else:
        table.indexes.append(Index(name_of(found[2]), columns, (found[1] or "").upper() == "UNIQUE"))


def _column(found: re.Match[str]) -> Column:
    rest = re.sub(r"\bCOMMENT\s+'(?:[^'\\]|\\.|'')*'", "", found[3], flags=re.IGNORECASE)
    default = _DEFAULT.search(rest)
    value = None if default is None else default[1] if default[1] is not None else default[2]
    if default is not None and default[1] is None and value and value.upper() == "NULL":
        value = None
    return Column(
        name_of(found[1]),
        type_of(found[2]),
        nullable=not re.search(r"\bNOT\s+NULL\b|\bPRIMARY\s+KEY\b", rest, re.IGNORECASE),
        default=value,
        automatic=bool(re.search(r"\bAUTO_INCREMENT\b", rest, re.IGNORECASE)),
        charset=charset_of(rest),
    )


def _names(written: str) -> tuple[str, ...]:
    """Names in a list; the lengths of index prefixes and the order are left out."""
    return tuple(name_of(re.split(r"\s*\(|\s+(?:ASC|DESC)\b", part.strip())[0]) for part in parts(written))
