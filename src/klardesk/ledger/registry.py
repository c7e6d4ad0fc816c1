"""The registry of event kinds: each a frozen dataclass with its German and English sentence."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, ClassVar, Protocol, TypeVar

from klardesk.ledger import canonical
from klardesk.ledger.codec import BadPayload, Codec, codec_of

LANGUAGES = ("de", "en")
_KIND = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


class Payload(Protocol):
    """What happened: an instance of a frozen dataclass registered with `event`."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class GenericPayload:
    """What an event says whose kind, or whose older shape, the running program does not know: the data as stored."""

    kind: str
    data: dict[str, Any]


Sentence = str | Callable[[Any], str]
Class = TypeVar("Class", bound=type)


@dataclass(frozen=True, slots=True)
class Kind:
    """A registered kind: its name, payload class, codec, and sentences by language."""

    name: str
    payload: type
    codec: Codec
    sentences: dict[str, Sentence]


KINDS: dict[str, Kind] = {}
_BY_CLASS: dict[type, Kind] = {}


def event(kind: str, *, en: Sentence, de: Sentence) -> Callable[[Class], Class]:
    """Register the decorated frozen dataclass as the payload of events of `kind` (dotted: `ticket.moved`).

    `en` and `de` are the sentences a person reads: a format string over the fields, or a function of the payload.
    Raises BadPayload if the kind is taken, a sentence is empty or names an unknown field, or a field's type is not
    kept by the ledger.
    """

    def register(payload: Class) -> Class:
        _check_kind(kind, payload)
        sentences = {"de": de, "en": en}
        names = {field.name for field in fields(payload)}
        for language, sentence in sentences.items():
            _check_sentence(f"{kind} ({language})", sentence, names)
        KINDS[kind] = _BY_CLASS[payload] = Kind(kind, payload, codec_of(payload), sentences)
        return payload

    return register


def kind_of(payload: Payload) -> Kind:
    """The registered kind of a payload; raises BadPayload if its class was never registered."""
    try:
        return _BY_CLASS[type(payload)]
    except KeyError:
        raise BadPayload(f"{type(payload).__name__} is not registered with @event") from None


def to_json(payload: Payload) -> str:
    """The canonical JSON of a payload, the text that is stored and digested. Raises BadPayload or NotCanonical."""
    return canonical.dumps(kind_of(payload).codec.write(payload))


def from_json(kind: str, data: str) -> Any:
    """The typed payload of a stored text.

    A kind the program does not know, and a text of an older version that lacks a field without default, give a
    GenericPayload, so that history stays readable for ever. Raises ValueError if `data` is no JSON object.
    """
    plain = json.loads(data)
    if not isinstance(plain, dict):
        raise ValueError(f"the payload of a {kind} event is no JSON object")
    if kind not in KINDS:
        return GenericPayload(kind, plain)
    try:
        return KINDS[kind].codec.read(plain)
    except (TypeError, ValueError, KeyError):
        return GenericPayload(kind, plain)


def _check_kind(kind: str, payload: type) -> None:
    if not _KIND.fullmatch(kind) or len(kind) > 80:
        raise BadPayload(f"{kind!r} is no event kind: dotted lower-case words such as ticket.moved")
    if kind in KINDS:
        raise BadPayload(f"event kind {kind} is registered twice: {KINDS[kind].payload.__name__}, {payload.__name__}")
    if payload in _BY_CLASS:
        raise BadPayload(f"{payload.__name__} is already the payload of {_BY_CLASS[payload].name}")
    if not is_dataclass(payload) or not vars(payload)["__dataclass_params__"].frozen:
        raise BadPayload(f"{payload.__name__} is no frozen dataclass")


def _check_sentence(where: str, sentence: Sentence, names: set[str]) -> None:
    if callable(sentence):
        return
    if not sentence.strip():
        raise BadPayload(f"{where}: the sentence is empty")
    for _text, field, _format, _conversion in string.Formatter().parse(sentence):
        if field is not None and re.split(r"[.\[]", field)[0] not in names:
            raise BadPayload(f"{where}: the sentence names {{{field}}}, which is no field")
