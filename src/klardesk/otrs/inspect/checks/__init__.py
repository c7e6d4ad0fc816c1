"""The checks. Each module of this package declares its own with `@check`; all are found by their being there."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from klardesk.otrs.inspect.findings import Finding
from klardesk.otrs.inspect.inspection import Inspection
from klardesk.otrs.source.problems import CannotRead

GATHER, READ, JUDGE, FORECAST = 10, 30, 50, 90
"""Orders. GATHER: which release, layers of settings; READ: files, tables; JUDGE: what needs both; FORECAST: what needs all."""

Body = Callable[[Inspection], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `needs` are subjects it cannot do without: `home`, `database`."""

    name: str
    order: int
    needs: frozenset[str]
    body: Body


_checks: dict[str, Check] = {}


def check(name: str, *, order: int, needs: Iterable[str] = ()) -> Callable[[Body], Body]:
    """Declare a check: a function that yields findings, and may add facts and sheets to the inspection."""

    def declare(body: Body) -> Body:
        _checks[name] = Check(name, order, frozenset(needs), body)
        return body

    return declare


def checks() -> list[Check]:
    """All checks in the order in which they run."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return sorted(_checks.values(), key=lambda each: (each.order, each.name))


def run(inspection: Inspection) -> None:
    """Make every check whose subjects are there. One that cannot read, or breaks, is said so; the others are made."""
    every = checks()
    for number, each in enumerate(every):
        inspection.progress(each.name, number, len(every))
        _make(each, inspection)
    inspection.findings.sort(key=Finding.sorting)


def _make(each: Check, inspection: Inspection) -> None:
    lacking = sorted(need for need in each.needs if getattr(inspection, need) is None)
    if lacking:
        return inspection.skip(each.name, CannotRead(f"no-{lacking[0]}"))
    try:
        inspection.add(list(each.body(inspection)))
    except CannotRead as problem:
        return inspection.skip(each.name, problem)
    except Exception as error:  # noqa: BLE001 (one check's fault must not hide what the others find)
        return inspection.skip(each.name, CannotRead("check-failed", check=each.name, error=type(error).__name__))
    return inspection.inspected.append(each.name)
