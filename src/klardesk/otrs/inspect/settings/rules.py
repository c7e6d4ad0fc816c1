"""The rules about settings: which value is unsafe, and what is in force."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from klardesk.otrs.inspect.findings import NOWHERE, Level
from klardesk.otrs.inspect.releases import DATA, Release
from klardesk.otrs.inspect.settings import INACTIVE, Held, Layer, Settings, SettingValue
from klardesk.otrs.inspect.settings.perl import UNKNOWN
from klardesk.otrs.source.problems import CannotRead

FORMAT = "klardesk-otrs-settings"
WHOLE = 300
"""Settings in the deployed file from which it holds all that are active, as releases since 6 write it."""
BAD_PASSWORDS = frozenset(
    {
        "otrs", "otobo", "znuny", "root", "admin", "mysql", "postgres", "password", "passwort", "secret", "changeme", "some-pass",
        "some_pass", "hot", "123456", "12345678", "test",
    }
)  # fmt: skip
SHORTEST = 8


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `weak_when` has an operator and its operand; `defaults`, `active`, `default_is_weak` are by era."""

    name: str
    category: str
    level: Level
    weak_when: tuple[str, Any]
    defaults: Mapping[str, Any]
    active: Mapping[str, bool]
    default_is_weak: Mapping[str, bool | None]
    known_in: frozenset[str]
    config_only: bool

    @property
    def secret(self) -> bool:
        """Whether its value must never be shown."""
        return self.category == "secrets" or bool(re.search(r"pass|pw|secret|SOAP::", self.name, re.IGNORECASE))

    @property
    def wanted(self) -> str:
        """What it should be, as a mark that needs no translation."""
        operator, operand = self.weak_when
        if operator in {"gt", "lt"}:
            return f"{'≤' if operator == 'gt' else '≥'} {operand}"
        if operator == "hash":
            return ", ".join(
                f"{key} {'≥' if 'lt' in each else '≠'} {next(iter(each.values()))}" for key, each in operand.items()
            )
        fixed = {
            "valid": "∅",
            "registered": "∅",
            "nonempty": "∅",
            "hash_nonempty": "∅",
            "invalid_or_empty": "≠ ∅",
            "valid_ne": "1",
        }
        if operator in fixed:
            return fixed[operator]
        if operator == "eq":
            return "0" if operand == "1" else f"≠ {operand}"
        return (
            str(operand)
            if operator == "ne"
            else "≠ " + ("…" if operator in {"changed", "weak_password"} else _words(operand))
        )


def _words(operand: Any) -> str:
    if isinstance(operand, dict):
        operand = next(iter(operand.values()))
    return " | ".join(map(str, operand)) if isinstance(operand, list) else str(operand)


def load(file: Path | None = None) -> list[Rule]:
    """The product's rules, or those of an owner's file. Raises CannotRead."""
    path = file or DATA / "settings.json"
    try:
        read = json.loads(path.read_text("utf-8"))
        if (read["format"], read["v"]) != (FORMAT, 1):
            raise ValueError(f"it does not say {FORMAT}, version 1")
        return [_rule(row) for row in read["settings"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotRead("bad-data", path=str(path), error=str(error) or type(error).__name__) from error


def _rule(row: dict[str, Any]) -> Rule:
    ((operator, operand),) = row["weak_when"].items()
    if operator not in OPERATORS:
        raise ValueError(f"{row['name']}: unknown operator {operator}")
    return Rule(
        row["name"], row["category"], Level[row["severity"].upper()], (operator, operand), row.get("defaults", {}),
        row.get("active", {}), row.get("default_is_weak", {}), frozenset(row.get("known_in", ())),
        str(row.get("where", "")).startswith("Kernel/Config.pm"),
    )  # fmt: skip


def era_of(release: Release) -> str:
    """Under which era's defaults a release falls."""
    major = release.numbers[:1] or (0,)
    if release.family == "otobo":
        return "otobo11"
    if release.family == "znuny" and release.numbers >= (6, 1):
        return "znuny70" if major >= (7,) else "znuny65"
    return "otrs5" if major < (6,) else "otrs6"


def in_force(settings: Settings, rule: Rule, era: str) -> Held | None:
    """The value in force, the shipped one if no layer has it; None if neither is known."""
    held = settings.get(rule.name)
    if held is not None:
        return held
    if rule.config_only:
        return None
    if any(layer is Layer.AUTO and len(values) >= WHOLE for layer, values in settings.layers):
        return Held(INACTIVE, Layer.AUTO, NOWHERE)
    if era not in rule.defaults and era not in rule.active:
        return None
    return Held(rule.defaults.get(era) if rule.active.get(era, True) else INACTIVE, Layer.DEFAULT, NOWHERE)


def is_weak(rule: Rule, held: Held, settings: Settings, era: str) -> bool:
    """Whether the value in force is unsafe; an unknown one is not."""
    if held.value == UNKNOWN:
        return False
    if held.layer is Layer.DEFAULT:
        return bool(rule.default_is_weak.get(era))
    operator, operand = rule.weak_when
    if operator == "changed":
        return held.value is not INACTIVE and _text(held.value) != _text(rule.defaults.get(era))
    if operator == "weak_password":
        return _weak_password(held.value, settings)
    return OPERATORS[operator](held.value, operand)


def as_shipped(rule: Rule, held: Held, era: str) -> bool:
    """Whether the value is the shipped one, in whatever layer it stands."""
    if held.layer is Layer.DEFAULT:
        return True
    if held.value is INACTIVE:
        return not rule.active.get(era, True)
    return rule.active.get(era, True) and era in rule.defaults and _plain(held.value) == _plain(rule.defaults[era])


def weak_parts(rule: Rule, value: SettingValue) -> tuple[str, ...]:
    """Of a rule about a hash, the keys whose values are unsafe."""
    if rule.weak_when[0] != "hash" or not isinstance(value, dict):
        return ()
    return tuple(key for key, each in rule.weak_when[1].items() if _part(value, key, each))


def _text(value: SettingValue) -> str:
    return "" if value is None or value is INACTIVE or value == UNKNOWN else str(value)


def _plain(value: SettingValue) -> Any:
    """The value with all numbers as text, as Perl has them."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else _text(value)


def _number(value: SettingValue) -> float:
    try:
        return float(_text(value) or 0)
    except ValueError:
        return 0.0


def _part(value: dict[str, Any], key: str, condition: Mapping[str, Any]) -> bool:
    ((operator, operand),) = condition.items()
    return OPERATORS[operator](value.get(key, "0"), operand)


def _weak_password(value: SettingValue, settings: Settings) -> bool:
    password = _text(value)
    user = settings.get("DatabaseUser")
    same = user is not None and password == _text(user.value)
    return same or password.lower() in BAD_PASSWORDS or len(password) < SHORTEST


def _filled(value: SettingValue) -> bool:
    return value is not INACTIVE and bool(value)


OPERATORS: dict[str, Callable[[SettingValue, Any], bool]] = {
    "eq": lambda value, operand: _text(value or "0") == str(operand),
    "ne": lambda value, operand: _text(value) != str(operand),
    "gt": lambda value, operand: _number(value) > operand,
    "lt": lambda value, operand: _number(value) < operand,
    "in": lambda value, operand: _text(value) in operand and value is not INACTIVE,
    "contains": lambda value, operand: str(operand) in _text(value),
    "contains_any": lambda value, operand: any(str(each) in _text(value) for each in operand),
    "regex": lambda value, operand: _filled(value) and bool(re.search(operand, _text(value))),
    "nonempty": lambda value, operand: _filled(value),
    "hash_nonempty": lambda value, operand: isinstance(value, dict) and any(value.values()),
    "invalid_or_empty": lambda value, operand: not _filled(value),
    "valid": lambda value, operand: value is not INACTIVE,
    "valid_ne": lambda value, operand: value is INACTIVE,
    "registered": lambda value, operand: _filled(value),
    "hash": lambda value, operand: (
        isinstance(value, dict) and any(_part(value, key, each) for key, each in operand.items())
    ),
    "hash_any_key": lambda value, operand: (
        isinstance(value, dict) and any(re.search(operand["regex"], str(key)) for key in value)
    ),
    "changed": lambda value, operand: False,
    "weak_password": lambda value, operand: False,
}
"""What each operator of a rule asks of a value; the last two need more than the value (`is_weak`)."""
