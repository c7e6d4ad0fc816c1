"""Cases as they lie in files: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Unreadable(Exception):
    """A file of cases that is missing or not of the form; the message says which, and where."""


def read_cases(file: Path, *needed: str) -> Iterator[dict[str, Any]]:
    """The cases of a file, each of which must have the keys `needed`. Raises Unreadable."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{file} cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _case(line, f"{file}, line {number}", needed)


def read_raw(file: Path) -> bytes:
    """The bytes of a file that a case names. Raises Unreadable."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unreadable(f"{file} cannot be read: {error}") from error


def _case(line: str, where: str, needed: tuple[str, ...]) -> dict[str, Any]:
    try:
        case = json.loads(line)
    except ValueError as error:
        raise Unreadable(f"{where} is no JSON: {error}") from error
    if not isinstance(case, dict) or (missing := [key for key in needed if key not in case]):
        raise Unreadable(f"{where} has no {', '.join(missing) if isinstance(case, dict) else 'keys'}")
    return case
