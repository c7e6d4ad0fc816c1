"""Reads the rows of a MySQL dump: what a test needs of it, no more."""

from __future__ import annotations

import gzip
import re
from collections.abc import Collection
from pathlib import Path

VALUE = re.compile(r"'((?:[^'\\]|\\.|'')*)'|(0x[0-9A-Fa-f]*|NULL|-?[0-9.]+)")
Row = dict[str, str | None]


def tables(file: Path, wanted: Collection[str]) -> dict[str, list[Row]]:
    """The rows of the wanted tables, each by its columns' names."""
    columns: dict[str, list[str]] = {}
    rows: dict[str, list[Row]] = {name: [] for name in wanted}
    creating = filling = ""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            if found := re.match(r"(CREATE TABLE|INSERT INTO) `(\w+)`", line):
                creating, filling = (found[2], "") if found[1] == "CREATE TABLE" else ("", found[2])
            elif creating and (column := re.match(r"  `(\w+)`", line)):
                columns.setdefault(creating, []).append(column[1])
            elif filling in rows and line.startswith("("):
                rows[filling].append(dict(zip(columns[filling], _values(line), strict=True)))
    return rows


def _values(line: str) -> list[str | None]:
    body = line.rstrip().rstrip(",;")[1:-1]
    return [None if plain == "NULL" else plain or text for text, plain in VALUE.findall(body)]
