"""The catalogue of findings: what each code means, in sentences that both languages have.

A module here declares kinds with `kind(...)`; all modules of this package are loaded by `kinds()`. A check gives a code and
values: `found("file.changed", Place(file=path), release="6.0.3")`.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from klardesk.otrs.inspect.findings import NOWHERE, Confidence, Finding, Level, Place, Value

AREAS = (
    "release", "files", "code", "permissions", "packages", "settings", "advisories", "people", "outgoing", "schema", "data",
    "takeover",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """One code: its area, usual level and confidence, and English sentences with `%(name)s` for values of the evidence."""

    code: str
    area: str
    level: Level
    confidence: Confidence
    title: str
    explanation: str
    remedy: str
    wanted: frozenset[str]


_kinds: dict[str, Kind] = {}
_TEXTS = ("file", "table", "column", "row", "setting", "package")
_VALUE = re.compile(r"%\((\w+)\)[a-z]")


def kind(
    code: str,
    level: Level,
    *,
    title: str,
    explanation: str,
    remedy: str,
    confidence: Confidence = Confidence.PROVEN,
    area: str = "",
) -> None:
    """Declare a code. `area` is the code's part before the first dot if not given. Sentences: `_ = marked`."""
    area = area or code.partition(".")[0]
    if area not in AREAS:
        raise ValueError(f"{code}: {area} is no area of findings")
    wanted = frozenset(_VALUE.findall(f"{title} {explanation} {remedy}"))
    _kinds[code] = Kind(code, area, level, confidence, title, explanation, remedy, wanted)


def kinds() -> Mapping[str, Kind]:
    """All codes, after every module of this package was imported."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return MappingProxyType(_kinds)


def found(
    code: str,
    place: Place = NOWHERE,
    *,
    level: Level | None = None,
    confidence: Confidence | None = None,
    **evidence: Value,
) -> Finding:
    """A finding of this code. Raises KeyError if the catalogue has no such code, ValueError if its sentences lack a value."""
    known = _kinds.get(code) or kinds()[code]
    lacking = known.wanted - evidence.keys()
    if lacking:
        raise ValueError(f"{code} needs {', '.join(sorted(lacking))}")
    return Finding(
        code,
        known.level if level is None else level,
        known.confidence if confidence is None else confidence,
        replace(place, **{name: plain(getattr(place, name)) for name in _TEXTS}),
        MappingProxyType({name: plain(value) for name, value in evidence.items()}),
    )


def plain(value: Any) -> Any:
    """The value without characters that steer a terminal or cannot be written; what an installation says is not to be trusted."""
    if isinstance(value, str):
        return value if value.isprintable() else "".join(each if each.isprintable() else "\ufffd" for each in value)
    return tuple(plain(each) for each in value) if isinstance(value, tuple) else value
