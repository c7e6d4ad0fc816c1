"""Payload dataclasses to plain JSON values and back, by their declared types."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from klardesk.ledger import canonical


class BadPayload(TypeError):
    """A payload class or a value in it that the ledger cannot keep exactly; the message names the field."""


@dataclass(frozen=True, slots=True)
class Codec:
    """How one type is written and read. `read` raises ValueError, TypeError or KeyError if the data does not fit."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


@cache
def codec_of(hint: Any) -> Codec:
    """The codec of a declared type; raises BadPayload for types the ledger does not keep (floats among them)."""
    if hint in (str, int, bool, type(None)):
        return _scalar(hint)
    if hint is datetime:
        return Codec(_write_moment, canonical.moment)
    if hint in (Any, object):
        return Codec(lambda value: value, lambda data: data)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _record(hint)
    return _composite(hint, typing.get_origin(hint), typing.get_args(hint))


def _composite(hint: Any, origin: Any, arguments: tuple[Any, ...]) -> Codec:
    if origin in (typing.Union, types.UnionType):
        return _union(arguments)
    if origin is typing.Literal:
        return _literal(arguments)
    if origin is list and arguments:
        return _sequence(list, codec_of(arguments[0]))
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return _sequence(tuple, codec_of(arguments[0]))
    if origin is dict and arguments[:1] == (str,):
        return _mapping(codec_of(arguments[1]))
    raise BadPayload(f"the ledger keeps no {hint!r}: use str, int, bool, datetime, lists, dicts, dataclasses or None")


def fields_of(record: type) -> dict[str, Codec]:
    """The codecs of a dataclass's fields by name; raises BadPayload naming the field that has none."""
    hints = typing.get_type_hints(record)
    found = {}
    for field in dataclasses.fields(record):
        try:
            found[field.name] = codec_of(hints[field.name])
        except BadPayload as error:
            raise BadPayload(f"{record.__name__}.{field.name}: {error}") from error
    return found


def _scalar(kind: type) -> Codec:
    # a subclass (a choice, an enumeration's member) is kept as the plain text or number it is
    plain: Callable[[Any], Any] = {str: str.__str__, int: int.__int__}.get(kind, lambda value: value)

    def check(value: Any) -> Any:
        # bool is a subclass of int, yet 1 is not true
        if isinstance(value, bool) is not (kind is bool) or not isinstance(value, kind):
            raise BadPayload(f"{value!r} is no {kind.__name__}")
        return plain(value)

    return Codec(check, check)


def _write_moment(value: Any) -> str:
    if not isinstance(value, datetime):
        raise BadPayload(f"{value!r} is no datetime")
    return canonical.timestamp(value)


def _literal(allowed: tuple[Any, ...]) -> Codec:
    def check(value: Any) -> Any:
        if value not in allowed:
            raise BadPayload(f"{value!r} is none of {allowed!r}")
        return value

    return Codec(check, check)


def _union(members: tuple[Any, ...]) -> Codec:
    codecs = [codec_of(member) for member in members]

    def first(name: str) -> Callable[[Any], Any]:
        def attempt(value: Any) -> Any:
            for codec in codecs:
                try:
                    return getattr(codec, name)(value)
                except (TypeError, ValueError, KeyError):
                    continue
            raise BadPayload(f"{value!r} is none of {members!r}")

        return attempt

    return Codec(first("write"), first("read"))


def _sequence(kind: type, item: Codec) -> Codec:
    def write(value: Any) -> list[Any]:
        if not isinstance(value, (list, tuple)):
            raise BadPayload(f"{value!r} is no list")
        return [item.write(each) for each in value]

    def read(data: Any) -> Any:
        if not isinstance(data, list):
            raise BadPayload(f"{data!r} is no list")
        return kind(item.read(each) for each in data)

    return Codec(write, read)


def _mapping(item: Codec) -> Codec:
    def convert(step: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def attempt(value: Any) -> dict[str, Any]:
            if not isinstance(value, dict):
                raise BadPayload(f"{value!r} is no dict")
            return {key: step(each) for key, each in value.items()}

        return attempt

    return Codec(convert(item.write), convert(item.read))


def _record(record: type) -> Codec:
    fields = fields_of(record)
    required = {
        field.name
        for field in dataclasses.fields(record)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }

    def write(value: Any) -> dict[str, Any]:
        if type(value) is not record:
            raise BadPayload(f"{value!r} is no {record.__name__}")
        return {name: _named(record, name, codec.write, getattr(value, name)) for name, codec in fields.items()}

    def read(data: Any) -> Any:
        if not isinstance(data, dict) or not required <= data.keys():
            raise BadPayload(f"{data!r} lacks a field of {record.__name__}")
        # fields that a later version dropped are left in the stored text and not shown
        return record(**{name: codec.read(data[name]) for name, codec in fields.items() if name in data})

    return Codec(write, read)


def _named(record: type, name: str, step: Callable[[Any], Any], value: Any) -> Any:
    try:
        return step(value)
    except (TypeError, ValueError) as error:
        raise BadPayload(f"{record.__name__}.{name}: {error}") from error
