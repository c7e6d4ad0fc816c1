"""Canonical JSON, the bytes that digests cover: RFC 8785 for the values the ledger knows (no floats)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

LARGEST_INTEGER = 2**53 - 1
"""Beyond it a JSON reader may round (RFC 8785, 3.2.2.3 with appendix D)."""

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


class NotCanonical(ValueError):
    """A value that has no canonical form; the message says which and where."""


def dumps(value: Any) -> str:
    """The canonical text of a value made of None, bool, int, str, list, tuple and dict with text keys.

    Raises NotCanonical for anything else: floats, integers beyond 2**53 - 1, text with unpaired surrogates.
    """
    text = _encode(_ordered(value, "$"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical(f"text with an unpaired surrogate cannot be written as UTF-8: {error}") from error
    return text


def timestamp(moment: datetime) -> str:
    """An aware moment as RFC 3339 in UTC with six digits: `2026-01-31T09:30:00.000000Z`. Raises ValueError if naive."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """The aware UTC moment that `timestamp` wrote; raises ValueError."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return found.astimezone(UTC)


def _ordered(value: Any, where: str) -> Any:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise NotCanonical(f"{where}: {value} is larger than 2**53 - 1; write it as text")
        return value
    if isinstance(value, (list, tuple)):
        return [_ordered(item, f"{where}[{index}]") for index, item in enumerate(value)]
    if isinstance(value, dict):
        return {key: _ordered(value[key], f"{where}.{key}") for key in sorted(value, key=_sort_key)}
    raise NotCanonical(f"{where}: {type(value).__name__} has no canonical form")


def _sort_key(key: Any) -> bytes:
    """RFC 8785, 3.2.3: names are sorted by their UTF-16 code units."""
    if not isinstance(key, str):
        raise NotCanonical(f"{key!r} is no text, and only text can be a name in JSON")
    return key.encode("utf-16-be", "surrogatepass")
