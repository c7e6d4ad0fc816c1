"""The structured values of a database: YAML whose scalars stay the texts they are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import yaml

from klardesk.otrs.source.model import Value, text_of

LARGEST = 4 << 20
BAD = object()
"""What a value gives that is no YAML."""
LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def loaded(value: Value) -> Any:
    """The value's structure: str, list, dict, None for YAML's null; BAD if it is none. Nothing in it is run or constructed."""
    return _parsed(text_of(value).encode("utf-8", "replace").decode("utf-8"))


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Any:
    """The same value is kept by hundreds of settings. Nobody changes what is given out."""
    if len(text) > LARGEST:
        return BAD
    try:
        return yaml.load(text, Loader=LOADER)  # noqa: S506 (a loader that constructs nothing)
    except (yaml.YAMLError, RecursionError, ValueError):
        return BAD


def settled(value: Value) -> Any:
    """A setting's value as the product's own files have it: YAML's null (`~`, nothing) is None."""
    return _nulled(loaded(value))


def _nulled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _nulled(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_nulled(each) for each in value]
    return None if value == "~" else value


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """All texts within, with the keys that lead there."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, (*path, str(key)))
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each, path)
    elif value is not None:
        yield path, str(value)
